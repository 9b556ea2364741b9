"""Tools: which mock answers a call, and with what. Pure."""

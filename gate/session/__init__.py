"""Drives one case: connect, send, stamp, write down. The only room that opens the agent's socket; it never judges."""

"""Questions of the tool calls of a recording, whichever way they came. Pure."""

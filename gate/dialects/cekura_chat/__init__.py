"""Cekura's chat socket: text; the gate is Cekura and calls the user's server."""

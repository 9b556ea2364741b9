"""Genesys AudioHook; the gate is Genesys and calls the user's server."""

"""Retell's custom LLM socket: text; the gate is Retell and calls the user's server."""

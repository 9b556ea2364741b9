"""Vapi's WebSocket transport; the gate is the client's app."""

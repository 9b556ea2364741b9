"""Ultravox over its server WebSocket; the gate is the client's app."""

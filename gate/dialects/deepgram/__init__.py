"""Deepgram's Voice Agent API; the gate is the client's app."""

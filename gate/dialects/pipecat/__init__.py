"""Pipecat's WebSocket transports; the gate is the bot's client."""

"""Voxgate: a CI gate for realtime voice agents that live behind a WebSocket."""

__version__ = "0.1.0"

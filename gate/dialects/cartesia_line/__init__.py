"""Cartesia Line from its harness: text; the gate is Cartesia and calls the user's agent."""

"""Hume's Empathic Voice Interface; the gate is the client's app."""

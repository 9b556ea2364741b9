"""Vonage Voice API over WebSocket; the gate is Vonage and calls the user's server."""

"""OpenAI's Realtime API and what speaks like it; the gate is the client's app."""

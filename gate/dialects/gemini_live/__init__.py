"""Google's Gemini Live API; the gate is the client's app."""

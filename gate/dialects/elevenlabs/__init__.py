"""ElevenLabs Agents; the gate is the client's app."""

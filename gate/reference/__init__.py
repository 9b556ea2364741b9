"""The reference agent: a real voice agent that the gate is shown on. Nothing but `cli` (lazily) may import it."""

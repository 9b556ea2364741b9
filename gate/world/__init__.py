"""Everything outside the agent's socket: starting the agent, and stopping it again. Judges nothing."""

"""The shared words: frames, acts, signals, the plan, recordings, findings. Data and pure functions; no I/O."""

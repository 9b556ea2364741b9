"""Who calls: a pure state machine that decides the next act from signals and time, and gives its reasons as notes."""

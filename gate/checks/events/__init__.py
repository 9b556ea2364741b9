"""What is expected of the events of a call, in which order and how often, and what must not come. Pure."""

"""The gate's own messages as JSON: the model for every other dialect."""

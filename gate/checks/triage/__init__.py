"""What a finding is a symptom of, and which of several is the cause of the others. Pure: it changes no verdict."""

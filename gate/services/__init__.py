"""What the user lends the gate, a voice or a recogniser: a program or an endpoint, asked in time, answers bounded."""

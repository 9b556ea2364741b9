"""What carriers have in common that stream a telephone call over a socket."""

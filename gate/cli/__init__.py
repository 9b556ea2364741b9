"""The command line: words in, words and an exit code out. The only room that prints, reads the environment, exits."""

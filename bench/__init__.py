"""Benchmarks: how true the gate's figures are and how fast it works, each by one command: `python -m bench.pacing`.

Each prints a small table, exits 1 if a figure is missed, and with `--json FILE` writes what it found; `make bench` runs
all of them and writes docs/benchmarks.md. Nothing in the gate imports this."""

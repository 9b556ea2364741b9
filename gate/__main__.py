"""`python -m gate` is `voxgate`."""

from gate.cli.main import main

raise SystemExit(main())

"""The entry of the image. It is run isolated (`python -I`), so that nothing in the user's repository, whatever it is
called, and no PYTHONPATH is ever imported."""

import os
import sys

from gate.cli.entry import main

sys.exit(main(sys.argv[1:], os.environ))

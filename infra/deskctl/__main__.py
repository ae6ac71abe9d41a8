"""`python -m infra.deskctl`."""

import sys

from infra.deskctl.cli import main

sys.exit(main())

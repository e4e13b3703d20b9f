"""Open the window, from a checkout."""

import sys

from emviz.cli import main

if __name__ == "__main__":
    sys.exit(main())

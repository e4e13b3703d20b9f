"""python -m emviz."""

import sys

from emviz.console.cli import main

if __name__ == "__main__":
    sys.exit(main())

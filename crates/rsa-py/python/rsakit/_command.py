"""The program `rsakit`."""

import sys

from . import _core


def main() -> None:
    """Run the command line of this process, and end it with its status."""
    sys.exit(_core.main(["rsakit", *sys.argv[1:]]))

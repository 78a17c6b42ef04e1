"""The program as `python -m rsakit`."""

from ._command import main

main()

"""`python -m tengbol`: the command line, where the command itself is not on the path."""

from tengbol.start import main

main()

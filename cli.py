"""Runs the command line from a checkout: `python cli.py --help`."""

from spotdiff10k.commands.main import main

if __name__ == "__main__":
    main()

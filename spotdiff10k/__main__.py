"""Runs the command line as `python -m spotdiff10k`."""

from spotdiff10k.commands.main import main

if __name__ == "__main__":
    main()

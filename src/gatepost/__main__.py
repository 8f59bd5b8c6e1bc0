"""The entry point of the console script and of `python -m gatepost`; never more than the way in."""

from __future__ import annotations

import sys

from gatepost.version import __version__


def main() -> None:
    """Run the command line; leaves with the exit codes that the documentation lists."""
    if sys.argv[1:] == ["--version"]:
        # Answered before anything else is loaded: editors and pipelines ask this often.
        print(f"gatepost {__version__}")
        return
    from gatepost.cli import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()

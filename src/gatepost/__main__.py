"""The entry point of the console script and of `python -m gatepost`; never more than the way in."""

from __future__ import annotations

import os
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


def command() -> None:
    """Run the command line as a process of its own, and leave at once when it is done.

    Everything is written by then; taking apart what was read and judged would take a tenth of the run or more.
    """
    code = 0
    try:
        main()
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            raise
        code = leaving.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    command()

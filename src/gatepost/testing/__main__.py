"""`python -m gatepost.testing FILE…`: runs cases and prints what differs; never writes."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gatepost.model.problems import UsageError
from gatepost.testing.running import run_files


def main(arguments: Sequence[str]) -> int:
    """Run the cases of files or folders (all shipped ones without any); 0 passed, 1 failed, 2 does not load."""
    names = [argument for argument in arguments if not argument.startswith("-")]
    passed = failed = broken = 0
    for one in run_files(names or ["policies"]):
        if isinstance(one, UsageError):
            broken += 1
            print(f"DOES NOT LOAD  {told(one)}")
        elif one.passed:
            passed += 1
            if "-q" not in arguments:
                print(f"passed  {one.file}: {one.name}")
        else:
            failed += 1
            print(f"FAILED  {one.file}: {one.name}")
            print("\n".join("        " + line for line in one.difference.splitlines()))
    print(f"{passed} passed, {failed} failed" + (f", {broken} files do not load" if broken else ""))
    return 2 if broken else 1 if failed else 0


def told(error: UsageError) -> str:
    """Return an error with its place, the line and what to type instead."""
    lines = [error.message]
    if error.location is not None:
        region = error.location.region
        lines[0] = f"{error.location.path}:{region.start_line}:{region.start_column}: {error.message}"
        lines.append(f"        {error.line}")
        lines.append("        " + " " * (region.start_column - 1) + "^")
    if error.hint:
        lines.append(f"        {error.hint}")
    return "\n".join(lines)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)

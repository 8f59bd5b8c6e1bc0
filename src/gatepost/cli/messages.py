"""Says on standard error what went wrong in usage; never looks like a finding."""

from __future__ import annotations

import sys

from gatepost.model.problems import UsageError


def _plain(text: str) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def usage_error_text(error: UsageError) -> str:
    """Return the message of a usage error: where, what, the line with a mark below it, and what to type instead."""
    if error.location is None:
        return _plain(f"gatepost: {error.message}" + (f"\n  {error.hint}" if error.hint else ""))
    region = error.location.region
    lines = [f"{error.location.path}:{region.start_line}:{region.start_column}: {error.message}"]
    if error.line:
        number = str(region.start_line)
        line = error.line.replace("\t", " ")[:200]
        end = region.end_column if region.end_line == region.start_line else len(line) + 1
        mark = "^" * max(1, min(end, len(line) + 1) - region.start_column)
        lines.append(f"  {number} | {line}")
        lines.append(f"  {' ' * len(number)} | {' ' * (region.start_column - 1)}{mark} {error.hint}".rstrip())
    elif error.hint:
        lines.append(f"  {error.hint}")
    return _plain("\n".join(lines))


def say_usage_error(error: UsageError) -> None:
    """Write the message of a usage error to standard error."""
    print(usage_error_text(error), file=sys.stderr)

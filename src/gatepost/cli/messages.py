"""Says on standard error what went wrong in usage; never looks like a finding."""

from __future__ import annotations

import sys

from gatepost.model.problems import UsageError
from gatepost.reports.safe_text import plain, without_commands


def usage_error_text(error: UsageError) -> str:
    """Return the message of a usage error: where, what, the line with a mark below it, and what to type instead.

    A policy is written by whoever proposes the change, so nothing in it reaches a terminal or a log as it is.
    """
    message, hint = plain(error.message), plain(error.hint or "")
    if error.location is None:
        return f"gatepost: {message}" + (f"\n  {hint}" if hint else "")
    region = error.location.region
    lines = [f"{plain(error.location.path)}:{region.start_line}:{region.start_column}: {message}"]
    if error.line:
        number = str(region.start_line)
        line = _same_columns(error.line[:200])
        end = region.end_column if region.end_line == region.start_line else len(line) + 1
        mark = "^" * max(1, min(end, len(line) + 1) - region.start_column)
        lines.append(f"  {number} | {without_commands(line)}")
        lines.append(f"  {' ' * len(number)} | {' ' * (region.start_column - 1)}{mark} {hint}".rstrip())
    elif hint:
        lines.append(f"  {hint}")
    return "\n".join(lines)


def _same_columns(line: str) -> str:
    """Return a line of a file with what cannot be shown replaced one for one, so that the mark stands right."""
    shown = line.replace("\t", " ")
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in shown)


def say_usage_error(error: UsageError) -> None:
    """Write the message of a usage error to standard error."""
    print(usage_error_text(error), file=sys.stderr)

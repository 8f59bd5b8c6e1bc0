"""Columns, wrapping and colours of a terminal; never what is said."""

from __future__ import annotations

from gatepost.model.decisions import Action
from gatepost.model.findings import Severity
from gatepost.reports.excerpts import columns
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View

SEVERITY_COLOURS: dict[Severity, str] = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "info": "34",
    "unknown": "35",
}
ACTION_COLOURS: dict[Action, str] = {"block": "1;31", "warn": "33", "allow": "32"}
BOLD, DIM, RED, GREEN, YELLOW = "1", "2", "31", "32", "33"
NARROWEST = 40


class Page:
    """Collects the lines of a report for a terminal; `width` is what may be used, 0 for no limit."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.width = max(view.width, NARROWEST) if view.width else 0
        self.lines: list[str] = []
        self.dot = " · " if view.unicode else ", "
        self.ellipsis = "…" if view.unicode else "..."

    def paint(self, text: str, colour: str) -> str:
        """Return the text in a colour where colours are shown."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.view.colour and text else text

    def add(self, line: str = "") -> None:
        """Add a finished line."""
        self.lines.append(line)

    def blank(self) -> None:
        """Add an empty line, never two and never at the top."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def wrapped(self, head: str, text: str, indent: int, colour: str = "") -> None:
        """Add hostile text after `head`, wrapped, later lines indented; words are never broken."""
        parts = wrap(plain(text), self.width - indent if self.width else 0)
        for number, part in enumerate(parts):
            lead = head if number == 0 else " " * indent
            self.add((lead + (self.paint(part, colour) if colour else part)).rstrip())

    def body(self) -> str:
        """Return the whole page with a final newline."""
        text = "\n".join(self.lines).rstrip("\n") + "\n"
        return text if self.view.unicode else text.encode("ascii", "backslashreplace").decode("ascii")


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most `width` columns (0: one line); a longer word has a line of its own."""
    if not width or columns(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split():
        if not line:
            line = word
        elif columns(line) + 1 + columns(word) <= width:
            line += " " + word
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line else lines or [""]

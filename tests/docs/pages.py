"""Reads the documentation: its pages, their fenced blocks, the commands in them; never judges what they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```([\w-]*)(?: ([\w./-]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(
    r"(?:^|[\s;&(/'\"`])gatepost +"
    r"((?:check|fix|prove|review|report|rules|docs|explain|test|new|init)\b[^\n|;&`)>#'\"]*)"
)


class Block(NamedTuple):
    """One fenced block: the page it is in, its language, its text, where the text stands in the page (offset).

    `example` is the word behind the language: the folder of examples/ that a console block runs in.
    """

    page: Path
    language: str
    text: str
    start: int
    example: str = "shop"

    def __str__(self) -> str:
        """Name the block as tests show it: page and 1-based line."""
        line = self.page.read_text(encoding="utf-8").count("\n", 0, self.start)
        return f"{self.page.relative_to(TOP)}:{line}"


def pages() -> list[Path]:
    """Return the README, every page of docs/ and the READMEs of examples, sorted."""
    return [TOP / "README.md", *sorted((TOP / "docs").glob("*.md")), *sorted((TOP / "examples").glob("*/README.md"))]


def blocks(*languages: str) -> list[Block]:
    """Return the fenced blocks of all pages, those of the named languages only when any are named."""
    return [block for page in pages() for block in blocks_of(page) if not languages or block.language in languages]


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of one page, top to bottom."""
    example = page.parent.name if page.parent.parent.name == "examples" else "shop"
    for match in _FENCE.finditer(page.read_text(encoding="utf-8")):
        yield Block(page, match[1], match[3], match.start(3), match[2] or example)


def commands(text: str) -> list[str]:
    """Return the arguments of each `gatepost COMMAND …` in a text, continued lines joined; placeholders stay."""
    joined = re.sub(r"\\\n\s*", "", text)
    return [match[1].strip() for match in _COMMAND.finditer(joined)]

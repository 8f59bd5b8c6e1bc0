"""Adds and removes attributes and blocks of HCL bodies, line by line; never touches what stands inside a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.languages.positioned.splices import Splice
from gatepost.languages.terraform import format_values
from gatepost.languages.terraform.edits_places import begins_line, ends_line, indent_of, line_end, line_start
from gatepost.languages.terraform.format_values import Manner, is_block, is_list
from gatepost.languages.terraform.nodes import Attribute, Block, Body, ObjectExpression
from gatepost.model.changes import Plain
from gatepost.model.problems import CannotWrite

# Meta-arguments that people write apart from the others.
_APART = frozenset(("count", "for_each", "provider", "providers", "depends_on", "source", "version"))
_LAST_BLOCKS = frozenset(("lifecycle", "provisioner", "connection", "timeouts"))


class BodyEditor:
    """Edits the bodies of one text. Each method returns splices."""

    def __init__(self, text: str, manner: Manner) -> None:
        self.text = text
        self.manner = manner

    def indent(self, body: Body) -> str:
        """Return the indentation of the items of a body."""
        for item in body.items:
            if begins_line(self.text, item.start):
                return indent_of(self.text, item.start)
        return indent_of(self.text, body.start) + (self.manner.step if body.start > 0 else "")

    def add(self, body: Body, name: str, new: Plain, maps: frozenset[str], path: str = "") -> list[Splice]:
        """Add an attribute, or a block, or blocks for a list of maps; `path` is its own dotted path in `maps`."""
        indent = self.indent(body)
        if is_block(new, path or name, maps):
            written = cast("list[Mapping[str, Plain]]", list(cast("list[Any]", new)) if is_list(new) else [new])
            texts = [format_values.block(name, (), inner, self.manner, indent, maps, path or name) for inner in written]
            return self._add_blocks(body, name, texts, indent)
        return self._add_attribute(body, f"{name} = {format_values.expression(new, self.manner, indent)}", indent)

    def _add_attribute(self, body: Body, line: str, indent: str) -> list[Splice]:
        text, newline = self.text, self.manner.newline
        if self._on_one_line(body):
            return self._open_up(body, line, indent)
        after = self._last_sibling(body)
        if after is not None:
            at = line_end(text, after.end)
            return [Splice(at, at, newline + indent + line)]
        if body.items:
            at = line_end(text, body.start) if body.start else 0
            gap = newline if isinstance(body.items[0], Block) else ""
            return [Splice(at, at, (newline if body.start else "") + indent + line + gap)]
        return self._at_end(body, indent + line)

    def _last_sibling(self, body: Body) -> Attribute | None:
        """Return the attribute behind which people would write another."""
        leading: list[Attribute] = []
        for item in body.items:
            if isinstance(item, Block) and leading:
                break
            if isinstance(item, Attribute):
                leading.append(item)
        ordinary = [item for item in leading if item.name not in _APART]
        single = [
            item
            for item in ordinary
            if "\n" not in self.text[item.start : item.end] and not isinstance(item.value, ObjectExpression)
        ]
        return (single or ordinary or leading or [None])[-1]

    def _add_blocks(self, body: Body, name: str, blocks: Sequence[str], indent: str) -> list[Splice]:
        text, newline = self.text, self.manner.newline
        between = newline * 2 + indent
        if self._on_one_line(body):
            return self._open_up(body, between.join(blocks), indent, newline)
        alike = body.blocks(name)
        if alike:
            gap = between
            if len(alike) > 1 and text[alike[-2].end : alike[-1].start].count("\n") == 1:
                gap = newline + indent
            at = line_end(text, alike[-1].end)
            return [Splice(at, at, "".join(gap + block for block in blocks))]
        earlier = [item for item in body.items if not (isinstance(item, Block) and item.type in _LAST_BLOCKS)]
        if earlier:
            at = line_end(text, earlier[-1].end)
            return [Splice(at, at, "".join(between + block for block in blocks))]
        if body.items:
            at = line_end(text, body.start) if body.start else 0
            return [Splice(at, at, newline + indent + between.join(blocks) + newline)]
        return self._at_end(body, indent + between.join(blocks))

    def _on_one_line(self, body: Body) -> bool:
        return body.start > 0 and "\n" not in self.text[body.start : body.end]

    def _open_up(self, body: Body, line: str, indent: str, gap: str = "") -> list[Splice]:
        """Write a body that is closed on the line it is opened on over several lines, with one more at its end."""
        newline = self.manner.newline
        outer = indent_of(self.text, body.start)
        inner = outer + self.manner.step
        if indent != inner:
            line = line.replace("\n" + indent, "\n" + inner)
        if not body.items:
            return [Splice(body.start, body.end, newline + inner + line + newline + outer)]
        only = body.items[0]
        return [
            Splice(body.start, only.start, newline + inner),
            Splice(only.end, body.end, newline + gap + inner + line + newline + outer),
        ]

    def _at_end(self, body: Body, lines: str) -> list[Splice]:
        """Write lines into a body that has no items, behind its comments."""
        text, newline = self.text, self.manner.newline
        if body.start == 0 or body.end >= len(text):
            gap = "" if not text or text.endswith("\n") else newline
            return [Splice(len(text), len(text), gap + lines + newline)]
        at = line_start(text, body.end)
        return [Splice(at, at, lines + newline)]

    def remove(self, body: Body, item: Attribute | Block) -> list[Splice]:
        """Remove an attribute or a block with its lines, and the comment above it when it is about it alone."""
        text = self.text
        if self._on_one_line(body):
            return [Splice(body.start, body.end, "")]
        if not begins_line(text, item.start) or not ends_line(text, item.end):
            raise CannotWrite("something else stands on the same line")
        start, end = self._with_comment(item), line_end(text, item.end)
        end = self._behind_break(end)
        above_blank, above_opens = self._above(body, start)
        below = text[end : line_end(text, end)]
        below_ends = not below.strip() or end >= body.end or line_end(text, end) >= body.end
        if above_blank and below_ends:
            start = line_start(text, start - 1)
        elif above_opens and not below.strip() and end < body.end:
            end = self._behind_break(line_end(text, end))
        return [Splice(start, end, "")]

    def _behind_break(self, end: int) -> int:
        return (
            end + len(self.manner.newline)
            if self.text.startswith(self.manner.newline, end)
            else min(end + 1, len(self.text))
        )

    def _above(self, body: Body, start: int) -> tuple[bool, bool]:
        """Tell whether the line above the one that begins at `start` is blank, and whether the body opens on it."""
        if start <= body.start:
            return False, True
        above = self.text[line_start(self.text, start - 1) : start]
        return not above.strip() and start - 1 > body.start, line_start(self.text, start - 1) <= body.start

    def _with_comment(self, item: Attribute | Block) -> int:
        """Return where the lines of an item begin, with the comment above it if that is about nothing else."""
        text = self.text
        start = begin = line_start(text, item.start)
        while begin > 0:
            above = line_start(text, begin - 1)
            if not text[above:begin].lstrip().startswith(("#", "//")):
                break
            begin = above
        if isinstance(item, Block) or begin == start:
            return begin
        following = self._behind_break(line_end(text, item.end))
        below = text[following : line_end(text, following)].strip()
        return begin if not below or below.startswith(("}", "#", "//")) else start

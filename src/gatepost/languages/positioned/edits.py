"""Edits to YAML and JSON as splices into their text, in its own manner; never a splice wider than it has to be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from gatepost.languages.positioned import rendering
from gatepost.languages.positioned.nodes import Node
from gatepost.languages.positioned.rendering import Manner, Tagged, manner_of
from gatepost.languages.positioned.splices import Splice
from gatepost.model.regexes import regex

Step: TypeAlias = "str | int"

_ANCHOR = regex(r"(?:[!&][^\s,\[\]{}]*[ \t]+)*?&[^\s,\[\]{}]+[ \t\r\n]*")
_PROPERTIES = regex(r"(?:[!&]\S*\s+)*")
_SEPARATOR = regex(r"\s*,\s*\Z")


class CannotEdit(Exception):
    """There is no splice for this; its text is the reason, without a full stop."""


class Editor:
    """Edits one text below one node of it.

    `notation` is "yaml" or "json"; for "json" the data has to be free of `Tagged`. Each method returns splices and
    raises `CannotEdit`. `manner` saves looking at the text again.
    """

    def __init__(self, text: str, notation: Literal["yaml", "json"], manner: Manner | None = None) -> None:
        self.text = text
        self.json = notation == "json"
        self.manner = manner or manner_of(text)

    def set(self, root: Node, steps: Sequence[Step], new: Any) -> list[Splice]:
        """Give what stands at `steps` below `root` a new value; what is missing on the way is added."""
        holder, key, node, rest = self._walk(root, steps)
        if not rest:
            return [self._replace(holder, key, node, new)]
        return [self._add(holder, key, node, rest[0], nest(rest[1:], new))]

    def append(self, root: Node, steps: Sequence[Step], new: Any) -> list[Splice]:
        """Add an element to the list at `steps` below `root`; the list is made if missing."""
        holder, key, node, rest = self._walk(root, steps)
        if rest:
            return [self._add(holder, key, node, rest[0], nest(rest[1:], [new]))]
        if node.kind == "null":
            return [self._replace(holder, key, node, [new])]
        if node.kind != "list" or node.tag:
            raise CannotEdit("what stands there is no list")
        return [self._add_element(node, new)]

    def remove(self, root: Node, steps: Sequence[Step]) -> list[Splice]:
        """Remove what stands at `steps` below `root`; the last one of a map or list takes that along.

        A root that would be left empty becomes `{}` or `[]`.
        """
        path: list[tuple[Node, int]] = []
        node = root
        for step in steps:
            where = place_of(node, step)
            if where is None:
                raise CannotEdit("there is nothing to remove")
            path.append((node, where))
            node = node.value[where][1] if node.kind == "map" else node.value[where]
        while path:
            holder, where = path.pop()
            if len(own(holder)) > 1:
                return [self._take_out(holder, where)]
        return [Splice(root.start, root.end, "[]" if root.kind == "list" else "{}")]

    def _walk(self, root: Node, steps: Sequence[Step]) -> tuple[Node | None, Node | int | None, Node, Sequence[Step]]:
        """Follow the steps as far as they are written: (holder, key or index in it, node, steps left)."""
        holder: Node | None = None
        key: Node | int | None = None
        node = root
        for done, step in enumerate(steps):
            where = place_of(node, step)
            if where is None:
                return holder, key, node, steps[done:]
            if node.tag:
                raise CannotEdit(f"a {node.tag} stands on the way")
            pair = node.value[where]
            holder, key, below = (node, pair[0], pair[1]) if node.kind == "map" else (node, where, pair)
            if below.start < (key.end if isinstance(key, Node) else _before(node, where)):
                raise CannotEdit("the value is written elsewhere, behind an alias")
            node = below
        return holder, key, node, ()

    def _add(self, holder: Node | None, key: Node | int | None, node: Node, step: Step, new: Any) -> Splice:
        if node.kind == "null":
            return self._replace(holder, key, node, nest([step], new))
        if node.tag or node.kind not in ("map", "list"):
            raise CannotEdit("what stands there is no map" if isinstance(step, str) else "what stands there is no list")
        if node.kind == "map" and isinstance(step, str):
            return self._add_key(node, step, new)
        if node.kind == "list" and step == len(node.value):
            return self._add_element(node, new)
        raise CannotEdit(f"there is no element {step}" if node.kind == "list" else "what stands there is a map")

    # -- replacing

    def _replace(self, holder: Node | None, key: Node | int | None, node: Node, new: Any) -> Splice:
        start = node.start
        anchor = None if self.json else _ANCHOR.match(self.text, start, node.end)
        if anchor is not None:
            start = anchor.end()
        if self.json:
            one_line = "\n" not in self.text[node.start : node.end] and node.kind in ("map", "list")
            indent = None if one_line and node.value else self._line_indent(node.start)
            return Splice(start, node.end, rendering.json(new, self.manner, indent))
        if holder is not None and holder.style == "flow":
            return Splice(start, node.end, self._led(holder, key, node, self._flow_value(node, new, True)))
        return self._replace_in_block(key, node, start, new)

    def _replace_in_block(self, key: Node | int | None, node: Node, start: int, new: Any) -> Splice:
        nested = (isinstance(new, Mapping) or _is_list(new)) and new not in ({}, [], ())
        if not nested:
            begin = self._after_colon(key, node) if node.style == "block" else start
            text = self._flow_value(node, new, False, self._line_indent(node.start))
            if begin == start and self.text[begin - 1 : begin] in (":", "-", "?"):
                text = " " + text
            return Splice(begin, node.end, text if node.style != "block" or begin == start else " " + text)
        if node.style == "flow" and node.value:
            return Splice(start, node.end, rendering.yaml_flow(new, self.manner))
        if isinstance(key, Node):
            if node.style == "block" and self._same_kind(node, new) and start == node.start and not node.tag:
                return Splice(start, node.end, rendering.yaml_lines(new, self.manner, self._column(start)))
            return Splice(self._after_colon(key, node), node.end, self._block_after(key, new))
        column = self._column(self._content(node)) if node.start < node.end else self._column(node.start) + 1
        lead = "" if self.text[start - 1 : start] in ("", " ", "\n", "\t") else " "
        return Splice(start, node.end, lead + rendering.yaml_lines(new, self.manner, column))

    def _block_after(self, key: Node, new: Any) -> str:
        return rendering.yaml_block(new, self.manner, self._column(key.start))

    def _same_kind(self, node: Node, new: Any) -> bool:
        return node.kind == ("map" if isinstance(new, Mapping) else "list")

    def _content(self, node: Node) -> int:
        """Return where a node begins behind its tag and anchor."""
        found = _PROPERTIES.match(self.text, node.start, node.end)
        return found.end() if found is not None else node.start

    def _after_colon(self, key: Node | int | None, node: Node) -> int:
        """Return the offset behind the ':' or '-' that leads to a node."""
        if isinstance(key, Node):
            return self.text.index(":", key.end) + 1
        return node.start

    def _flow_value(self, node: Node, new: Any, flow: bool, indent: int = 0) -> str:
        """Write a scalar, or anything on one line, with the quotes of the scalar it replaces."""
        if isinstance(new, str):
            style = "" if node.tag or node.style in ("flow", "block") else node.style
            return rendering.yaml_text(new, self.manner, style, flow, None if flow else indent + self.manner.step)
        return rendering.yaml_flow(new, self.manner)

    def _led(self, holder: Node, key: Node | int | None, node: Node, text: str) -> str:
        """Add the ': ' that is missing in `{key}` and `{key:}`."""
        if node.start < node.end or not isinstance(key, Node) or holder.kind != "map":
            return text
        between = self.text[key.end : node.start]
        if ":" not in between:
            return ": " + text
        return text if between.endswith(" ") else " " + text

    # -- adding

    def _add_key(self, node: Node, key: str, new: Any) -> Splice:
        pairs = own(node)
        if node.style == "block" and not pairs:
            raise CannotEdit("the map is written elsewhere, behind '<<'")
        if node.style == "flow":
            quoted = self.json or (bool(pairs) and pairs[-1][0].style == '"')
            word = rendering.json_text(key) if quoted else rendering.yaml_key(key, True)
            return self._add_in_flow(node, [(k.start, v.end) for k, v in pairs], word + self._colon(pairs), new)
        column = self._column(pairs[0][0].start)
        line = " " * column + rendering.yaml_key(key) + ":" + rendering.yaml_block(new, self.manner, column)
        return self.new_line(node, line)

    def _colon(self, pairs: Sequence[tuple[Node, Node]]) -> str:
        if pairs:
            between = self.text[pairs[-1][0].end : pairs[-1][1].start]
            if between.strip() == ":" and "\n" not in between:
                return between if between != ":" or self.json else ": "
        return self.manner.colon if self.json else ": "

    def _add_element(self, node: Node, new: Any) -> Splice:
        elements: list[Node] = node.value
        if node.style == "flow":
            return self._add_in_flow(node, [(e.start, e.end) for e in elements], "", new)
        column = self._column(self._content(node))
        return self.new_line(node, " " * column + "- " + rendering.yaml_lines(new, self.manner, column + 2))

    def _add_in_flow(self, node: Node, parts: Sequence[tuple[int, int]], lead: str, new: Any) -> Splice:
        text = self.text
        if not parts:
            begin, end = self._content(node) + 1, node.end - 1
            indent = self._line_indent(node.start)
            if not self.json:
                return Splice(begin, end, lead + rendering.yaml_flow(new, self.manner))
            inner = self.manner.newline + " " * (indent + self.manner.step)
            value = rendering.json(new, self.manner, indent + self.manner.step)
            if node.kind == "list" and "\n" not in value:
                return Splice(begin, end, lead + value)
            return Splice(begin, end, inner + lead + value + self.manner.newline + " " * indent)
        at = parts[-1][1]
        before = text[parts[-2][1] : parts[-1][0]] if len(parts) > 1 else "," + text[node.start + 1 : parts[0][0]]
        if _SEPARATOR.match(before) is None:
            before = ", "
        if "\n" in before:
            indent = self._line_indent(parts[-1][0])
            before = "," + self.manner.newline + " " * indent
            value = rendering.json(new, self.manner, indent) if self.json else rendering.yaml_flow(new, self.manner)
        else:
            before = before if len(parts) > 1 and before.strip(" ") == "," else ", "
            value = rendering.json(new, self.manner, None) if self.json else rendering.yaml_flow(new, self.manner)
        return Splice(at, at, before + lead + value)

    def new_line(self, node: Node, line: str) -> Splice:
        """Put a line below a block, behind the comment that may follow its last value."""
        at = self._line_end(node.end)
        if self._keeps_blanks(node):
            while at < len(self.text):
                following = self._line_end(at + 1) if self.text[at] == "\n" else self._line_end(at + 2)
                if self.text[at:following].strip():
                    break
                at = following
        return Splice(at, at, self.manner.newline + line)

    def _keeps_blanks(self, node: Node) -> bool:
        """Tell whether a block ends in a `|+` scalar, whose blank lines are part of it."""
        while node.kind in ("map", "list") and node.value:
            node = node.value[-1][1] if node.kind == "map" else node.value[-1]
        if node.style not in ("|", ">"):
            return False
        return "+" in self.text[self._content(node) : self._line_end(node.start)].split("#")[0]

    # -- removing

    def _take_out(self, holder: Node, where: int) -> Splice:
        """Remove one of several members of a map or elements of a list."""
        if holder.kind == "map":
            pairs = own(holder)
            index = next((i for i, pair in enumerate(pairs) if pair is holder.value[where]), None)
            if index is None:
                raise CannotEdit("the key is written elsewhere, behind '<<'")
            parts = [(k.start, max(k.end, v.end)) for k, v in pairs]
        else:
            index, parts = where, self._elements_of(holder)
        start, end = parts[index]
        if holder.style == "flow":
            if index + 1 < len(parts):
                return Splice(start, parts[index + 1][0], "")
            return Splice(parts[index - 1][1], end, "")
        return self._take_lines(start, end, parts[index + 1][0] if index + 1 < len(parts) else None)

    def _elements_of(self, holder: Node) -> list[tuple[int, int]]:
        """Return the stretches of a list's elements, with their dashes in a block."""
        elements: list[Node] = holder.value
        if holder.style == "flow":
            return [(e.start, e.end) for e in elements]
        first = self._content(holder)
        dash = re.compile(r"\n" + " " * self._column(first) + r"(-)(?=[ \t\r\n]|\Z)")
        parts = [(first, elements[0].end)]
        for before, element in pairwise(elements):
            found = dash.search(self.text, before.end, element.start)
            if found is None:
                raise CannotEdit("the list is written in an unusual way")
            parts.append((found.start(1), element.end))
        return parts

    def _take_lines(self, start: int, end: int, following: int | None) -> Splice:
        line = self.text.rfind("\n", 0, start) + 1
        if self.text[line:start].strip():
            if following is None:
                raise CannotEdit("the list is written in an unusual way")
            return Splice(start, following, "")
        stop = self.text.find("\n", end)
        if stop >= 0:
            return Splice(line, stop + 1, "")
        before = line - 2 if self.text[max(0, line - 2) : line] == "\r\n" else max(line - 1, 0)
        return Splice(before, len(self.text), "")

    # -- places

    def _column(self, offset: int) -> int:
        return offset - self.text.rfind("\n", 0, offset) - 1

    def _line_indent(self, offset: int) -> int:
        line = self.text.rfind("\n", 0, offset) + 1
        end = line
        while self.text[end : end + 1] in (" ", "\t") and end < offset:
            end += 1
        return end - line

    def _line_end(self, offset: int) -> int:
        """Return where the line of an offset ends, before its line break."""
        end = self.text.find("\n", offset)
        if end < 0:
            return len(self.text)
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end


def _before(node: Node, where: int) -> int:
    """Return the offset that element `where` of a list cannot begin before, unless it is an alias."""
    elements: list[Node] = node.value
    return max((e.end for e in elements[:where]), default=node.start)


def _is_list(data: Any) -> bool:
    return isinstance(data, Sequence) and not isinstance(data, str | Tagged)


def own(node: Node) -> list[Any]:
    """Return the members of a map that are written in it (none that `<<` brought), or the elements of a list."""
    if node.kind == "list":
        return node.value
    return [pair for pair in node.value if node.start <= pair[0].start < max(node.end, node.start + 1)]


def place_of(node: Node, step: Step) -> int | None:
    """Return the index of a key's member or of an element; None where it is not written."""
    if node.kind == "map" and isinstance(step, str):
        return next(
            (i for i, (k, _) in enumerate(node.value) if k.value == step and node.start <= k.start < node.end), None
        )
    if node.kind == "list" and isinstance(step, int) and 0 <= step < len(node.value):
        return step
    return None


def nest(steps: Sequence[Step], new: Any) -> Any:
    """Wrap data in the maps and lists that `steps` lead through."""
    for step in reversed(steps):
        if isinstance(step, int) and step != 0:
            raise CannotEdit(f"there is no element {step}")
        new = {step: new} if isinstance(step, str) else [new]
    return new

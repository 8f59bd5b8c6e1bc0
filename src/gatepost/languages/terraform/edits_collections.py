"""Adds and removes elements of HCL lists and entries of objects, commas and comments right; never bodies."""

from __future__ import annotations

import re

from gatepost.languages.positioned.splices import Splice
from gatepost.languages.terraform import format_values
from gatepost.languages.terraform.edits_places import begins_line, indent_of, line_end, line_start
from gatepost.languages.terraform.format_values import Manner
from gatepost.languages.terraform.nodes import Expression, ListExpression, Literal, Node, ObjectExpression
from gatepost.languages.terraform.tokens import INLINE_BLANK
from gatepost.model.changes import Plain
from gatepost.model.regexes import regex

_COMMA = regex(r"\s*,")
_SEPARATOR = regex(r"[ \t]*(:|=)")


class CollectionEditor:
    """Edits the lists and objects of one text. Each method returns splices."""

    def __init__(self, text: str, manner: Manner) -> None:
        self.text = text
        self.manner = manner

    def replace(self, node: Expression, new: Plain) -> list[Splice]:
        """Put plain data in place of an expression; lists of equal length element by element."""
        text = self.text
        indent = indent_of(text, node.start)
        if isinstance(node, ListExpression) and isinstance(new, list):
            elements = new
            if len(elements) == len(node.items) and all(isinstance(item, Literal) for item in node.items):
                changes: list[Splice] = []
                for item, element in zip(node.items, elements, strict=True):
                    written = format_values.expression(element, self.manner, indent, True)
                    if written != text[item.start : item.end] and not means(item, element):
                        changes.append(Splice(item.start, item.end, written))
                return changes
            if "\n" in text[node.start : node.end] and elements:
                return [Splice(node.start, node.end, format_values.lines_of_list(elements, self.manner, indent))]
        if means(node, new):
            return []
        wide = isinstance(node, ObjectExpression) and bool(node.items) and "\n" not in text[node.start : node.end]
        written = format_values.expression(new, self.manner, indent, wide or not self._may_break(node))
        return [Splice(node.start, node.end, written)]

    def _may_break(self, node: Expression) -> bool:
        """Tell whether a value of several lines may stand here: not inside something that is on one line."""
        before = self.text[line_start(self.text, node.start) : node.start]
        return sum(map(before.count, "([{")) <= 1 and not any(map(before.count, ")]}"))

    def append(self, node: ListExpression, new: Plain) -> list[Splice]:
        """Add an element at the end of a list."""
        text, newline = self.text, self.manner.newline
        if not node.items:
            if "\n" not in text[node.start : node.end]:
                inside = format_values.expression(
                    new, self.manner, indent_of(text, node.start), not isinstance(new, dict)
                )
                return [Splice(node.start + 1, node.end - 1, inside)]
            indent = indent_of(text, node.end) + self.manner.step
            at = line_start(text, node.end - 1)
            return [Splice(at, at, f"{indent}{format_values.expression(new, self.manner, indent)},{newline}")]
        last = node.items[-1]
        comma = _COMMA.match(text, last.end)
        if not begins_line(text, last.start):
            written = format_values.expression(new, self.manner, indent_of(text, node.start), True)
            return [Splice(last.end, last.end, ", " + written)]
        indent = indent_of(text, last.start)
        written = format_values.expression(new, self.manner, indent, "\n" not in text[last.start : last.end])
        return self._new_line(last, node.end, comma, indent, written, "," if comma else "")

    def _new_line(
        self, last: Node, limit: int, comma: re.Match[str] | None, indent: str, written: str, trailing: str
    ) -> list[Splice]:
        """Write one more line behind the line of the last element, which gets a comma if it has none."""
        text, newline = self.text, self.manner.newline
        at = line_end(text, comma.end() if comma else last.end)
        line = newline + indent + written + trailing
        if at >= limit:  # the bracket closes on the line of the last element
            at = comma.end() if comma else last.end
        if comma or at == last.end:
            return [Splice(at, at, ("" if comma else ",") + line)]
        return [Splice(last.end, last.end, ","), Splice(at, at, line)]

    def remove(self, node: ListExpression, index: int) -> list[Splice]:
        """Remove one of several elements."""
        parts = [(item.start, item.end) for item in node.items]
        return self._remove_part(parts, index, node)

    def remove_entry(self, node: ObjectExpression, index: int) -> list[Splice]:
        """Remove one of several entries of an object."""
        parts = [(key.start, value.end) for key, value in node.items]
        return self._remove_part(parts, index, node)

    def _remove_part(self, parts: list[tuple[int, int]], index: int, node: Expression) -> list[Splice]:
        text = self.text
        start, end = parts[index]
        comma = _COMMA.match(text, end)
        behind = comma.end() if comma else end
        rest_end = line_end(text, behind)
        rest = text[behind:rest_end].strip()
        if begins_line(text, start) and (not rest or rest.startswith(("#", "//"))) and rest_end < node.end:
            splices = [Splice(line_start(text, start), text.find("\n", rest_end) + 1, "")]
            if index == len(parts) - 1 and not comma and isinstance(node, ListExpression):
                before = _COMMA.match(text, parts[index - 1][1])
                if before:
                    splices.insert(0, Splice(before.end() - 1, before.end(), ""))
            return splices
        if index + 1 < len(parts):
            return [Splice(start, parts[index + 1][0], "")]
        return [Splice(parts[index - 1][1], end, "")]

    def add_entry(self, node: ObjectExpression, key: str, new: Plain) -> list[Splice]:
        """Add an entry at the end of an object, with quotes, sign and separators as its neighbours have them."""
        text, newline = self.text, self.manner.newline
        in_quotes, sign = self._fashion(node)
        name = format_values.key_text(key, in_quotes)
        if not node.items:
            return self._first_entry(node, f"{name} = ", new)
        last_key, last = node.items[-1]
        comma = _COMMA.match(text, last.end)
        if not begins_line(text, last_key.start):
            written = format_values.expression(new, self.manner, indent_of(text, node.start), True)
            return [Splice(last.end, last.end, f", {name}{sign}{written}")]
        indent = indent_of(text, last_key.start)
        line = f"{name}{sign}{format_values.expression(new, self.manner, indent)}"
        if comma:
            return self._new_line(last, node.end, comma, indent, line, ",")
        at = line_end(text, last.end)
        if at >= node.end:
            blank = INLINE_BLANK.match(text, last.end)
            outer = indent_of(text, node.start)
            return [Splice(last.end, blank.end() if blank else last.end, newline + indent + line + newline + outer)]
        return [Splice(at, at, newline + indent + line)]

    def _first_entry(self, node: ObjectExpression, begin: str, new: Plain) -> list[Splice]:
        text, newline = self.text, self.manner.newline
        outer = indent_of(text, node.start)
        inner = outer + self.manner.step
        line = inner + begin + format_values.expression(new, self.manner, inner)
        if "\n" in text[node.start : node.end]:
            at = line_start(text, node.end - 1)
            return [Splice(at, at, line + newline)]
        if not self._may_break(node):
            written = format_values.expression(new, self.manner, outer, True)
            return [Splice(node.start, node.end, f"{{ {begin}{written} }}")]
        return [Splice(node.start + 1, node.end - 1, newline + line + newline + outer)]

    def _fashion(self, node: ObjectExpression) -> tuple[bool, str]:
        """Return whether the keys of an object are in quotes, and the sign with its blanks."""
        if not node.items:
            return False, " = "
        key = node.items[-1][0]
        match = _SEPARATOR.match(self.text, key.end)
        sign = ": " if match and match[1] == ":" else " = "
        if sign == ": " and match and match.start(1) > key.end:
            sign = " : "
        return self.text.startswith('"', key.start), sign


def means(node: Expression, new: Plain) -> bool:
    """Tell whether an expression is this scalar already."""
    return isinstance(node, Literal) and type(node.value) is type(new) and node.value == new

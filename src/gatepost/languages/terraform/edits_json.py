"""Edits of Terraform's JSON notation, and of JSON text inside HCL; never of HCL expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, cast

from gatepost.languages.positioned import Malformed, Node, read_json
from gatepost.languages.positioned.edits import CannotEdit, Editor
from gatepost.languages.positioned.splices import Splice
from gatepost.languages.terraform import format_values, nodes
from gatepost.languages.terraform.format_values import Manner
from gatepost.languages.terraform.nodes import Interpolation, Template
from gatepost.model import changes
from gatepost.model.changes import Plain, Step
from gatepost.model.problems import CannotWrite
from gatepost.model.regexes import regex
from gatepost.model.values import Reference

Verb: TypeAlias = Literal["set", "append", "remove"]

# Stands for an expression while text is put in quotes; neither is a character that people use.
_OPEN, _CLOSE = "\ue0f0", "\ue0f1"
_EXPRESSION = regex(f"{_OPEN}(.*?){_CLOSE}")


def edit_json(
    text: str, start: int, end: int, verb: Verb, steps: tuple[Step, ...], new: Plain, manner: Manner
) -> list[Splice]:
    """Change what stands at `steps` below the node of a .tf.json file with this stretch; raises CannotWrite."""
    try:
        root = read_json(text)
    except Malformed as error:
        raise CannotWrite(f"the file cannot be read: {error.what}") from None
    path = _path_to(root, start, end)
    if path is None:
        raise CannotWrite("the place is not found in the file")

    def escaped(value: str) -> str:
        return format_values.in_heredoc(value)

    splices = _edit(text, root, (*path, *steps), verb, _data(new, manner, escaped))
    return [Splice(s, e, _expressions(t)) for s, e, t in splices]


def json_scalar(text: str) -> Plain:
    """Return the value of a JSON text as data; expressions in it stay as they are."""
    from json import loads

    value = loads(text)
    if isinstance(value, str):
        inner = re.fullmatch(r"\$\{(.*)\}", value)
        return Reference("", "", inner[1]) if inner else value
    return cast("Plain", value)


def add_json_resource(text: str, type: str, name: str, attributes: Mapping[str, Plain], manner: Manner) -> list[Splice]:
    """Add a resource to a .tf.json file."""
    root = read_json(text)
    data = _data(attributes, manner, format_values.in_heredoc)
    resources = root.get("resource")
    steps: tuple[Step, ...] = ("resource", type, name)
    if resources is not None and resources.kind == "list":
        splices = _edit(text, root, ("resource",), "append", {type: {name: data}})
    else:
        splices = _edit(text, root, steps, "set", data)
    return [Splice(s, e, _expressions(t)) for s, e, t in splices]


def _edit(text: str, root: Node, steps: tuple[Step, ...], verb: Verb, data: Any) -> list[Splice]:
    steps = _through_lists(root, steps)
    editor = Editor(text, "json")
    try:
        if verb == "set":
            return editor.set(root, steps, data)
        return editor.append(root, steps, data) if verb == "append" else editor.remove(root, steps)
    except CannotEdit as error:
        raise CannotWrite(str(error)) from None


def _through_lists(root: Node, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Add a 0 where a list of one object stands for the object, take it out where an object stands for its list."""
    path: list[Step] = []
    node: Node | None = root
    for step in steps:
        if node is not None and node.kind == "list" and isinstance(step, str):
            if len(node.elements()) != 1:
                raise CannotWrite("it stands in a list of several elements")
            path.append(0)
            node = node.elements()[0]
        if step == 0 and (node is None or node.kind == "map"):
            continue
        path.append(step)
        if node is None:
            continue
        if isinstance(step, int):
            elements = node.elements()
            node = elements[step] if step < len(elements) else None
        else:
            node = node.get(step)
    return tuple(path)


def _path_to(root: Node, start: int, end: int) -> tuple[Step, ...] | None:
    """Return the steps to the node with a stretch: its own, that between its braces, or from its key on."""
    waiting: list[tuple[Node, tuple[Step, ...]]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if (node.start, node.end) == (start, end) or (node.start + 1, node.end - 1) == (start, end):
            return path
        for name, key, value in node.items():
            if (key.start, value.end) == (start, end):
                return (*path, name)
            if value.start <= start and end <= value.end:
                waiting.append((value, (*path, name)))
        for index, element in enumerate(node.elements()):
            if element.start <= start and end <= element.end:
                waiting.append((element, (*path, index)))
    return None


def _data(new: Plain, manner: Manner, escaped: Callable[[str], str]) -> Any:
    """Return plain data for JSON: references as marked text, other text escaped as the notation around it wants."""
    if isinstance(new, Reference):
        return f"{_OPEN}{manner.reference(new)}{_CLOSE}"
    if isinstance(new, changes.Template):
        parts = (f"{_OPEN}{manner.reference(p)}{_CLOSE}" if isinstance(p, Reference) else escaped(p) for p in new.parts)
        return "".join(parts)
    if isinstance(new, Mapping):
        return {key: _data(value, manner, escaped) for key, value in new.items()}
    if isinstance(new, list | tuple):
        return [_data(cast("Plain", value), manner, escaped) for value in new]
    return escaped(new) if isinstance(new, str) else new


def _expressions(text: str) -> str:
    """Put interpolations in place of marked text, whose quotation marks are escaped for JSON."""
    return _EXPRESSION.sub(lambda m: "${" + m[1] + "}", text)


def edit_json_in_text(
    text: str,
    node: nodes.Literal | Template,
    place: tuple[int, int] | None,
    verb: Verb,
    steps: tuple[Step, ...],
    new: Plain,
    manner: Manner,
) -> list[Splice]:
    """Change JSON that is written as HCL text (in quotes or a heredoc).

    `place` is the stretch of the JSON value that `steps` begin at, None for all of it. Raises CannotWrite.
    """
    heredoc = isinstance(node, Template) and node.style != "quoted"
    begin, finish = (node.text_start, node.text_end) if isinstance(node, Template) else (node.start + 1, node.end - 1)
    masked = list(text[begin:finish])
    if isinstance(node, Template):
        _mask(node, masked, begin)
    decoded, offsets = _decode("".join(masked), begin, heredoc)
    try:
        root = read_json(decoded)
    except Malformed:
        raise CannotWrite("the text is no JSON that can be read") from None
    path: tuple[Step, ...] | None = ()
    if place is not None:
        where = {offset: index for index, offset in enumerate(offsets)}
        path = _path_to(root, where.get(place[0], -1), where.get(place[1], -1))
    if path is None:
        raise CannotWrite("the place is not found in the text")
    splices = _edit(decoded, root, (*path, *steps), verb, _data(new, manner, str))
    return [Splice(offsets[s], offsets[e], _written(t, heredoc)) for s, e, t in splices]


def _written(text: str, heredoc: bool) -> str:
    """Return JSON text as HCL text."""
    parts = re.split(f"({_OPEN}.*?{_CLOSE})", text)
    for index, part in enumerate(parts):
        if part.startswith(_OPEN):
            parts[index] = _expressions(part).replace('\\"', '"')
        else:
            parts[index] = format_values.in_heredoc(part) if heredoc else format_values.quoted(part)[1:-1]
    return "".join(parts)


def _mask(node: Template, masked: list[str], begin: int) -> None:
    """Put text in place of interpolations: in quotes where they stand outside of JSON strings."""
    inside = False
    at = begin
    for part in node.parts:
        if not isinstance(part, Interpolation):
            if not isinstance(part, nodes.Piece):
                raise CannotWrite("the text is made with template directives")
            continue
        raw = "".join(masked[at - begin : part.start - begin])
        if node.style == "quoted":
            raw = raw.replace('\\"', '"')
        inside ^= len(re.findall(r'(?<!\\)"', raw)) % 2 == 1
        length = part.end - part.start
        filler = "_" * length if inside else "0" * length
        if not inside:
            filler = "1" + filler[1:]
        masked[part.start - begin : part.end - begin] = filler
        at = part.end


def _decode(raw: str, begin: int, heredoc: bool) -> tuple[str, list[int]]:
    """Return what HCL text means, and the offset of each of its characters (and of its end)."""
    parts: list[str] = []
    offsets: list[int] = []
    at = 0
    marks = (
        re.compile(r"([$%])\1\{").finditer(raw)
        if heredoc
        else re.compile(r"\\(?:u.{4}|U.{8}|.)|([$%])\1\{").finditer(raw)
    )
    for match in marks:
        parts.append(raw[at : match.start()])
        offsets.extend(range(begin + at, begin + match.start()))
        meaning = match[0][1:] if match[1] else _unescaped(match[0])
        parts.append(meaning)
        offsets.extend([begin + match.start()] * len(meaning))
        at = match.end()
    parts.append(raw[at:])
    offsets.extend(range(begin + at, begin + len(raw) + 1))
    return "".join(parts), offsets


def _unescaped(escape: str) -> str:
    simple = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
    return simple.get(escape[1:]) or chr(int(escape[2:], 16))

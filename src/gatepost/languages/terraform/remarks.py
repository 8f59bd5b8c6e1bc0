"""Comments of Terraform files that may hold waivers, and what each speaks about; never what a waiver means."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatepost.languages.positioned import Malformed, Node, read_json
from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.edits_places import begins_line, line_end, line_start
from gatepost.languages.terraform.format_lines import marks
from gatepost.languages.terraform.nodes import Attribute, Block, Body
from gatepost.model.documents import Remark
from gatepost.model.places import Source, Span

# Our own word and those with which other tools are told to look away.
MARKER = re.compile(r"gatepost:|checkov:skip|bridgecrew:skip|tfsec:ignore|trivy:ignore|kics-scan|nosemgrep").search
# These speak about the whole block they stand in, wherever in it they do.
_ABOUT_BLOCK = ("checkov:skip", "bridgecrew:skip")
_PREFIXES = {"resource": "", "variable": "var."}


def remarks_of(source: Source, body: Body) -> list[Remark]:
    """Return the comments with a marker in file order; `body` is what the source was read into."""
    if MARKER(source.text) is None:
        return []
    if body.notation == "json":
        return list(_in_json(source))
    text = source.text
    found: list[Remark] = []
    for what, start, end in marks(text, body.start):
        if what == "#" and MARKER(text, start, end):
            found.append(_remark(source, body, start, end))
    return found


def address_of(block: Block) -> str:
    """Return the address that a block at the top of a file has in its module, "" for one without."""
    if not block.labels:
        return ""
    return _PREFIXES.get(block.type, block.type + ".") + ".".join(block.labels)


def _remark(source: Source, body: Body, start: int, end: int) -> Remark:
    text = source.text
    comment = text[start:end]
    words = comment[2:-2] if comment.startswith("/*") else comment.lstrip("#/")
    holders = _around(body, start)
    top = holders[0] if holders else None
    enclosing = next((item for item in reversed(holders) if isinstance(item, Block)), None)
    covers: tuple[int, int] | None = None
    if any(mark in comment for mark in _ABOUT_BLOCK) and isinstance(top, Block):
        covers = (top.start, top.end)
    elif not begins_line(text, start):
        covers = _on_line(body, holders, text, start)
    elif enclosing is not None and enclosing is holders[-1] and not _code(text[enclosing.body.start : start]):
        covers = (enclosing.start, enclosing.end)
    else:
        covers = _below(body, holders, text, end)
    if covers is None:
        covers = (start, end)
    if top is None:
        top = next((item for item in body.items if covers[0] <= item.start < covers[1]), None)
    address = address_of(top) if isinstance(top, Block) else ""
    return Remark(words.strip(), Span(source, start, end), Span(source, *covers), address)


def _code(text: str) -> str:
    """Return what is left of lines without comments that have lines of their own."""
    lines = [line.strip() for line in text.split("\n")]
    return "".join(line for line in lines if not line.startswith(("#", "//", "/*")))


def _around(body: Body, offset: int) -> list[Attribute | Block]:
    """Return the items that hold an offset, from the outermost in."""
    found: list[Attribute | Block] = []
    inner: Body | None = body
    while inner is not None:
        item = next((item for item in inner.items if item.start <= offset < item.end), None)
        if item is not None:
            found.append(item)
        inner = item.body if isinstance(item, Block) else None
    return found


def _items_of(body: Body, holders: list[Attribute | Block]) -> list[Attribute | Block]:
    inner = next((item.body for item in reversed(holders) if isinstance(item, Block)), body)
    return inner.items


def _on_line(body: Body, holders: list[Attribute | Block], text: str, start: int) -> tuple[int, int]:
    """Return what a comment behind something on its line is about: the item that begins there, else the line."""
    begin = line_start(text, start)
    for item in (*holders, *_items_of(body, holders)):
        if begin <= item.start < start:
            return item.start, item.end
    line = text[begin:start]
    return begin + len(line) - len(line.lstrip()), begin + len(line.rstrip())


def _below(body: Body, holders: list[Attribute | Block], text: str, end: int) -> tuple[int, int] | None:
    """Return what begins on the first line below that is no comment; None for a blank line."""
    at = end
    while True:
        at = text.find("\n", at) + 1
        line = text[at : line_end(text, at)]
        words = line.strip()
        if at == 0 or not words or words.startswith(("}", "]")):
            return None
        if not words.startswith(("#", "//")):
            break
    first = at + len(line) - len(line.lstrip())
    for item in _items_of(body, holders):
        if item.start == first:
            return item.start, item.end
    inside = [node for holder in holders for node in nodes.below(holder) if node.start == first]
    widest = max((node.end for node in inside), default=at + len(line.rstrip()))
    return first, widest


def _in_json(source: Source) -> Iterator[Remark]:
    """Yield the texts under "//" keys; each is about the object it stands in."""
    try:
        waiting: list[tuple[Node, tuple[str, ...]]] = [(read_json(source.text), ())]
    except Malformed:
        return
    found: list[Remark] = []
    while waiting:
        node, path = waiting.pop()
        for name, _, value in node.items():
            if name != "//":
                waiting.append((value, (*path, name)))
                continue
            for text in value.elements() if value.kind == "list" else [value]:
                if text.kind == "text" and MARKER(text.value):
                    covers = Span(source, node.start, node.end)
                    found.append(Remark(text.value.strip(), Span(source, text.start, text.end), covers, _address(path)))
        waiting.extend((element, path) for element in node.elements())
    yield from sorted(found, key=lambda remark: remark.span.start)


def _address(path: tuple[str, ...]) -> str:
    labels = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1}
    count = labels.get(path[0], 0) if path else 0
    if not count or len(path) <= count:
        return ""
    return _PREFIXES.get(path[0], path[0] + ".") + ".".join(path[1 : count + 1])

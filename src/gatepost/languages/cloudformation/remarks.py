"""Comments and metadata of a template that may excuse a finding, and what they cover; never whether they do."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.languages.positioned import Node
from gatepost.model.documents import Remark
from gatepost.model.places import Source, Span
from gatepost.model.regexes import regex

_MARKERS = "gatepost|checkov:skip|trivy:ignore|tfsec:ignore|nosem|kics-scan|cfn[-_]nag|cfn-lint|nosec"
_COMMENTS = regex(rf"(?:^|(?<=[ \t]))#+[ \t]*([^\r\n]*?(?:{_MARKERS})[^\r\n]*)", re.MULTILINE | re.IGNORECASE)


def read(layout: Layout, source: Source) -> list[Remark]:
    """Return the remarks of a template in file order."""
    found = [*_written(layout, source)] if layout.notation == "yaml" else []
    for entry in layout.entries:
        if entry.section == "Resources" and entry.node is not None:
            found.extend(_in_metadata(entry, source))
    return sorted(found, key=lambda remark: remark.span.start)


def _written(layout: Layout, source: Source) -> Iterator[Remark]:
    text = source.text
    entries = layout.entries
    starts = [entry.start for entry in entries]
    for match in _COMMENTS.finditer(text):
        at = match.start()
        here = entries[max(0, bisect_right(starts, at) - 1)] if entries else None
        if here is not None and here.node is not None and _in_scalar(here.node, at - here.base):
            continue
        line = text.rfind("\n", 0, at) + 1
        alone = not text[line:at].strip()
        target = _next_line(text, at) if alone else line + len(text[line:at]) - len(text[line:at].lstrip())
        index = bisect_right(starts, target) - 1
        entry = entries[index] if index >= 0 else None
        span = Span(source, at, match.end())
        place = _covered(entry, target, text) if entry is not None else None
        covers = Span(source, *place) if place is not None else Span(source, line if not alone else at, match.end())
        address = entry.name if entry is not None and entry.section == "Resources" else ""
        yield Remark(match[1].strip(), span, covers, address)


def _next_line(text: str, at: int) -> int:
    """Return where the next line that is neither blank nor a comment begins, behind its indentation."""
    while True:
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)]
        if line.strip() and not line.lstrip().startswith("#"):
            return at + len(line) - len(line.lstrip())


def _in_scalar(node: Node, at: int) -> bool:
    while node.kind in ("map", "list"):
        parts: list[Node] = [part for pair in node.value for part in pair] if node.kind == "map" else node.value
        inner = next((part for part in parts if part.start <= at < part.end), None)
        if inner is None:
            return False
        node = inner
    return node.start <= at < node.end


def _covered(entry: Entry, target: int, text: str) -> tuple[int, int] | None:
    """Return the stretch of the outermost thing that begins at `target`: an entry, a property or an element."""
    if entry.node is None:
        return (entry.start, entry.end) if entry.start == target else None
    if entry.start == target:
        return entry.start, entry.end
    at = target - entry.base
    node: Node | None = entry.node
    while node is not None and node.kind in ("map", "list"):
        deeper: Node | None = None
        if node.kind == "map":
            for key, value in node.value:
                if key.start == at:
                    return entry.base + key.start, entry.base + max(key.end, value.end)
                if value.start <= at < value.end:
                    deeper = value
        else:
            for element in node.value:
                between = text[target : entry.base + element.start]
                if at < element.start and between.startswith("-") and not between.replace("-", "").strip():
                    return target, entry.base + element.end
                if element.start <= at < element.end:
                    if element.start == at and element.kind not in ("map", "list"):
                        return entry.base + element.start, entry.base + element.end
                    deeper = element
        node = deeper
    return None


def _in_metadata(entry: Entry, source: Source) -> Iterator[Remark]:
    node = entry.node
    metadata = node.get("Metadata") if node is not None else None
    if metadata is None:
        return
    covers = Span(source, entry.start, entry.end)
    for text, at in _spoken(metadata):
        yield Remark(text, Span(source, entry.base + at.start, entry.base + at.end), covers, entry.name)


def _spoken(metadata: Node) -> Iterator[tuple[str, Node]]:
    """Yield (text of a remark, where it stands) for our own key and those of other tools."""
    ours = metadata.get("Gatepost")
    waive = ours.get("waive") if ours is not None else None
    for one in _one_or_more(waive):
        if one.kind == "text":
            text = one.value if one.value.lstrip().startswith("gatepost:") else f"gatepost: waive {one.value}"
            yield text.strip(), one
    for tool, key, name, why in (
        ("checkov", "skip", "id", "comment"),
        ("cfn_nag", "rules_to_suppress", "id", "reason"),
    ):
        section = metadata.get(tool)
        for one in _one_or_more(section.get(key) if section is not None else None):
            rule, reason = one.get(name), one.get(why)
            if rule is not None:
                said = f":{reason.value}" if reason is not None else ""
                yield f"{tool}:skip={rule.value}{said}", one
    lint = metadata.get("cfn-lint")
    config = lint.get("config") if lint is not None else None
    for one in _one_or_more(config.get("ignore_checks") if config is not None else None):
        yield f"cfn-lint:skip={one.value}", one


def _one_or_more(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return node.elements() if node.kind == "list" else [node]

"""Every scalar that is written in a template, for rules about any value; never names, types or descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatepost.languages.cloudformation.differences import ITEMS, WHOLE, item_of
from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.positioned import Node
from gatepost.model.values import Value

_UNSPOKEN = frozenset(
    ("Description", "ConstraintDescription", "AllowedPattern", "AWSTemplateFormatVersion", "Transform")
)
# Beside the properties of a resource or parameter: words of the language.
_WORDS = frozenset(("Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "NoEcho"))
_NAMING = frozenset(("Ref", "Fn::GetAtt", "Fn::GetAZs", "Fn::ImportValue", "Condition"))


def written(parts: Sequence[Part], items: frozenset[str] | None = None) -> Iterator[tuple[str, str, Value]]:
    """Yield (item, path, value) in file order, of some items or of all; the path leads from the top of the template."""
    if items is None:
        parts[0].evaluator.ledger.note(*ITEMS)
    seen: set[str] = set()
    for part in parts:
        if part.source.path not in seen:
            seen.add(part.source.path)
            yield from _of_part(part, items)


def _of_part(part: Part, items: frozenset[str] | None) -> Iterator[tuple[str, str, Value]]:
    evaluator = part.evaluator
    for entry in part.written.entries:
        if entry.node is None or entry.section == "Conditions":
            continue
        if not entry.section and entry.name in _UNSPOKEN:
            continue
        item = part.prefix + item_of(entry)
        if items is not None and item not in items:
            continue
        evaluator.ledger.note(item, WHOLE)
        path = f"{entry.section}.{entry.name}" if entry.section else entry.name
        words = _WORDS if entry.section in ("Resources", "Parameters") else frozenset[str]()
        for below, node in _scalars(entry.node, words):
            value = evaluator.scalar(node, evaluator.span(node, entry.base))
            if value.literal is not None:
                yield item, path + below, value


def _scalars(top: Node, words: frozenset[str]) -> Iterator[tuple[str, Node]]:
    """Yield (path, scalar) without recursion; `words` are left out at the top."""
    waiting: list[tuple[str, Node]] = [("", top)]
    while waiting:
        path, node = waiting.pop()
        call = call_of(node)
        if call is not None and call.name in _NAMING:
            continue
        if call is not None and call.name in ("Fn::If", "Fn::FindInMap"):
            choices = call.argument.elements()[1 if call.name == "Fn::If" else 3 :]
            waiting.extend((path, choice) for choice in reversed(choices))
        elif call is not None and call.name == "Fn::Join":
            # A piece of a text is not what the name says that the text stands under.
            waiting.append((f"{path}.Fn::Join", call.argument))
        elif node.kind == "map":
            inner = [
                (f"{path}.{key}", value)
                for key, _, value in node.items()
                if key not in _UNSPOKEN and not (node is top and key in words)
            ]
            waiting.extend(reversed(inner))
        elif node.kind == "list":
            waiting.extend((f"{path}.{i}", value) for i, value in reversed(list(enumerate(node.elements()))))
        elif node.value is not None:
            yield path, node

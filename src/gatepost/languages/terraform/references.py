"""Names in an expression that nothing declares, which Terraform refuses before it evaluates; never a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.modules import Directory

_PATHS = ("module", "root", "cwd")


def undeclared(node: nodes.Node, directory: Directory) -> str:
    """Return what is wrong with the first name that means nothing in a root module, "" when all mean something."""
    for reference in _free(node, frozenset()):
        wrong = _wrong(reference, directory)
        if wrong:
            return wrong
    return ""


def _free(top: nodes.Node, bound: frozenset[str]) -> Iterator[nodes.Reference]:
    """Yield the references whose first names no `for` around them gives, in no particular order."""
    waiting: list[tuple[Any, frozenset[str]]] = [(top, bound)]
    while waiting:
        node, names = waiting.pop()
        if isinstance(node, nodes.Reference):
            if node.root not in names:
                yield node
            continue
        if isinstance(node, (nodes.ForExpression, nodes.ForDirective)):
            waiting.append((node.collection, names))
            inner = names | {node.key_name, node.value_name}
            parts = (node.key, node.value, node.condition) if isinstance(node, nodes.ForExpression) else node.parts
            waiting.extend((part, inner) for part in parts)
        elif isinstance(node, (list, tuple)):
            waiting.extend((part, names) for part in cast("list[Any]", node))
        elif isinstance(node, nodes.Node):
            for slot in node.__class__.__slots__:
                waiting.append((getattr(node, slot, None), names))


def _wrong(reference: nodes.Reference, directory: Directory) -> str:
    root = reference.root
    steps = [step.name for step in reference.steps if isinstance(step, nodes.Member)]
    first = steps[0] if steps and isinstance(reference.steps[0], nodes.Member) else ""
    index = directory.index
    if root in ("null", "true", "false"):
        return ""
    if root in ("each", "count", "self"):
        return f"{root} means nothing here"
    if not first:
        return f'"{root}" is no reference: a name follows with a dot'
    if root == "path":
        return "" if first in _PATHS else f"there is no path.{first}"
    if root == "terraform":
        return "" if first in ("workspace", "applying") else f"there is no terraform.{first}"
    kinds = {"var": "variable", "local": "local", "module": "module"}
    if root in kinds:
        return "" if f"{kinds[root]}.{first}" in index else f"{root}.{first} is not declared"
    if root in ("data", "ephemeral", "resource"):
        key = f"{root}.{'.'.join(steps[:2])}"
        return "" if len(steps) > 1 and key in index else f"{key} is not declared"
    if f"resource.{root}.{first}" in index:
        return ""
    return f"{root}.{first} is not declared"

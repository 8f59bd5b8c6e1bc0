"""Every scalar that is written in a document, with the path to it; never evaluates anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.bodies import entries_of
from gatepost.languages.terraform.frame import Frame
from gatepost.languages.terraform.modules import Item
from gatepost.languages.terraform.scope import Scope
from gatepost.languages.terraform.state import State
from gatepost.model.values import Notation, Unknown, Value, value_at

DEEPEST = 200
_Found: TypeAlias = list[tuple[str, Value]]  # what was found so far, with the path to it


def occurrences(
    scopes: Sequence[Scope], state: State, wanted: frozenset[str] | None = None
) -> Iterator[tuple[str, str, Value]]:
    """Yield (item, path, value) of each written scalar, each file once, var files last; `wanted` limits the items."""
    seen: set[str] = set()
    for scope in scopes:
        if scope.directory.path not in seen:
            seen.add(scope.directory.path)
            items: Sequence[Item] = _listed(scope, wanted)
            for item in items:
                key = scope.prefix + item.key
                state.ledger.note(key, "*")
                frame = scope.frame(item)
                found: _Found = []
                if isinstance(item.node, nodes.Block):
                    _in_body(item.node.body, frame, "", 0, found)
                else:
                    _in_expression(item.node.value, frame, item.name, 0, found)
                for path, value in found:
                    yield key, path, value
    yield from _in_var_files(scopes[0], state, wanted)


def _listed(scope: Scope, wanted: frozenset[str] | None) -> Sequence[Item]:
    index = scope.directory.index
    if wanted is None:
        return [item for file in scope.directory.files.values() for chunk in file.chunks for item in chunk.items]
    prefix = scope.prefix
    keys = [key[len(prefix) :] for key in wanted if key.startswith(prefix)]
    found = [one for key in keys if key in index for one in (index[key], *index[key].over)]
    return sorted(found, key=lambda item: (item.chunk.path, item.node.start + scope.directory.delta(item.chunk)))


def _in_var_files(root: Scope, state: State, wanted: frozenset[str] | None) -> Iterator[tuple[str, str, Value]]:
    for file in state.var_files:
        notation: Notation = "json" if file.source.path.endswith(".json") else "hcl"
        for chunk in file.chunks:
            node = chunk.node
            if isinstance(node, nodes.Attribute) and (wanted is None or f"variable.{node.name}" in wanted):
                key = f"variable.{node.name}"
                state.ledger.note(key, "value")
                frame = Frame(root, file.source, file.deltas.get(chunk, 0), notation)
                found: _Found = []
                _in_expression(node.value, frame, node.name, 0, found)
                for path, value in found:
                    yield key, path, value


def _in_body(body: nodes.Body, frame: Frame, path: str, depth: int, found: _Found) -> None:
    if depth > DEEPEST:
        return
    for name, written in entries_of(body).items():
        for number, node in enumerate(written):
            here = f"{path}.{name}" if path else name
            if len(written) > 1:
                here = f"{here}.{number}"
            if isinstance(node, nodes.Attribute):
                _in_expression(node.value, frame, here, depth + 1, found)
            elif node.type == "dynamic":
                each = node.body.attributes.get("for_each")
                if each is not None:
                    _in_expression(each.value, frame, here, depth + 1, found)
                for content in node.body.blocks("content"):
                    _in_body(content.body, frame, here, depth + 1, found)
            else:
                _in_body(node.body, frame, here, depth + 1, found)


def _in_expression(node: nodes.Node, frame: Frame, path: str, depth: int, found: _Found) -> None:
    if depth > DEEPEST:
        return
    if isinstance(node, nodes.Literal):
        if node.value is not None:
            found.append((path, value_at(node.value, frame.span(node), frame.notation)))
    elif isinstance(node, nodes.Template):
        _in_template(node, frame, path, depth, found)
    elif isinstance(node, nodes.ObjectExpression):
        for key, value in node.items:
            name = str(key.value) if isinstance(key, nodes.Literal) else "*"
            _in_expression(value, frame, f"{path}.{name}", depth + 1, found)
    elif isinstance(node, nodes.ListExpression):
        for number, item in enumerate(node.items):
            _in_expression(item, frame, f"{path}.{number}", depth + 1, found)
    else:
        for inner in _parts(node):
            _in_expression(inner, frame, path, depth + 1, found)


def _parts(node: nodes.Node) -> Sequence[nodes.Node]:
    """The expressions inside that may become (part of) the value: no conditions, indexes and comparisons."""
    if isinstance(node, nodes.Call):
        return node.arguments
    if isinstance(node, nodes.Conditional):
        return (node.if_true, node.if_false)
    if isinstance(node, nodes.Parentheses):
        return (node.inner,)
    if isinstance(node, nodes.ForExpression):
        return (node.collection, node.value)
    if isinstance(node, nodes.Access):
        return (node.source,)
    return ()


def _in_template(node: nodes.Template, frame: Frame, path: str, depth: int, found: _Found) -> None:
    pieces: list[str | None] = []
    for part in node.parts:
        if isinstance(part, nodes.Piece):
            if pieces and pieces[-1] is not None:
                pieces[-1] += part.value
            else:
                pieces.append(part.value)
        else:
            pieces.append(None)
            if isinstance(part, nodes.Interpolation):
                _in_expression(part.expression, frame, path, depth + 1, found)
    if None not in pieces:
        found.append((path, value_at("".join(piece or "" for piece in pieces), frame.span(node), frame.notation)))
    elif any(pieces):
        literal = Unknown("a part of the text is put in when Terraform runs", False, tuple(pieces))
        found.append((path, value_at(literal, frame.span(node), frame.notation)))

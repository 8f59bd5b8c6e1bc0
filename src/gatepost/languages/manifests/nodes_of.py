"""Maps, lists and texts of a positioned tree as the readers of manifests ask for them; never a file's own words."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.languages.manifests.manifest import Unfit
from gatepost.languages.positioned.json_reader import read_json
from gatepost.languages.positioned.nodes import Malformed, Node
from gatepost.model.places import Source, Span


def json_tree(source: Source) -> Node:
    """Return the tree of a JSON file that holds a map; raises `Unfit`."""
    try:
        tree = read_json(source.text, tolerant=True)
    except Malformed as error:
        raise Unfit(told(source, error)) from None
    if tree.kind != "map":
        raise Unfit("it holds no map")
    return tree


def told(source: Source, error: Malformed) -> str:
    """Return what is wrong with a text, with the line (1-based)."""
    return f"{error.what} (line {source.position(min(error.offset, len(source.text)))[0]})"


def members(node: Node | None) -> Iterator[tuple[str, Node, Node]]:
    """Yield (key, key node, value node) of a map; nothing for anything else."""
    if node is not None and node.kind == "map":
        yield from node.items()


def text_of(node: Node | None) -> str:
    """Return a text; "" for anything else."""
    return node.value if node is not None and node.kind == "text" else ""


def texts_of(node: Node | None) -> list[str]:
    """Return the texts of a list."""
    return [text_of(one) for one in node.elements() if one.kind == "text"] if node is not None else []


def inner(source: Source, node: Node) -> Span:
    """Return the span of a text without its quotes."""
    text = source.text[node.start : node.end]
    for quotes in ('"""', "'''", '"', "'"):
        if len(text) >= 2 * len(quotes) and text.startswith(quotes) and text.endswith(quotes):
            return Span(source, node.start + len(quotes), node.end - len(quotes))
    return Span(source, node.start, node.end)


def verbatim(source: Source, node: Node) -> bool:
    """Whether a text is written character by character as it reads: no escapes, no folding."""
    return inner(source, node).text == node.value


def toml_tree(source: Source) -> Node:
    """Return the tree of a TOML file; raises `Unfit`."""
    from gatepost.languages.manifests.toml_reader import read_toml

    try:
        return read_toml(source.text)
    except Malformed as error:
        raise Unfit(told(source, error)) from None


def yaml_tree(source: Source) -> Node:
    """Return the tree of the last document of a YAML file; raises `Unfit`."""
    from gatepost.languages.positioned import read_yaml_all

    try:
        documents = read_yaml_all(source.text)
    except Malformed as error:
        raise Unfit(told(source, error)) from None
    if not documents or documents[-1].kind != "map":
        raise Unfit("it holds no map")
    return documents[-1]

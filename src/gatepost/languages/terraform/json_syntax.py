"""Reads Terraform's JSON notation into the nodes of HCL; never guesses what only a provider's schema can tell.

Facts: developer.hashicorp.com/terraform/language/syntax/json and the JSON profile of the HCL specification.
"""

from __future__ import annotations

from gatepost.languages.positioned import Malformed, Node, read_json
from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.nodes import (
    Attribute,
    Block,
    Body,
    Expression,
    JsonAttribute,
    ListExpression,
    Literal,
    ObjectExpression,
    Template,
)
from gatepost.languages.terraform.syntax_expressions import ExpressionParser
from gatepost.languages.terraform.syntax_templates import Fault, HclError

COMMENT = "//"
# How many labels the blocks at the top of a file have.
_TOP = {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
_TOP_WITHOUT = frozenset(("locals", "terraform", "moved", "import", "removed"))
# Nested blocks that Terraform itself knows, with their number of labels.
_NESTED = {
    "terraform": {"backend": 1, "required_providers": 0, "provider_meta": 1, "cloud": 0},
    "variable": {"validation": 0},
    "output": {"precondition": 0},
    "resource": {"lifecycle": 0, "connection": 0, "provisioner": 1},
    "data": {"lifecycle": 0},
    "check": {"data": 2, "assert": 0},
}
_NO_NESTED: dict[str, int] = {}
# Attributes whose text is an expression and not a template.
_REFERENCES = frozenset(("depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by", "from", "to"))


def parse_json(text: str, tfvars: bool = False) -> tuple[Body, list[Fault]]:
    """Read a `.tf.json` (or, with `tfvars`, a `.tfvars.json`) file; never raises.

    Returns its body and what is wrong with it. Text that is no JSON gives an empty body and one fault.
    """
    reader = _Reader(text, not tfvars)
    try:
        root = read_json(text)
    except Malformed as error:
        return Body(0, len(text), [], "json"), [Fault(error.offset, error.what, error.hint)]
    if root.kind != "map":
        fault = Fault(root.start, "the file holds no JSON object", "write { at its beginning")
        return Body(0, len(text), [], "json"), [fault]
    body = Body(root.start + 1, root.end - 1, [], "json")
    if tfvars:
        reader.fill(body, root, "", _NO_NESTED)
    else:
        reader.top(body, root)
    return body, sorted(reader.faults)


def source_offsets(text: str, start: int, end: int) -> list[int]:
    """Return the offset of each character that the JSON string between `start` and `end` (its quotes left out) means.

    One more offset is at the end of the list: `end`.
    """
    offsets: list[int] = []
    at = start
    while at < end:
        offsets.append(at)
        if text[at] != "\\":
            at += 1
        elif text[at + 1] != "u":
            at += 2
        else:
            pair = 0xD800 <= int(text[at + 2 : at + 6], 16) < 0xDC00 and text.startswith("\\u", at + 6)
            at += 12 if pair and 0xDC00 <= int(text[at + 8 : at + 12], 16) < 0xE000 else 6
    offsets.append(end)
    return offsets


class _Reader:
    def __init__(self, text: str, templates: bool) -> None:
        self.text = text
        self.templates = templates
        self.faults: list[Fault] = []

    def top(self, body: Body, root: Node) -> None:
        for name, key, value in root.items():
            if name == COMMENT:
                continue
            if name not in _TOP and name not in _TOP_WITHOUT:
                self.attribute(body, name, key, value)
                continue
            self.blocks(body, name, key, value, _TOP.get(name, 0), ())

    def blocks(
        self, body: Body, type: str, key: Node, value: Node, labels: int, found: tuple[tuple[str, Node], ...]
    ) -> None:
        """Add the blocks that stand under a key: labels are nested objects, repetitions are lists."""
        for written in value.elements() if value.kind == "list" else [value]:
            if written.kind == "null":
                continue
            if written.kind != "map":
                what = f"{type} holds something that is no object"
                self.faults.append(Fault(written.start, what, "write an object, or a list of objects"))
            elif labels:
                for label, label_key, inner in written.items():
                    if label != COMMENT:
                        self.blocks(body, type, key, inner, labels - 1, (*found, (label, label_key)))
            else:
                innermost = found[-1][1] if found else key
                names = tuple(label for label, _ in found)
                spans = tuple((node.start, node.end) for _, node in found)
                inner_body = Body(written.start + 1, written.end - 1, [], "json")
                start = innermost.start if written is value else written.start
                block = Block(start, written.end, type, names, inner_body, spans, innermost.end)
                self.fill(inner_body, written, type, _NESTED.get(type, _NO_NESTED))
                body.items.append(block)

    def fill(self, body: Body, written: Node, type: str, nested: dict[str, int]) -> None:
        for name, key, value in written.items():
            if name == COMMENT:
                continue
            if name in nested and value.kind in ("map", "list"):
                self.blocks(body, name, key, value, nested[name], ())
            else:
                self.attribute(body, name, key, value, (name == "type" and type == "variable") or name in _REFERENCES)

    def attribute(self, body: Body, name: str, key: Node, value: Node, is_expression: bool = False) -> None:
        node = self.expression(value, is_expression and self.templates)
        attribute: Attribute = JsonAttribute(key.start, value.end, name, node, key.end)
        body.items.append(attribute)

    def expression(self, value: Node, is_expression: bool = False) -> Expression:
        if value.kind == "map":
            pairs = [(self.string(key), self.expression(inner, is_expression)) for _, key, inner in value.items()]
            return ObjectExpression(value.start, value.end, pairs)
        if value.kind == "list":
            items = [self.expression(inner, is_expression) for inner in value.elements()]
            return ListExpression(value.start, value.end, items)
        if value.kind == "text":
            return self.string(value, is_expression)
        return Literal(value.start, value.end, value.value)

    def string(self, value: Node, is_expression: bool = False) -> Expression:
        """Read a string as a template, or as an expression where Terraform does; with a fault it is plain text."""
        meaning: str = value.value
        marked = "${" in meaning or "%{" in meaning
        if not self.templates or not (marked or is_expression):
            return Literal(value.start, value.end, meaning)
        start, end = value.start + 1, value.end - 1
        escaped = "\\" in self.text[start:end]
        parser = ExpressionParser(meaning if escaped else self.text)
        begin, stop = (0, len(meaning)) if escaped else (start, end)
        offsets = source_offsets(self.text, start, end) if escaped else []
        try:
            if is_expression and not marked:
                node = parser.expression(begin, True)
                if node.end != stop:
                    return Literal(value.start, value.end, meaning)
                if escaped:
                    relocate(node, offsets)
                return node
            template = Template(begin, stop, parser.bare(begin, stop), "json", (begin, stop))
        except HclError as error:
            if is_expression and not marked:
                return Literal(value.start, value.end, meaning)
            at = offsets[min(error.fault.offset, len(meaning))] if escaped else min(error.fault.offset, end)
            self.faults.append(Fault(at, error.fault.what, error.fault.hint))
            return Literal(value.start, value.end, meaning)
        if escaped:
            relocate(template, offsets)
        template.start, template.end = value.start, value.end
        if not any(type(part) is not nodes.Piece for part in template.parts):
            return Literal(value.start, value.end, "".join(part.value for part in template.parts))  # type: ignore[union-attr]  # all Pieces
        return template


def relocate(root: nodes.Node, offsets: list[int]) -> None:
    """Put every node below `root` where its text stands: `offsets[n]` instead of n."""
    waiting: list[object] = [root]
    moved: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list | tuple):
            waiting.extend(node)  # type: ignore[arg-type]
        elif isinstance(node, nodes.Node) and id(node) not in moved:
            moved.add(id(node))
            if isinstance(node, nodes.Reference):
                waiting.append(node.steps)
            if isinstance(node, Template):
                node.text_start, node.text_end = offsets[node.text_start], offsets[node.text_end]
            node.start, node.end = offsets[node.start], offsets[node.end]
            waiting.extend(getattr(node, name) for name in type(node).__slots__)

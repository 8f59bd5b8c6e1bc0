"""The syntax tree of HCL and of Terraform's JSON notation, with offsets on every node; never evaluates anything.

All offsets are 0-based into the text that was parsed, ends are exclusive. Both notations give the same nodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal as OneOf
from typing import TypeAlias, cast

from gatepost.languages.terraform.nodes_references import Access as Access
from gatepost.languages.terraform.nodes_references import Index as Index
from gatepost.languages.terraform.nodes_references import Literal as Literal
from gatepost.languages.terraform.nodes_references import Member as Member
from gatepost.languages.terraform.nodes_references import Node as Node
from gatepost.languages.terraform.nodes_references import Reference as Reference
from gatepost.languages.terraform.nodes_references import Scalar as Scalar
from gatepost.languages.terraform.nodes_references import Splat as Splat
from gatepost.languages.terraform.nodes_references import Step as Step

TemplateStyle: TypeAlias = OneOf["quoted", "heredoc", "flush", "json"]


class Body(Node):
    """Attributes and blocks in file order; from after "{" to before "}" (the whole text for a file).

    `notation` is "hcl" or "json"; in JSON the body's stretch is between the braces of its object.
    """

    __slots__ = ("_attributes", "by_name", "items", "notation")

    def __init__(self, start: int, end: int, items: list[Attribute | Block], notation: str = "hcl") -> None:
        self.start = start
        self.end = end
        self.items = items
        self.notation = notation
        self._attributes: dict[str, Attribute] | None = None
        self.by_name: dict[str, list[Attribute | Block]] | None = None  # kept for `bodies.entries_of`

    @property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name."""
        found = self._attributes
        if found is None:
            found = self._attributes = {item.name: item for item in self.items if isinstance(item, Attribute)}
        return found

    def blocks(self, type: str = "") -> list[Block]:
        """The blocks of a type in file order; all of them for ""."""
        return [item for item in self.items if isinstance(item, Block) and (not type or item.type == type)]


class Attribute(Node):
    """`name = value`; starts with the name, ends with the value. `name_end` is where the name ends."""

    __slots__ = ("name", "name_end", "value")

    def __init__(self, start: int, end: int, name: str, value: Expression, name_end: int) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.value = value
        self.name_end = name_end


class JsonAttribute(Attribute):
    """A property of Terraform's JSON notation, which may mean a block or an attribute (see `as_blocks`).

    Starts and `name_end` include the quotation marks of the key.
    """

    __slots__ = ()


class Block(Node):
    """`type "label" … { body }`, from the type to behind the closing brace.

    `label_spans` are the stretches of the labels, quotation marks included. `header_end` is where the type and
    labels end. In JSON the stretch begins with the innermost key (in a list of objects, with the object) and ends with
    the object.
    """

    __slots__ = ("body", "label_spans", "labels", "type", "type_end")

    def __init__(
        self,
        start: int,
        end: int,
        type: str,
        labels: tuple[str, ...],
        body: Body,
        label_spans: tuple[tuple[int, int], ...],
        type_end: int,
    ) -> None:
        self.start = start
        self.end = end
        self.type = type
        self.labels = labels
        self.body = body
        self.label_spans = label_spans
        self.type_end = type_end

    @property
    def header_end(self) -> int:
        """Where the type and the labels end."""
        return self.label_spans[-1][1] if self.label_spans else self.type_end


class Unreadable(Node):
    """What stands in the place of a value or block and cannot be read: something is written there all the same."""

    __slots__ = ()

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


class ListExpression(Node):
    """`[a, b]`."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[Expression]) -> None:
        self.start = start
        self.end = end
        self.items = items


class ObjectExpression(Node):
    """`{a = 1, "b" = 2, (c) = 3}` as pairs; bare and quoted keys are Literals, computed ones are Parentheses."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[tuple[Expression, Expression]]) -> None:
        self.start = start
        self.end = end
        self.items = items


class Call(Node):
    """`name(arguments)`; `expands`: the last argument is followed by "..."."""

    __slots__ = ("arguments", "expands", "name")

    def __init__(self, start: int, end: int, name: str, arguments: list[Expression], expands: bool) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.arguments = arguments
        self.expands = expands


class Unary(Node):
    """`-x` or `!x`."""

    __slots__ = ("operand", "operator")

    def __init__(self, start: int, end: int, operator: str, operand: Expression) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.operand = operand


class Binary(Node):
    """`left operator right`."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, start: int, end: int, operator: str, left: Expression, right: Expression) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.left = left
        self.right = right


class Conditional(Node):
    """`condition ? if_true : if_false`."""

    __slots__ = ("condition", "if_false", "if_true")

    def __init__(self, start: int, end: int, condition: Expression, if_true: Expression, if_false: Expression) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.if_true = if_true
        self.if_false = if_false


class ForExpression(Node):
    """`[for v in c : value if cond]`, or with `key` (None in a list) `{for k, v in c : key => value... if cond}`.

    `key_name` is "" when only one name is given; `groups` stands for "...". `work` is what one pass costs, 0 until
    it is counted.
    """

    __slots__ = ("collection", "condition", "groups", "key", "key_name", "value", "value_name", "work")

    def __init__(self, start: int, end: int, names: tuple[str, str], collection: Expression, value: Expression) -> None:
        self.start = start
        self.end = end
        self.key_name, self.value_name = names
        self.collection = collection
        self.value = value
        self.key: Expression | None = None
        self.condition: Expression | None = None
        self.groups = False
        self.work = 0


class Parentheses(Node):
    """`(inner)`."""

    __slots__ = ("inner",)

    def __init__(self, start: int, end: int, inner: Expression) -> None:
        self.start = start
        self.end = end
        self.inner = inner


class Piece(Node):
    """Literal text of a template, as it evaluates (escapes, indentation and trims done).

    In a `<<-` heredoc there is a piece for each line. Where `end - start == len(value)`, they run in parallel.
    """

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: str) -> None:
        self.start = start
        self.end = end
        self.value = value


class Interpolation(Node):
    """`${expression}`, braces included."""

    __slots__ = ("expression",)

    def __init__(self, start: int, end: int, expression: Expression) -> None:
        self.start = start
        self.end = end
        self.expression = expression


class IfDirective(Node):
    """`%{if condition}…%{else}…%{endif}`, all of it."""

    __slots__ = ("condition", "otherwise", "then")

    def __init__(
        self, start: int, end: int, condition: Expression, then: Sequence[Part], otherwise: Sequence[Part]
    ) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.then = then
        self.otherwise = otherwise


class ForDirective(Node):
    """`%{for k, v in collection}…%{endfor}`, all of it; `key_name` and `work` as in a `for`."""

    __slots__ = ("collection", "key_name", "parts", "value_name", "work")

    def __init__(
        self, start: int, end: int, names: tuple[str, str], collection: Expression, parts: Sequence[Part]
    ) -> None:
        self.start = start
        self.end = end
        self.key_name, self.value_name = names
        self.collection = collection
        self.parts = parts
        self.work = 0


Part: TypeAlias = Piece | Interpolation | IfDirective | ForDirective


class Template(Node):
    """Text with interpolations, or any heredoc, with its marks; `text_start` to `text_end` is what lies between.

    A quoted template that is one interpolation alone means that expression's own value. `style` "flush" is `<<-`.
    """

    __slots__ = ("parts", "style", "text_end", "text_start")

    def __init__(self, start: int, end: int, parts: list[Part], style: TemplateStyle, text: tuple[int, int]) -> None:
        self.start = start
        self.end = end
        self.parts = parts
        self.style: TemplateStyle = style
        self.text_start, self.text_end = text


Expression: TypeAlias = (
    Literal
    | Reference
    | Access
    | Template
    | ListExpression
    | ObjectExpression
    | Call
    | Unary
    | Binary
    | Conditional
    | ForExpression
    | Parentheses
    | Unreadable
)


def as_blocks(attribute: Attribute) -> list[Block] | None:
    """Read an attribute whose value is an object, or a list of objects, as blocks of its name.

    Terraform's JSON notation does not tell the two apart without a schema, and in HCL an attribute may stand for
    blocks. Returns None when the value has another shape.
    """
    value = attribute.value
    objects = value.items if isinstance(value, ListExpression) else [value]
    notation = "json" if isinstance(attribute, JsonAttribute) else "hcl"
    kind = JsonAttribute if notation == "json" else Attribute
    blocks: list[Block] = []
    for written in objects:
        if not isinstance(written, ObjectExpression):
            return None
        items: list[Attribute | Block] = []
        for key, inner in written.items:
            if not isinstance(key, Literal):
                return None
            if notation == "json" and key.value == "//":
                continue
            items.append(kind(key.start, inner.end, str(key.value), inner, key.end))
        body = Body(written.start + 1, written.end - 1, items, notation)
        blocks.append(Block(written.start, written.end, attribute.name, (), body, (), attribute.name_end))
    return blocks


PASS = 3  # steps that a pass of a loop takes beside what is worked out in it


def work_in(*roots: object) -> int:
    """Return how many expressions and parts of texts there are to work out in some nodes, or lists of them."""
    held = (Parentheses, Member, Attribute, Body, Block)
    return sum(not isinstance(node, held) for root in roots for node in below(root))


def below(root: object) -> Iterator[Node]:
    """Yield a node and every node in it, without recursion and in no particular order."""
    waiting: list[object] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Node):
            yield node
            for kind in type(node).__mro__:
                for name in getattr(kind, "__slots__", ()):
                    waiting.append(getattr(node, name))
        elif type(node) in (list, tuple):
            waiting.extend(cast("list[object]", node))

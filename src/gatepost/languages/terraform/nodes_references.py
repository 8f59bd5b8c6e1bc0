"""The nodes of references: names, the static steps from them, literal keys; never the other expressions.

Offsets are as in `nodes`, from which everybody else imports these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from gatepost.languages.terraform.nodes import Expression

Scalar: TypeAlias = str | int | float | bool | None


class Node:
    """A stretch of the text that means something."""

    __slots__ = ("end", "start")

    start: int
    end: int


class Literal(Node):
    """A number, true, false, null, or text without interpolation (escapes processed; the stretch has the quotes).

    A key of an object may be text without quotes.
    """

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Scalar) -> None:
        self.start = start
        self.end = end
        self.value = value


class Member(Node):
    """The step `.name`; the stretch has the dot."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start = start
        self.end = end
        self.name = name


class Index(Node):
    """The step `[key]` or the older `.0`; the stretch has the brackets or the dot."""

    __slots__ = ("key",)

    def __init__(self, start: int, end: int, key: Expression) -> None:
        self.start = start
        self.end = end
        self.key = key


class Splat(Node):
    """The step `[*]` (`full`) or the older `.*`, after which only members are taken from each element."""

    __slots__ = ("full",)

    def __init__(self, start: int, end: int, full: bool) -> None:
        self.start = start
        self.end = end
        self.full = full


Step: TypeAlias = Member | Index | Splat


class Reference(Node):
    """A name and static steps from it: `var.a`, `aws_x.y[0].z`, `data.t.n[*].id`; every index key is a Literal.

    A dynamic index (`a[count.index].b`) gives an `Access` to a reference. `text` is as written, up to the first step
    with blanks or escapes in it; `steps` has all of them.
    """

    __slots__ = ("_steps", "root", "text")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start = start
        self.end = end
        self.text = text
        self._steps: list[Step] | None = None
        self.root = text[: _root_length(text)]

    @property
    def steps(self) -> list[Step]:
        """The steps, worked out when first asked for."""
        if self._steps is None:
            self._steps = _read_steps(self.text, len(self.root), self.start)
        return self._steps

    def extend(self, step: Step) -> None:
        """Add a step that was written with blanks or escapes in it; only the parser does."""
        self.steps.append(step)
        self.end = step.end


class Access(Node):
    """Steps from any expression: `f(x).a`, `a[count.index].b`, `(x)[*].id`."""

    __slots__ = ("source", "steps")

    def __init__(self, start: int, end: int, source: Expression, steps: list[Step]) -> None:
        self.start = start
        self.end = end
        self.source = source
        self.steps = steps


def _root_length(text: str) -> int:
    dot, bracket = text.find("."), text.find("[")
    if dot < 0:
        return bracket if bracket >= 0 else len(text)
    return min(dot, bracket) if bracket >= 0 else dot


def _read_steps(text: str, at: int, offset: int) -> list[Step]:
    """The steps written in `text` from `at`; the text has the shape that `tokens.REFERENCE` matches."""
    steps: list[Step] = []
    length = len(text)
    while at < length:
        if text[at] == "[":
            quoted = text.startswith('["', at)
            end = (text.index('"]', at + 2) + 2) if quoted else (text.index("]", at) + 1)
            inside = text[at + 2 : end - 2] if quoted else text[at + 1 : end - 1]
            if inside == "*" and not quoted:
                steps.append(Splat(offset + at, offset + end, True))
            else:
                key = Literal(offset + at + 1, offset + end - 1, inside if quoted else int(inside))
                steps.append(Index(offset + at, offset + end, key))
        else:
            end = at + 1
            while end < length and text[end] not in ".[":
                end += 1
            name = text[at + 1 : end]
            if name == "*":
                steps.append(Splat(offset + at, offset + end, False))
            elif name[0].isdigit():
                steps.append(Index(offset + at, offset + end, Literal(offset + at + 1, offset + end, int(name))))
            else:
                steps.append(Member(offset + at, offset + end, name))
        at = end
    return steps

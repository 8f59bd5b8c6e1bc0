"""Takes members, elements and splats of values, and moves values to the place of a reference; never resolves names."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from gatepost.languages.terraform import nodes
from gatepost.languages.terraform.conversions import Fails, is_set, kind_of, number_of_scalar, text_of_scalar
from gatepost.languages.terraform.frame import Frame
from gatepost.model.places import Span
from gatepost.model.values import Notation, Origin, OriginKind, Reference, Unknown, Value

Evaluate: TypeAlias = Callable[[nodes.Node, Frame], Value]


class Named(Mapping[str, Value]):
    """A thing that others refer to by name (a resource, a module call): its attributes on demand."""

    __slots__ = ()

    @abstractmethod
    def attribute(self, name: str) -> Value:
        """Return an attribute as others see it, known or not."""

    def __getitem__(self, key: str) -> Value:
        return self.attribute(key)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None


class Several(Named):
    """Instances of a resource or module that are equal in what is written; `one` stands for each of them.

    `why` says why nobody knows how many there are, "" where that is known, or nobody can tell.
    """

    __slots__ = ("exactly_one", "one", "why")

    def __init__(self, one: Value, exactly_one: bool, why: str = "") -> None:
        self.one = one
        self.exactly_one = exactly_one
        self.why = why

    def listed(self) -> Value:
        """Return them as a list, which is open unless there is exactly one."""
        return Value((self.one,), open=not self.exactly_one, gap="" if self.exactly_one else self.why)

    def attribute(self, name: str) -> Value:
        """Return the attribute of one of them."""
        return member(self.one, name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def follow(value: Value, what: str, kind: OriginKind, around: Span | None = None) -> Value:
    """Return the value as somebody else sees it: without a place, with the way to its place as the first origin.

    What was computed stands nowhere; it is shown where that is computed which it is a part of, `around`.
    """
    literal, span = value.literal, value.span
    if type(literal) is tuple:
        inside = span or around
        literal = tuple([follow(inner, what, kind, inside) for inner in cast("tuple[Value, ...]", literal)])
    elif type(literal) is dict:
        inside = span or around
        entries = cast("dict[str, Value]", literal)
        literal = {key: follow(inner, what, kind, inside) for key, inner in entries.items()}
    origins = value.origins
    if span is not None:
        origins = (Origin(what, kind, span, value.notation), *origins)
    elif not origins:
        origins = (Origin(what, kind, around),)
    return Value(
        literal, None, origins, value.open, value.refers_to, value.sensitive, "", value.repeated, value.tree,
        value.type, value.gap,
    )  # fmt: skip


def rebase(value: Value, span: Span, notation: Notation) -> Value:
    """Return the value as written at `span` by a reference to it."""
    literal = value.literal
    if type(literal) is tuple:
        literal = tuple([rebase(inner, span, notation) for inner in cast("tuple[Value, ...]", literal)])
    elif type(literal) is dict:
        literal = {key: rebase(inner, span, notation) for key, inner in cast("dict[str, Value]", literal).items()}
    return Value(
        literal,
        span,
        value.origins,
        value.open,
        value.refers_to,
        value.sensitive,
        notation,
        value.repeated,
        value.tree,
        value.type,
        value.gap,
    )


def weight(value: Value, most: int) -> int:
    """Return how many values a collection holds, itself and collections inside included; stops counting at `most`."""
    count, waiting = 0, [value]
    while waiting and count <= most:
        literal = waiting.pop().literal
        count += 1
        if type(literal) is tuple:
            waiting.extend(cast("tuple[Value, ...]", literal))
        elif type(literal) is dict:
            waiting.extend(cast("dict[str, Value]", literal).values())
    return count


def walk(value: Value, steps: Sequence[nodes.Step], frame: Frame, evaluate: Evaluate) -> Value:
    """Return what the steps lead to from a value; raises Fails where Terraform would."""
    for position, step in enumerate(steps):
        if type(step) is nodes.Member:
            value = member(value, step.name)
        elif type(step) is nodes.Index:
            key = evaluate(step.key, frame)
            value = _index_by_secret(value, key) if key.sensitive else index(value, key)
        else:
            full = cast(nodes.Splat, step).full
            return _splat(value, steps[position + 1 :], full, frame, evaluate)
    return value


def member(value: Value, name: str) -> Value:
    """Return the attribute `name` of a value."""
    literal = value.literal
    if isinstance(literal, Named):
        return literal.attribute(name)
    if type(literal) is Unknown:
        return _inside_unknown(value, name, True)
    if isinstance(literal, Mapping):
        found = cast("Mapping[str, Value]", literal).get(name)
        if found is not None:
            return _carry(value, found, name)
        if value.open or value.refers_to is not None:
            return _hidden(value, name)
        raise Fails(f'there is no "{name}" in the map')
    if type(literal) is tuple:
        if value.repeated and len(cast("tuple[Value, ...]", literal)) == 1:
            return member(cast("tuple[Value, ...]", literal)[0], name)
        if name.isdigit():
            return index(value, Value(int(name)))
    raise Fails(f'there is no "{name}" in {kind_of(literal)}')


def index(value: Value, key: Value) -> Value:
    """Return the element of a value under a key."""
    literal = value.literal
    if isinstance(literal, Several):
        return literal.one
    if type(literal) is Unknown:
        known = key.unknown is None and not isinstance(key.literal, (tuple, Mapping))
        return _inside_unknown(value, text_of_scalar(key.literal) if known else "*", isinstance(key.literal, str))
    if key.unknown is not None:
        return _unknown_key(value, key)
    if isinstance(literal, Mapping):
        return member(value, text_of_scalar(key.literal))
    if type(literal) is tuple:
        elements = cast("tuple[Value, ...]", literal)
        position = number_of_scalar(key.literal)
        if is_set(value):
            raise Fails("a set has no indexes")
        if isinstance(position, int) and 0 <= position < len(elements):
            return _carry(value, elements[position], str(position))
        if value.open or value.refers_to is not None:
            return _hidden(value, str(position))
        raise Fails(f"there is no element {position} in a list of {len(elements)}")
    raise Fails(f"{kind_of(literal)} has no elements")


def _index_by_secret(value: Value, key: Value) -> Value:
    """The element under a key that is not told, neither in an error nor in what is not known."""
    try:
        found = index(value, key)
    except Fails:
        raise Fails("there is no element under a key that is sensitive") from None
    literal = found.literal
    if type(literal) is Unknown:
        literal = Unknown("an element under a sensitive key is not known", literal.may_be_missing)
    return found._replace(literal=literal, sensitive=True)


def _carry(whole: Value, inner: Value, name: str) -> Value:
    """An element of a thing that somebody refers to is referred to as well."""
    reference = whole.refers_to
    if whole.sensitive and not inner.sensitive:
        inner = inner._replace(sensitive=True)
    if reference is None or inner.refers_to is not None:
        return inner
    if inner.literal is None and ".terraform_data." not in f".{reference.address}":
        # Where nothing is written the provider may put something, or leave it as it is.
        hidden = _hidden(whole, name)
        return hidden._replace(literal=cast(Unknown, hidden.literal)._replace(may_be_missing=True))
    return inner._replace(refers_to=deeper(reference, name))


def deeper(reference: Reference, name: str) -> Reference:
    """Return the reference one step further in."""
    attribute = f"{reference.attribute}.{name}" if reference.attribute else name
    return Reference(reference.address, attribute, reference.expression)


def _inside_unknown(value: Value, name: str, attribute: bool) -> Value:
    cause = cast(Unknown, value.literal)
    reference = value.refers_to
    maybe = cause.may_be_missing if not attribute else reference is None or cause.may_be_missing
    return Value(
        Unknown(cause.why, maybe),
        value.span,
        value.origins,
        refers_to=deeper(reference, name) if reference is not None else None,
        sensitive=value.sensitive,
    )


def _hidden(value: Value, name: str) -> Value:
    """What is not written in a part that the provider, or something unknown, may fill in."""
    reference = value.refers_to
    if reference is None:
        why = value.gap or f'"{name}" may be in a part that is only known when Terraform runs'
        return Value(Unknown(why), value.span, value.origins)
    further = deeper(reference, name)
    why = f"{further.address}.{further.attribute} is only known when Terraform runs"
    return Value(Unknown(why, False), value.span, value.origins, refers_to=further)


def _unknown_key(value: Value, key: Value) -> Value:
    cause = cast(Unknown, key.literal)
    references = set[Reference | None]()
    elements: Any = value.literal
    if type(elements) is dict:
        elements = tuple(cast("dict[str, Value]", elements).values())
    maybe = True
    if type(elements) is tuple and elements:
        inner = cast("tuple[Value, ...]", elements)
        references = {element.refers_to for element in inner}
        maybe = any(element.literal is None or _maybe(element) for element in inner) or value.open
    one = references.pop() if len(references) == 1 else None
    return Value(Unknown(cause.why, maybe), value.span, value.origins, refers_to=one, sensitive=value.sensitive)


def _maybe(value: Value) -> bool:
    return type(value.literal) is Unknown and value.literal.may_be_missing


def _has_dot(step: nodes.Step) -> bool:
    """Whether a step is written `.name` or `.0`."""
    if isinstance(step, nodes.Index) and isinstance(step.key, nodes.Literal):
        return step.end - step.start == len(str(step.key.value)) + 1
    return isinstance(step, nodes.Member)


def _splat(value: Value, rest: Sequence[nodes.Step], full: bool, frame: Frame, evaluate: Evaluate) -> Value:
    inside = len(rest) if full else next((i for i, step in enumerate(rest) if not _has_dot(step)), len(rest))
    literal = value.literal
    if type(literal) is Unknown:
        element = walk(_inside_unknown(value, "*", False), rest[:inside], frame, evaluate)
        result = Value(
            element.literal, value.span, value.origins, refers_to=element.refers_to, sensitive=value.sensitive
        )
    else:
        is_open, gap = value.open, value.gap
        if literal is None:
            if value.type is not None and value.type[0] in ("list", "set", "tuple"):
                raise Fails("a list that is null has no elements")
            elements: tuple[Value, ...] = ()
        elif isinstance(literal, Several):
            elements, is_open, gap = (literal.one,), not literal.exactly_one, literal.why
        elif type(literal) is tuple:
            elements = cast("tuple[Value, ...]", literal)
            if value.refers_to is not None:
                elements = tuple([_carry(value, one, str(number)) for number, one in enumerate(elements)])
        else:
            elements = (value,)
        taken = tuple([walk(element, rest[:inside], frame, evaluate) for element in elements])
        result = Value(
            taken, value.span, value.origins, open=is_open, sensitive=value.sensitive, gap=gap if is_open else ""
        )
    return walk(result, rest[inside:], frame, evaluate) if inside < len(rest) else result

"""Values: what is known, what is not and why, where it stands and where it was set; never how it was computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gatepost.model.places import Span
from gatepost.model.records import NamedTuple

OriginKind: TypeAlias = Literal["code", "default", "input", "shown_input", "secret_store", "resource"]
Notation: TypeAlias = Literal[
    "hcl",  # an HCL expression, or a body (between its braces)
    "hcl-template",  # literal text inside a quoted HCL template or heredoc
    "yaml",
    "json",
    "json-in-hcl",  # JSON written inside an HCL string or heredoc
    "json-in-yaml",
    "docker",  # a word or a list of words of a Dockerfile
    "",  # computed: stands nowhere and cannot be written
]


class Reference(NamedTuple):
    """The resource that a value names, and which of its attributes ("" when it is the resource as a whole).

    `address` is a resource's address as `Resource.address` writes it; `expression` is the text that was written.
    """

    address: str
    attribute: str
    expression: str = ""


class Unknown(NamedTuple):
    """A value that cannot be known from the files.

    `why` is a plain sentence that ends without a full stop and names what is missing ("var.key has no default and no
    var file gives it"). `may_be_missing` is False where something is certainly there, such as a reference.
    `pieces` is the known text around the holes, None for a hole; empty when no text is known. `named` is what each of
    these holes names, None for one that names nothing; empty when none does.
    """

    why: str
    may_be_missing: bool = True
    pieces: tuple[str | None, ...] = ()
    named: tuple[Reference | None, ...] = ()


class Origin(NamedTuple):
    """One step on the way from an attribute to the place that sets its value.

    `what` is short text for people ("var.admin_networks", "prod.tfvars", "parameter KeyName"); `span` is the value
    there, and None where it has no place in the files (an environment variable).
    """

    what: str
    kind: OriginKind
    span: Span | None
    notation: Notation = ""


class Value(NamedTuple):
    """A value with its place.

    `literal` is a str, int, float, bool or None (an explicit null, which counts as missing); a tuple of values (a
    list); a Mapping from text to values (a map or a block, evaluated when asked); an `Unknown`; or what a reader made
    of text (a set of ports, a version …).
    `span` is where it is written, None when it was computed. `origins` lead from here to where it is set, the last
    one being that place; empty: it is set right here. `open`: a list or map that may have more than is known; `gap`
    says why, as `Unknown.why` does ("" where nobody can tell).
    `refers_to` is the resource it names, known or not. `sensitive` values are never printed.
    `repeated`: a list that stands for blocks (or elements) written one after another without brackets.
    `tree` is, for text that an expression encodes (`jsonencode(…)`, `yamlencode(…)`, the json of a policy document),
    the value that was encoded, with its own places; it is there also when the text itself is not known.
    `type` is the language's own note on a type that the literal does not show (a list that is a set, a null that is
    text); nobody but that language reads it.
    """

    literal: Any
    span: Span | None = None
    origins: tuple[Origin, ...] = ()
    open: bool = False
    refers_to: Reference | None = None
    sensitive: bool = False
    notation: Notation = ""
    repeated: bool = False
    tree: Any = None
    type: Any = None
    gap: str = ""

    @property
    def unknown(self) -> Unknown | None:
        """The reasons when the value is not known, else None."""
        return self.literal if type(self.literal) is Unknown else None

    @property
    def is_list(self) -> bool:
        """Whether this is a list of values."""
        return type(self.literal) is tuple

    @property
    def is_map(self) -> bool:
        """Whether this is a map of values."""
        literal: object = self.literal
        found = _maps.get(type(literal))
        return is_map_type(type(literal)) if found is None else found

    @property
    def origin(self) -> OriginKind:
        """Where the value is set, in one word."""
        if self.origins:
            return self.origins[-1].kind
        # a reference as it stands (CloudFormation's Ref and GetAtt): what it names makes the value
        return "resource" if self.refers_to is not None and self.unknown is not None else "code"

    @property
    def set_at(self) -> Span | None:
        """The place that sets the value: the last origin, else where it is written."""
        return self.origins[-1].span if self.origins else self.span


def with_literal(value: Value, literal: Any) -> Value:
    """Return a value with another literal, as `_replace` does in twice the time: this is done very often."""
    return tuple.__new__(Value, (literal, *value[1:]))


# Which types of literals are maps: asking an abstract class each time takes longer than most of what is asked then.
_maps: dict[type[object], bool] = {}


def is_map_type(kind: type[object]) -> bool:
    """Return whether literals of a type are maps of values."""
    found = _maps.get(kind)
    if found is None:
        found = _maps[kind] = issubclass(kind, Mapping)
    return found


if TYPE_CHECKING:
    _Map = Mapping[str, Value]
else:

    class _Map:
        """A `Mapping` that has no abstract class above it: whether a thing is of a class below is then a short look."""

        __slots__ = ()
        __hash__ = None
        __contains__, __eq__ = Mapping.__contains__, Mapping.__eq__
        keys, items, values = Mapping.keys, Mapping.items, Mapping.values

    Mapping.register(_Map)


class OnDemand(_Map):
    """A map whose members are worked out when somebody asks for them; a subclass gives `get` and `__iter__`."""

    __slots__ = ()

    def get(self, key: str, /, default: Any = None) -> Any:
        """Return the value of a member; `default`, or None, where it is missing."""
        raise NotImplementedError

    def __getitem__(self, key: str) -> Value:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __len__(self) -> int:
        return sum(1 for _ in self)


def gap_of(*values: Value | None) -> str:
    """Return why the first of some values that is not known, or not as a whole, is not; "" when nobody can tell."""
    for value in values:
        if value is not None:
            literal: Any = value.literal
            why = literal.why if type(literal) is Unknown else value.gap
            if why:
                return why
    return ""


def unknown(why: str, span: Span | None = None, **facts: Any) -> Value:
    """Return an unknown value; `facts` may be may_be_missing, pieces, and any field of Value."""
    kept = {name: facts.pop(name) for name in ("may_be_missing", "pieces") if name in facts}
    return Value(Unknown(why, **kept), span, **facts)


_new: Any = tuple.__new__  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]


def value_at(literal: Any, span: Span | None, notation: Notation = "") -> Value:
    """Return what `Value(literal, span, notation=notation)` does, in half the time: most values are no more."""
    return _new(Value, (literal, span, (), False, None, False, notation, False, None, None, ""))

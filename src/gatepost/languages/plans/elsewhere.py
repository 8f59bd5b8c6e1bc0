"""Planned resources of modules whose files are not in the tree, placed at the module's call; never reads a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.languages.plans.addresses import parse_address
from gatepost.languages.plans.belonging import says
from gatepost.languages.plans.matching import Blocks, Match
from gatepost.languages.plans.overlay import LATER, NOWHERE, Laid, Renaming, equal_text, is_empty, lay, unwritten
from gatepost.languages.plans.plan import PlannedResource
from gatepost.languages.plans.references import Argument, References, caller_of, references_of
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.model.documents import Ledger, Note, Resource
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import OnDemand, Origin, Reference, Unknown, Value

SAME = Renaming("", "")


class ElsewhereBody(OnDemand):
    """The body of a resource whose block is not here; what the module's call gives it stands in that call."""

    __slots__ = ("_elsewhere", "_expressions", "_place", "_planned", "key")

    def __init__(
        self,
        elsewhere: Elsewhere,
        planned: PlannedResource,
        key: str,
        expressions: Mapping[str, Any] | None,
        place: Span,
    ) -> None:
        self._elsewhere = elsewhere
        self._planned = planned
        self._expressions = expressions
        self._place = Value(None, place)
        self.key = key

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of an attribute, `default` when it is missing; notes the read."""
        self._elsewhere.ledger.note(self.key, key)
        planned, expressions = self._planned, self._expressions
        laid = Laid(planned.values, planned.unknown, planned.sensitive).inner(key)
        if expressions is not None and key not in expressions and not isinstance(laid.data, list):
            found = unwritten(laid)
        else:
            expression = expressions.get(key) if expressions else None
            found = self._elsewhere.value(planned.module, laid, expression, self._place)
        return found if found is not None else default

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._planned.values if self.get(key) is not None)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None


DEEPEST_CALL = 30


class Passed(NamedTuple):
    """A value in the source that a module is given, as it was and as it is, and what it is called inside."""

    was: Value
    now: Value
    what: str


class ElsewhereMap(dict[str, Value]):
    """A block of such a resource."""

    __slots__ = ()


def _may_make(block: Mapping[str, Any], data: Any) -> bool:
    """Whether the constants of a block of the configuration are those of a planned one."""
    if not isinstance(data, dict):
        return False
    planned = cast("dict[str, Any]", data)
    for name, expression in block.items():
        if isinstance(expression, dict) and "constant_value" in expression:
            constant: Any = cast("dict[str, Any]", expression)["constant_value"]
            if not isinstance(constant, dict | list) and not equal_text(constant, planned.get(name)):
                return False
    return True


class Elsewhere:
    """The planned resources that no block of the source makes."""

    def __init__(self, references: References, now: TerraformDocument, was: TerraformDocument) -> None:
        self.references = references
        self._now = now
        self._was = was
        self._read: frozenset[str] | None = None
        self._calls: dict[int, Blocks] = {}

    @property
    def ledger(self) -> Ledger:
        """Where reads are noted."""
        return self._now.ledger

    def resource(self, match: Match) -> Resource | None:
        """Return a resource at the line of the call of its module, None where no call in the source leads to it."""
        planned = match.planned
        call = self._outermost(planned.module)
        if call is None:
            return None
        expressions = self.references.expressions(planned.module, f"{planned.type}.{planned.name}")
        body = ElsewhereBody(self, planned, match.key, expressions, call.span)
        value = Value(body, call.span, refers_to=Reference(planned.address, ""))
        source = call.body.literal.get("source") if call.body.is_map else None
        where = f" from {source.literal}" if source is not None and isinstance(source.literal, str) else ""
        told = f"{call.address}{where} makes it; its files are not here, so the values are the plan's"
        return Resource(
            "terraform",
            planned.type,
            planned.name,
            planned.address,
            call.span,
            call.header,
            value,
            Value({}, call.span),
            match.key,
            notes=(Note(told, call.header),),
        )

    def _is_read(self, module: str) -> bool:
        """Whether the files of a module are in the source."""
        if self._read is None:
            found = (parse_address(scope.prefix.rstrip(".")) for scope in self._was.scopes())
            self._read = frozenset(address.base for address in found if address is not None)
        address = parse_address(module)
        return not module or (address is not None and address.base in self._read)

    def _outermost(self, module: str) -> Resource | None:
        """Return the call in the source of the first module on the way to an instance whose files are not there."""
        if self._is_read(module):
            return None  # its block is gone: the plan was made from other files
        while not self._is_read(caller_of(module)):
            module = caller_of(module)
        return self.call(module, self._now)

    def call(self, module: str, document: TerraformDocument) -> Resource | None:
        """Return the module call in a document that makes a module instance."""
        calls = document.resources("module")  # asked for each time, because it notes the read
        blocks = self._calls.get(id(document))
        if blocks is None:
            blocks = self._calls[id(document)] = Blocks(calls)
        return blocks.find(module)

    def value(self, module: str, laid: Laid, expression: Any, place: Value) -> Value | None:
        """Return a planned value of a module instance, by the expression or the blocks that are written for it."""
        if isinstance(expression, list):
            return self._blocks(module, laid, cast("list[Any]", expression), place)
        refers = self.references.resource(module, expression)
        passed = self._passed(module, expression)
        if laid.unknown is True:
            if expression is None:
                return None
            at = passed[0].now if len(passed) == 1 else NOWHERE
            return Value(Unknown(f"it is {LATER}", False), at.span, refers_to=refers or at.refers_to)
        if laid.data is None or laid.data in ([], {}):
            return None
        return self._spread(laid, passed, place, True)._replace(refers_to=refers)

    def _spread(self, laid: Laid, passed: Sequence[Passed], place: Value, outermost: bool) -> Value:
        """Return planned data, those parts that an argument of the module's call gives at the place of the argument."""
        for one in passed:
            if says(one.was, laid.data) and (len(passed) == 1 or isinstance(laid.data, str | list)):
                found = lay(laid, one.was, one.now, SAME)
                if found is not None:
                    origin = Origin(one.what, "code", one.now.span, one.now.notation)
                    return found._replace(origins=(origin, *found.origins))
        data = cast(Any, laid.data)
        if isinstance(data, dict):
            keys = {str(key): key for key in cast("dict[Any, Any]", data)}
            inner = {name: self._spread(laid.inner(key), passed, place, False) for name, key in keys.items()}
            return Value(ElsewhereMap((key, one) for key, one in inner.items() if not is_empty(one)), place.span)
        if isinstance(data, list):
            numbers = range(len(cast("list[Any]", data)))
            listed = tuple([self._spread(laid.inner(number), passed, place, False) for number in numbers])
            return Value(listed, place.span, repeated=any(one.is_map for one in listed))
        at = passed[0].now.span if outermost and len(passed) == 1 else None
        return Value(
            Unknown(f"it is {LATER}", False) if laid.unknown is True else laid.data,
            at,
            sensitive=laid.sensitive is True,
        )

    def _blocks(self, module: str, laid: Laid, written: list[Any], place: Value) -> Value | None:
        if not isinstance(laid.data, list) or not laid.data:
            return None
        left = [cast("dict[str, Any]", one) for one in written if isinstance(one, dict)]
        elements: list[Value] = []
        for number in range(len(cast("list[Any]", laid.data))):
            inner = laid.inner(number)
            block = next((one for one in left if _may_make(one, inner.data)), None)
            if block is None or not isinstance(inner.data, dict):
                elements.append(self._spread(inner, (), place, False))
                continue
            left.remove(block)
            names = dict.fromkeys((*cast("dict[str, Any]", inner.data), *block))
            found = {name: self.value(module, inner.inner(name), block.get(name), place) for name in names}
            members = ElsewhereMap(
                (name, value) for name, value in found.items() if value is not None and not is_empty(value)
            )
            elements.append(Value(members, place.span))
        return Value(tuple(elements), place.span, repeated=True)

    def _passed(self, module: str, expression: Any) -> list[Passed]:
        """Return what the call in the source gives to an expression in a module instance."""
        found: list[Passed] = []
        for text in references_of(expression):
            argument, steps = Argument(module, text[4:].partition(".")[0]), text.split(".")[2:]
            if not text.startswith("var.") or "[" in text or not module:
                continue
            for _ in range(DEEPEST_CALL):
                if self._is_read(caller_of(argument.call)):
                    break
                further = self.references.argument(caller_of(argument.call), self.references.given(argument))
                if further is None:
                    break
                argument = further
            now = self._argument(argument, self._now, steps)
            was = now if self._was is self._now else self._argument(argument, self._was, steps)
            if now is not None and was is not None and now.span is not None:
                found.append(Passed(was, now, f"{argument.call}.{'.'.join(('var', argument.name, *steps))}"))
        return found

    def _argument(self, argument: Argument, document: TerraformDocument, steps: Sequence[str]) -> Value | None:
        if not self._is_read(caller_of(argument.call)):
            return None
        call = self.call(argument.call, document)
        value: Any = call.body.literal.get(argument.name) if call is not None and call.body.is_map else None
        for step in steps:
            value = value.literal.get(step) if isinstance(value, Value) and value.is_map else None
        return value if isinstance(value, Value) else None

"""From nodes to values: scalars, lists, maps and references; never a guess: unknown where the template does not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gatepost.languages.cloudformation import conditions, functions, parameters
from gatepost.languages.cloudformation.differences import BEING
from gatepost.languages.cloudformation.intrinsics import Call, attribute_of, call_of, scalar_of
from gatepost.languages.cloudformation.layout import GENERATORS, Entry, Layout
from gatepost.languages.positioned import Node
from gatepost.model.documents import Ledger, Reads
from gatepost.model.places import Source, Span
from gatepost.model.records import NamedTuple
from gatepost.model.regexes import regex
from gatepost.model.values import Notation, Origin, OriginKind, Reference, Unknown, Value

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.inputs import Given

# Deeper values are not evaluated; templates stay below 30.
_DEEPEST = 90
_DEEPEST_CHAIN = 40

# CloudFormation reads YAML 1.1: these words are truth values there when they stand without quotes.
_TRUTHS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
_SECRET_STORES = regex(r"\{\{resolve:(secretsmanager|ssm-secure|ssm):[^{}]*\}\}")


class Remembered(NamedTuple):
    """Something that was worked out once, and what it depends on."""

    result: Any
    reads: Reads


class Outer(NamedTuple):
    """The stack that a nested stack is made by: its evaluator, the resource there, and the prefix of all inside."""

    evaluator: Evaluator
    entry: Entry
    prefix: str


class Evaluator:
    """Evaluates nodes of one template. A result of None is a missing value (AWS::NoValue).

    `given` are the values of parameters from files; `prefix` stands before every name in a nested stack. `inner` are
    the evaluators of its own nested stacks by logical id, or why one is not there.
    """

    def __init__(
        self,
        source: Source,
        layout: Layout,
        ledger: Ledger,
        given: Mapping[str, Given] | None = None,
        outer: Outer | None = None,
    ) -> None:
        self.source = source
        self.notation: Notation = layout.notation
        self.ledger = ledger
        self.given: Mapping[str, Given] = given or {}
        self.prefix = outer.prefix if outer is not None else ""
        self.loops: Mapping[str, str] = layout.loops
        self.inner: dict[str, Evaluator | str] = {}
        self._outer = outer
        self._layout = layout
        self._sections: dict[str, dict[str, Entry]] | None = None
        self._remembered: dict[tuple[str, str], Remembered] = {}
        self._working: set[tuple[str, str]] = set()
        # How deep evaluating is by now, together with all stacks around this one.
        self._deep: list[int] = outer.evaluator._deep if outer is not None else [0]

    @property
    def sections(self) -> dict[str, dict[str, Entry]]:
        """The entries by section and name."""
        found = self._sections
        if found is None:
            found = self._sections = {}
            for entry in self._layout.entries:
                if entry.node is not None:
                    found.setdefault(entry.section, {})[entry.name] = entry
        return found

    def entry(self, section: str, name: str) -> Entry | None:
        """Return an entry by its name."""
        return self.sections.get(section, {}).get(name)

    def span(self, node: Node, base: int) -> Span:
        """Return where a node stands."""
        return Span(self.source, base + node.start, base + node.end)

    def is_deep(self) -> bool:
        """Tell whether so many things wait for each other that no more should be begun."""
        return len(self._working) > _DEEPEST_CHAIN

    def remember(self, key: tuple[str, str], work: Callable[[], Any], circle: Any) -> Any:
        """Return what `work` returns, worked out once; `circle` when it needs itself."""
        known = self._remembered.get(key)
        if known is not None:
            self.ledger.note_all(known.reads)
            return known.result
        if key in self._working:
            return circle
        self._working.add(key)
        before = self.ledger.begin()
        try:
            result = work()
        finally:
            reads = self.ledger.end(before)
            self._working.discard(key)
        self._remembered[key] = Remembered(result, reads)
        return result

    def enter(self) -> bool:
        """Go one step deeper, to be followed by `leave`; False, and no step, where it is too deep already."""
        if self._deep[0] > _DEEPEST:
            return False
        self._deep[0] += 1
        return True

    def leave(self) -> None:
        """Come back from `enter`."""
        self._deep[0] -= 1

    def value(self, node: Node, base: int) -> Value | None:
        """Return what a node comes to; None when it is missing."""
        if not self.enter():
            return self.unknown("it is nested too deeply to be worked out", self.span(node, base))
        try:
            call = call_of(node)
            if call is not None:
                return self.call(call, self.span(node, base), base)
            return self.plain(node, base)
        finally:
            self.leave()

    def plain(self, node: Node, base: int) -> Value:
        """Evaluate a node as data, whatever its tag."""
        span = Span(self.source, base + node.start, base + node.end)
        if node.kind == "map":
            literal = {}
            is_open = False
            for key, inner in node.value:
                if key.value.startswith(GENERATORS):
                    is_open = True
                    continue
                value = self.value(inner, base)
                if value is not None:
                    literal[key.value] = value
            return Value(literal, span, open=is_open, notation=self.notation)
        if node.kind == "list":
            values = [self.value(element, base) for element in node.value]
            return Value(tuple(v for v in values if v is not None), span, notation=self.notation)
        return self.scalar(node, span)

    def scalar(self, node: Node, span: Span) -> Value:
        """Evaluate a scalar as CloudFormation reads it."""
        literal = node.value
        if node.kind == "text":
            if "{{resolve:" in literal:
                return self.dynamic(literal, span)
            if self.notation == "yaml" and not node.style and not node.tag:
                literal = _TRUTHS.get(literal, literal)
        elif node.kind == "number" and self.notation == "yaml":
            written = span.text
            if written[:1] == "0" and written.isdigit() and len(written) > 1:
                literal = written  # an account number, not a number
        return Value(literal, span, notation=self.notation)

    def dynamic(self, text: str, span: Span) -> Value:
        """Return text with dynamic references, which the stores answer when the stack is deployed."""
        pieces: list[str | None] = []
        at = 0
        store: OriginKind = "shown_input"
        for found in _SECRET_STORES.finditer(text):
            if found[1] != "ssm":
                store = "secret_store"
            if found.start() > at:
                pieces.append(text[at : found.start()])
            pieces.append(None)
            at = found.end()
        if not pieces:
            return Value(text, span, notation=self.notation)
        if at < len(text):
            pieces.append(text[at:])
        why = (
            "it is looked up in a secret store" if store == "secret_store" else "it is looked up in the parameter store"
        )
        facts = Unknown(why + " when the stack is deployed", False, tuple(pieces) if len(pieces) > 1 else ())
        origin = Origin("dynamic reference", store, span, self.notation)
        return Value(facts, span, (origin,), sensitive=store == "secret_store", notation=self.notation)

    def unknown(self, why: str, span: Span, may_be_missing: bool = False, **facts: Any) -> Value:
        """Return an unknown value at a place."""
        pieces, named = facts.pop("pieces", ()), facts.pop("named", ())
        return Value(Unknown(why, may_be_missing, pieces, named), span, notation=self.notation, **facts)

    def call(self, call: Call, span: Span, base: int) -> Value | None:
        """Evaluate an intrinsic function."""
        if call.name == "Ref":
            name = scalar_of(call.argument)
            return self.ref(name, span) if name else self.unknown("what it refers to is not readable", span)
        if call.name == "Fn::GetAtt":
            named = attribute_of(call)
            if named is None:
                return self.unknown("which attribute it refers to is computed", span)
            return self.get_att(named[0], named[1], span)
        if call.name == "Fn::If":
            return conditions.choose(self, call.argument, base, span)
        function = functions.FUNCTIONS.get(call.name)
        if function is None:
            return self.unknown(f"{call.name} is worked out only when the stack is deployed", span, True)
        return function(self, call.argument, base, span)

    def ref(self, name: str, span: Span) -> Value | None:
        """Evaluate a reference to a parameter, a resource or a pseudo parameter."""
        if name == "AWS::NoValue":
            return None
        if name.startswith("AWS::"):
            return self.unknown(f"{name} is known only when the stack is deployed", span)
        self.ledger.note(f"{self.prefix}Parameters.{name}", BEING)
        entry = self.entry("Parameters", name)
        if entry is not None:
            return parameters.parameter(self, entry, span)
        if name in self.loops:
            return self.unknown(self.loops[name], span)
        name = self._layout.renamed.get(name, name)
        reference = Reference(self.prefix + name, "", f"Ref {name}")
        if self.entry("Resources", name) is None:
            return self.unknown(f"{name} is not in the template", span, refers_to=reference)
        return self.unknown(f"the name of {name} is given when the stack is deployed", span, refers_to=reference)

    def get_att(self, name: str, attribute: str, span: Span) -> Value:
        """Evaluate a reference to an attribute of a resource."""
        if attribute.startswith("Outputs.") and name in self.inner:
            return self._output(name, attribute[8:], span)
        renamed = self._layout.renamed.get(f"{name}.{attribute}")
        if renamed is not None:
            name, attribute = renamed, ""
        reference = Reference(self.prefix + name, attribute, f"{name}.{attribute}".rstrip("."))
        return self.unknown(f"{name}.{attribute} is known only when the stack is deployed", span, refers_to=reference)

    def _output(self, name: str, output: str, span: Span) -> Value:
        """Return what a nested stack gives out, as it is used at `span`."""
        inner = self.inner[name]
        reference = Reference(self.prefix + name, f"Outputs.{output}", f"{name}.Outputs.{output}")
        if isinstance(inner, str):
            return self.unknown(inner, span, refers_to=reference)
        self.ledger.note(f"{inner.prefix}Outputs.{output}", BEING)
        entry = inner.entry("Outputs", output)
        node = entry.node.get("Value") if entry is not None and entry.node is not None else None
        if entry is None or node is None or self.is_deep():
            return self.unknown(f"the nested stack {name} has no output {output}", span, refers_to=reference)
        inner.ledger.note(f"{inner.prefix}Outputs.{output}", "*")
        key = (f"Outputs.{output}", "Value")
        found: Value | None = inner.remember(key, lambda: inner.value(node, entry.base), None)
        if found is None:
            return self.unknown(f"the output {output} of {name} is missing", span, True, refers_to=reference)
        step = Origin(f"output {output} of {name}", "code", found.span, inner.notation)
        return found._replace(span=span, origins=(step, *found.origins), refers_to=found.refers_to or reference)

    def passed(self, name: str, span: Span) -> Value | None:
        """Return what the stack around this one passes for a parameter; None when it passes nothing."""
        outer = self._outer
        if outer is None:
            return None
        evaluator, entry = outer.evaluator, outer.entry
        evaluator.ledger.note(evaluator.prefix + entry.name, "Parameters")
        properties = entry.shape.properties
        listed = properties.get("Parameters") if properties is not None else None
        if listed is None:
            # What cannot be read may pass anything.
            is_open = entry.shape.is_open
            return evaluator.unknown(f"what {entry.name} passes is not known", span) if is_open else None
        node = listed.get(name) if call_of(listed) is None else None
        if node is None:
            is_known = listed.kind == "map" and call_of(listed) is None
            return None if is_known else evaluator.unknown(f"what {entry.name} passes is not known", span)
        if evaluator.is_deep():
            return evaluator.unknown("it is passed on too often to be worked out", span)
        key = (entry.name, f"Parameters.{name}")
        return evaluator.remember(key, lambda: evaluator.value(node, entry.base), None)

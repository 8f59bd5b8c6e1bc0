"""The value of a parameter: from a parameter file, its default or the stack around it; never how it is used.

Source: AWS CloudFormation user guide, "Parameters": types, constraints, and that `Ref` gives text or a list of texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.languages.cloudformation.conditions import text_of
from gatepost.languages.cloudformation.constraints import is_hidden, is_list_type, refused, type_of
from gatepost.languages.cloudformation.differences import GIVEN
from gatepost.languages.cloudformation.intrinsics import scalar_of
from gatepost.languages.positioned import Node
from gatepost.model.places import Span
from gatepost.model.values import Origin, Reference, Value

if TYPE_CHECKING:
    from gatepost.languages.cloudformation.evaluate import Evaluator
    from gatepost.languages.cloudformation.inputs import Given
    from gatepost.languages.cloudformation.layout import Entry

# What the value of a parameter depends on, as its attributes.
PARTS = (
    "Type",
    "Default",
    "NoEcho",
    "AllowedValues",
    "AllowedPattern",
    "MinLength",
    "MaxLength",
    "MinValue",
    "MaxValue",
)


def parameter(evaluator: Evaluator, entry: Entry, span: Span) -> Value:
    """Return the value of a parameter, as it is used at `span`."""
    name, node = entry.name, entry.node
    assert node is not None
    address = f"{evaluator.prefix}Parameters.{name}"
    note = evaluator.ledger.note
    note(address, "*")
    for part, _, _ in node.items():
        if part in PARTS:
            note(address, part)
    kind, hidden = type_of(node), is_hidden(node)
    reference = Reference(address, "", f"Ref {name}")
    facts: dict[str, Any] = {"refers_to": reference, "sensitive": hidden}
    what = f"parameter {name}"
    passed = evaluator.passed(name, span)
    if passed is not None:
        step = Origin(what, "code", passed.span, passed.notation)
        listed = passed if passed.is_list or not is_list_type(kind) else _listed(evaluator, passed, text_of(passed))
        return listed._replace(
            span=span,
            origins=(step, *passed.origins),
            sensitive=hidden or passed.sensitive,
            notation=evaluator.notation,
            refers_to=passed.refers_to or reference,
        )
    given = evaluator.given.get(name)
    if evaluator.given:
        note(address, GIVEN)
    place, source_node, steps = _where(evaluator, entry, given, what)
    if source_node is None:
        origin = Origin(what, "input" if hidden else "shown_input", place, evaluator.notation)
        kept = given is not None
        why = f"parameter {name} keeps the value of the deployed stack" if kept else f"parameter {name} has no default"
        return evaluator.unknown(why, span, origins=(origin,), **facts)
    if kind.startswith("AWS::SSM::Parameter::Value"):
        why = f"parameter {name} is looked up in the parameter store when the stack is deployed"
        outer = steps[-1]._replace(kind="shown_input")
        return evaluator.unknown(why, span, origins=(*steps[:-1], outer), **facts)
    return _set(evaluator, name, kind, node, (source_node, place, steps), span, facts)


def _set(
    evaluator: Evaluator,
    name: str,
    kind: str,
    node: Node,
    at: tuple[Node, Span, tuple[Origin, ...]],
    span: Span,
    facts: dict[str, Any],
) -> Value:
    """Return the value of a parameter that something in the files sets."""
    source_node, place, steps = at
    value = evaluator.scalar(source_node, place)
    origins = steps if value.unknown is None else (*steps, *value.origins)
    if source_node.kind == "list" and is_list_type(kind):
        texts = [scalar_of(one) or "" for one in source_node.elements()]
        text = ",".join(texts)
    elif source_node.kind in ("map", "list"):
        return evaluator.unknown(f"what sets parameter {name} is no text", span, origins=origins, **facts)
    else:
        text = text_of(value)
    if text is None:
        hidden = bool(facts["sensitive"]) or value.sensitive
        return value._replace(span=span, origins=origins, refers_to=facts["refers_to"], sensitive=hidden)
    wrong = refused(node, kind, text)
    if wrong and refused(node, kind, scalar_of(source_node) or ""):
        return evaluator.unknown(f"the value of parameter {name} {wrong}", span, origins=origins, **facts)
    sensitive = bool(facts["sensitive"]) or value.sensitive
    made = Value(text, span, origins, refers_to=facts["refers_to"], sensitive=sensitive, notation=evaluator.notation)
    return _listed(evaluator, made, text) if is_list_type(kind) else made


def _where(
    evaluator: Evaluator, entry: Entry, given: Given | None, what: str
) -> tuple[Span, Node | None, tuple[Origin, ...]]:
    """Return the place that sets a parameter, the node there (None: nothing does) and the way there."""
    node = entry.node
    assert node is not None
    if given is not None:
        at = given.node or given.key
        place = Span(given.source, at.start, at.end)
        first = Origin(what, "default", evaluator.span(entry.key, entry.base), evaluator.notation)
        return place, given.node, (first, Origin(given.source.path, "default", place, given.notation))
    default, allowed = node.get("Default"), node.get("AllowedValues")
    if default is None and allowed is not None and len(allowed.elements()) == 1:
        default = allowed.elements()[0]
    if default is None:
        return evaluator.span(entry.key, entry.base), None, ()
    place = evaluator.span(default, entry.base)
    return place, default, (Origin(what, "default", place, evaluator.notation),)


def _listed(evaluator: Evaluator, value: Value, text: str | None) -> Value:
    """Return the list that the text of a list parameter is: its members without the blanks around them."""
    if text is None:
        return value
    members = [part.strip() for part in text.split(",")] if text else []
    return value._replace(
        literal=tuple(
            Value(member, value.span, value.origins, sensitive=value.sensitive, notation=evaluator.notation)
            for member in members
        )
    )

"""One template of a document, itself or a nested stack: its entries as resources; never how they are edited."""

from __future__ import annotations

from gatepost.languages.cloudformation.bodies import Body
from gatepost.languages.cloudformation.conditions import holds
from gatepost.languages.cloudformation.differences import item_of
from gatepost.languages.cloudformation.evaluate import Evaluator
from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.model.documents import Note, Resource
from gatepost.model.places import Source, Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

LANGUAGE = "cloudformation"
# Where the CDK says which construct a resource was made by. Source: AWS CDK developer guide, "Constructs", paths.
_CDK_PATH = "aws:cdk:path"


class Part(NamedTuple):
    """A template, with its place among the stacks.

    `written` are the entries as they stand in the text, `layout` those that the transforms make of them (the same
    object where there is nothing to transform). `outer` is the part with the stack resource `entry` that makes it.
    """

    source: Source
    written: Layout
    layout: Layout
    evaluator: Evaluator
    outer: Part | None = None
    entry: Entry | None = None

    @property
    def prefix(self) -> str:
        """What stands before each name: "" or the ids of the stacks around it, each with a slash."""
        return self.evaluator.prefix


def is_present(part: Part, entry: Entry) -> bool:
    """Tell whether an entry is made, or may be: no condition of its own or of the stacks around it is false."""
    condition = entry.shape.condition
    if condition and holds(part.evaluator, condition) is False:
        return False
    return part.outer is None or part.entry is None or is_present(part.outer, part.entry)


def resource_of(part: Part, entry: Entry, type_: str) -> Resource:
    """Return the resource that an entry is."""
    _, name, key, node, base, shape, _ = entry
    assert node is not None
    evaluator, source, notation = part.evaluator, part.source, part.layout.notation
    end = base + node.end
    properties = shape.properties
    if properties is None:
        place = Span(source, end, end)
    else:
        place = Span(source, base + properties.start, base + properties.end)
    name = evaluator.prefix + name
    body = Value(Body(evaluator, properties, entry, name), place, open=shape.is_open, notation=notation)
    beside = Body(evaluator, node, entry, name, "$.", "Properties")
    notes = _notes(part, entry) if shape.condition or shape.is_told or part.outer is not None else ()
    return Resource(
        LANGUAGE,
        type_,
        name,
        name,
        Span(source, base + key.start, end),
        Span(source, base + key.start, base + key.end),
        body,
        Value(beside, Span(source, base + node.start, end), notation=notation),
        name,
        notes=notes,
    )


def _notes(part: Part, entry: Entry) -> tuple[Note, ...]:
    """Return the conditions that a resource depends on and that are not known, and the construct it was made by."""
    notes: list[Note] = []
    condition = entry.shape.condition
    evaluator, node = part.evaluator, entry.node
    if condition and holds(evaluator, condition) is None:
        told = evaluator.entry("Conditions", condition)
        at = evaluator.span(told.key, told.base) if told is not None else evaluator.span(entry.key, entry.base)
        notes.append(Note(f"exists only if the condition {condition} holds, which is not known", at))
    metadata = node.get("Metadata") if node is not None and entry.shape.is_told else None
    path = metadata.get(_CDK_PATH) if metadata is not None else None
    if path is not None and path.kind == "text":
        notes.append(Note(f"made by the CDK construct {path.value}", evaluator.span(path, entry.base)))
    if part.outer is not None and part.entry is not None:
        stack = part.entry
        at = part.outer.evaluator.span(stack.key, stack.base)
        notes.append(Note(f"in the nested stack {part.outer.prefix}{stack.name}", at))
        notes.extend(_notes(part.outer, stack._replace(shape=stack.shape._replace(is_told=False))))
    return tuple(notes)


def parameter_of(part: Part, entry: Entry) -> Resource:
    """Return the resource of type "parameter" that an entry is."""
    node, evaluator = entry.node, part.evaluator
    assert node is not None
    address = evaluator.prefix + item_of(entry)
    body = Body(evaluator, node, entry, address)
    return Resource(
        LANGUAGE,
        "parameter",
        entry.name,
        address,
        Span(part.source, entry.start, entry.end),
        evaluator.span(entry.key, entry.base),
        Value(body, evaluator.span(node, entry.base), notation=part.layout.notation),
        Value({}),
        address,
    )

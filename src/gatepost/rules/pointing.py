"""Where a judgement points in the files, and what else belongs to it; never what is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from gatepost.model.findings import OriginStep, Related
from gatepost.model.places import Location, Region, Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value
from gatepost.rules.judgements import Judgement
from gatepost.rules.subjects import Subject

_MOST_RELATED = 10


class Pointed(NamedTuple):
    """The place that is shown, what else belongs to it, and the way to where the value is set."""

    location: Location
    related: tuple[Related, ...]
    origins: tuple[OriginStep, ...]


def point(judgement: Judgement) -> Pointed:
    """Return the narrowest place of a judgement."""
    subject = judgement.subject
    listed = judgement.rule.plain.get("points_at")
    named = _named(judgement, listed) if listed else iter(())
    wholes = [one.container.span for one in _upwards(subject) if one is not subject or not subject.label]
    own: list[tuple[str, Value]] = []
    other: list[tuple[str, Value]] = []
    for name, value in (*named, *_by_default(judgement), *_nulls(judgement)):
        if value.span is not None and value.span in wholes:
            continue  # the whole body says no more than the header: a relation that found nothing stands there
        (own if _is_own(subject, value) else other).append((name, value))
    name, shown = own[0] if own else ("", None)
    span = shown.span if shown is not None else None
    first = narrow(span) if span is not None else _header(subject)
    decides = _decides(judgement, name)
    candidates = [pair for pair in [*own, *other] if pair[0] in (listed or ())] + other
    related = {narrow(note.span): Related(narrow(note.span), note.text) for note in subject.resource.notes}
    for name, value in candidates:
        if value.span is not None and narrow(value.span) != first:
            place = narrow(value.span)
            if name not in (listed or ()) and _is_plain_to_see(subject, name, place, first):
                continue
            related.setdefault(place, Related(place, name.replace("parent.", "")))
    origins = _origins(shown) if decides else ()
    return Pointed(first, tuple(related.values())[:_MOST_RELATED], origins)


def _decides(judgement: Judgement, name: str) -> bool:
    """Whether an attribute has a part in the answer or in the fix: only then does it matter where it is set."""
    when, condition, _ = judgement.rule.conditions
    asked = (
        {one.attribute for one in judgement.asked} | set(condition.attributes) | set(when.attributes if when else ())
    )
    return name in asked or name in (judgement.rule.fix or {}).get("set", {})


def _is_plain_to_see(subject: Subject, name: str, place: Location, first: Location) -> bool:
    """Whether a related place is one that whoever looks at the first sees anyway: its line, the stage it is in."""
    same_line = place.path == first.path and place.region.start_line == first.region.start_line
    stage = subject.resource.language == "dockerfile" and name.removeprefix("parent.").startswith("stage.")
    return same_line or stage


def _upwards(subject: Subject) -> Iterator[Subject]:
    """Yield a subject and what it is a part of."""
    one: Subject | None = subject
    while one is not None:
        yield one
        one = one.parent


def narrow(span: Span) -> Location:
    """Return the location of a span, cut at the end of its first line: a region people can look at."""
    region = span.region
    if region.end_line > region.start_line:
        line = span.source.line(region.start_line)
        end = max(len(line.rstrip()) + 1, region.start_column)
        region = Region(region.start_line, region.start_column, region.start_line, end)
    return Location(span.source.path, region)


def _header(subject: Subject) -> Location:
    if subject.label and subject.container.span is not None:
        return narrow(subject.container.span)
    return narrow(subject.resource.header)


def _is_own(subject: Subject, value: Value) -> bool:
    """Return whether a value stands in the subject: in the element, or in the resource itself."""
    span = value.span
    around = subject.container.span if subject.label else subject.resource.span
    if span is None or around is None:
        return False
    if subject.label and subject.container.span is None:
        around = subject.resource.span
    return span.source.path == around.source.path and around.start <= span.start and span.end <= around.end


def _named(judgement: Judgement, names: list[str]) -> Iterator[tuple[str, Value]]:
    for name in names:
        value = judgement.subject.get(name)
        if value is not None and value.span is not None:
            yield name, _culprit(judgement, name, value)
        elif value is not None and value.is_list:
            # A list that is written nowhere by itself: its members are.
            yield from ((name, member) for member in value.literal if member.span is not None)


def _culprit(judgement: Judgement, name: str, value: Value) -> Value:
    """Return the member of a list or set that alone decided, where it is written in the subject; else the whole."""
    for asked in judgement.asked:
        element = asked.element
        if asked.attribute != name or element is None or not _is_own(judgement.subject, element):
            continue
        if any(element is member for member in _members(value)):
            return element
    return value


def _members(value: Value) -> Iterable[Value]:
    if value.is_list:
        return cast("tuple[Value, ...]", value.literal)
    return (member for _, member in getattr(value.literal, "parts", ()))


def _by_default(judgement: Judgement) -> Iterator[tuple[str, Value]]:
    """Yield places best first: the failing element, what the fix writes, the condition's attributes in file order."""
    subject = judgement.subject
    rule = judgement.rule
    for asked in judgement.asked:
        if asked.element is None:
            continue
        element = asked.element
        span = asked.value.span if asked.value is not None and asked.value is not element else None
        if asked.value is not None and span is not None and (element.span is None or _within(span, element.span)):
            yield asked.attribute, asked.value
        if element.span is not None and (asked.value is None or asked.value.span is None):
            yield asked.attribute, element
    # Only what decided: of a `require` that fails, the attributes that hold are not at fault.
    faultless = set(rule.conditions[1].attributes) - {asked.attribute for asked in judgement.asked}
    fix = rule.fix or {}
    removed = fix.get("remove", [])
    for names in (fix.get("set", {}), fix.get("add", {}), [removed] if isinstance(removed, str) else removed):
        yield from _named(judgement, [name for name in names if name not in faultless and name != "this"])
    decided = [
        (asked.attribute, _culprit(judgement, asked.attribute, asked.value))
        for asked in judgement.asked
        if asked.value is not None
    ]
    written = [(name, value) for name, value in decided if value.span is not None]
    own = [pair for pair in written if _is_own(subject, pair[1])]
    yield from sorted(own, key=lambda pair: pair[1].span.start if pair[1].span is not None else 0)
    yield from written


def _nulls(judgement: Judgement) -> Iterator[tuple[str, Value]]:
    """Yield the nulls that are written where the fix writes, and where what was asked about is missing."""
    subject = judgement.subject
    fix = (judgement.rule.fix or {}).get("set", {})
    for name in (*fix, *(asked.attribute for asked in judgement.asked if asked.element is None)):
        place = subject.kind.attributes.get(name)
        value = subject.get(name) if place is not None else None
        if place is not None and (value is None or value.span is None):
            nothing = place.nothing(subject)
            if nothing is not None:
                yield name, nothing


def _within(inner: Span, outer: Span) -> bool:
    return inner.source.path == outer.source.path and outer.start <= inner.start and inner.end <= outer.end


def _origins(value: Value | None) -> tuple[OriginStep, ...]:
    if value is None:
        return ()
    return tuple(
        OriginStep(
            step.what,
            narrow(step.span) if step.span is not None else None,
            "" if step.span is None or value.sensitive else step.span.source.line(step.span.region.start_line).strip(),
            step.kind,
        )
        for step in value.origins
    )

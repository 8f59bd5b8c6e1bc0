"""Where a judgement points in the files, and what else belongs to it; never what is said about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias, cast

from gatepost.model.findings import OriginStep, Related
from gatepost.model.places import Location, Region, Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value
from gatepost.rules.judgements import Judgement
from gatepost.rules.subjects import Subject

_MOST_RELATED = 10

# An attribute's name with its value.
_Named: TypeAlias = tuple[str, Value]


class Pointed(NamedTuple):
    """The place that is shown, what else belongs to it, and the way to where the value is set."""

    location: Location
    related: tuple[Related, ...]
    origins: tuple[OriginStep, ...]


def point(judgement: Judgement) -> Pointed:
    """Return the narrowest place of a judgement."""
    subject = judgement.subject
    listed: Sequence[str] = judgement.rule.plain.get("points_at") or ()
    own, other = _best_first(judgement, listed)
    name, shown = own[0] if own else ("", None)
    first = _shown(shown) if shown is not None and shown.span is not None else _header(subject)
    whole = narrow(shown.span) if shown is not None and shown.span is not None else first
    candidates = [pair for pair in (*own, *other) if pair[0] in listed] + other if listed else other
    related = {narrow(note.span): Related(narrow(note.span), note.text) for note in subject.resource.notes}
    for name_there, value in candidates:
        if value.span is None:
            continue
        place = narrow(value.span)
        if place in (first, whole) or (
            name_there not in listed and _is_plain_to_see(subject, name_there, place, first)
        ):
            continue
        related.setdefault(place, Related(place, name_there.replace("parent.", "")))
    is_set_elsewhere = shown is not None and shown.origins and _decides(judgement, name)
    origins = _origins(shown) if shown is not None and is_set_elsewhere else ()
    return Pointed(first, tuple(related.values())[:_MOST_RELATED], origins)


def _best_first(judgement: Judgement, listed: Sequence[str]) -> tuple[list[_Named], list[_Named]]:
    """Return what a judgement may point at, best first: what stands in the subject, and what stands elsewhere."""
    subject = judgement.subject
    around = subject.container.span if subject.label else subject.resource.span
    wholes = [one.container.span for one in _upwards(subject) if one is not subject or not subject.label]

    def apart(pairs: Iterable[_Named]) -> tuple[list[_Named], list[_Named]]:
        own: list[_Named] = []
        other: list[_Named] = []
        for pair in pairs:
            span = pair[1].span
            if span is None:
                other.append(pair)
            elif span not in wholes:
                # The whole body says no more than the header: a relation that found nothing stands there.
                (own if around is not None and _within(span, around) else other).append(pair)
        return own, other

    elements = _own_elements(judgement, around)
    named = _named(judgement, listed, elements)
    own, other = apart((*named, *_failing(judgement), *_named(judgement, _mended(judgement), elements)))
    # The condition's attributes, in the order of the file.
    own_decided, other_decided = apart(_decided(judgement, elements))
    if len(own_decided) > 1:
        own_decided.sort(key=_start)
    own_nulls, other_nulls = apart(_nulls(judgement))
    return own + own_decided + own_nulls, other + other_decided + other_nulls


def _decides(judgement: Judgement, name: str) -> bool:
    """Whether an attribute has a part in the answer or in the fix: only then does it matter where it is set."""
    when, condition, _ = judgement.rule.conditions
    return (
        any(one.attribute == name for one in judgement.asked)
        or name in condition.attributes
        or (when is not None and name in when.attributes)
        or name in (judgement.rule.fix or {}).get("set", {})
    )


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


def _shown(value: Value) -> Location:
    """Return where a value is shown: a map of YAML that has lines of its own at its key, which says what it is."""
    span = value.span
    assert span is not None
    if value.notation == "yaml" and value.is_map:
        source = span.source
        line, column = source.position(span.start)
        above = line - 1
        while above and source.line(above).lstrip()[:1] in ("", "#"):
            above -= 1
        key = source.line(above).rstrip() if above else ""
        if key.endswith(":") and not source.line(line)[: column - 1].strip():
            return Location(source.path, Region(above, len(key) - len(key.lstrip()) + 1, above, len(key)))
    return narrow(span)


def _header(subject: Subject) -> Location:
    if subject.label and subject.container.span is not None:
        return narrow(subject.container.span)
    return narrow(subject.resource.header)


def _own_elements(judgement: Judgement, around: Span | None) -> list[_Named]:
    """Return the elements that alone decided and that are written in the subject, with the attribute each is of."""
    return [
        (asked.attribute, asked.element)
        for asked in judgement.asked
        if asked.element is not None
        and asked.element.span is not None
        and around is not None
        and _within(asked.element.span, around)
    ]


def _named(judgement: Judgement, names: Iterable[str], elements: Sequence[_Named]) -> Iterator[_Named]:
    for name in names:
        value = judgement.subject.get(name)
        if value is not None and value.span is not None:
            yield name, _culprit(name, value, elements)
        elif value is not None and value.is_list:
            # A list that is written nowhere by itself: its members are.
            yield from ((name, member) for member in value.literal if member.span is not None)


def _culprit(name: str, value: Value, elements: Sequence[_Named]) -> Value:
    """Return the member of a list or set that alone decided, where it is written in the subject; else the whole."""
    for attribute, element in elements:
        if attribute == name and any(element is member for member in _members(value)):
            return element
    return value


def _members(value: Value) -> Iterable[Value]:
    if value.is_list:
        return cast("tuple[Value, ...]", value.literal)
    return (member for _, member in getattr(value.literal, "parts", ()))


def _failing(judgement: Judgement) -> Iterator[_Named]:
    """Yield the elements that failed, or the list where that is the narrower place."""
    for asked in judgement.asked:
        element = asked.element
        if element is None:
            continue
        span = asked.value.span if asked.value is not None and asked.value is not element else None
        if asked.value is not None and span is not None and (element.span is None or _within(span, element.span)):
            yield asked.attribute, asked.value
        if element.span is not None and (asked.value is None or asked.value.span is None):
            yield asked.attribute, element


def _mended(judgement: Judgement) -> list[str]:
    """Return the attributes that the fix writes, those that are at fault."""
    fix = judgement.rule.fix
    if fix is None:
        return []
    removed = fix.get("remove", ())
    names = (*fix.get("set", ()), *fix.get("add", ()), *((removed,) if isinstance(removed, str) else removed))
    # Only what decided: of a `require` that fails, the attributes that hold are not at fault.
    asked = {one.attribute for one in judgement.asked}
    attributes = judgement.rule.conditions[1].attributes
    return [name for name in names if name != "this" and (name in asked or name not in attributes)]


def _decided(judgement: Judgement, elements: Sequence[_Named]) -> Iterator[_Named]:
    """Yield what was asked for the answer, as far as it is written."""
    for asked in judgement.asked:
        if asked.value is not None:
            value = _culprit(asked.attribute, asked.value, elements)
            if value.span is not None:
                yield asked.attribute, value


def _start(pair: _Named) -> int:
    return pair[1].span.start if pair[1].span is not None else 0


def _nulls(judgement: Judgement) -> Iterator[_Named]:
    """Yield the nulls that are written where the fix writes, and where what was asked about is missing."""
    subject = judgement.subject
    names: dict[str, Any] = dict.fromkeys((judgement.rule.fix or {}).get("set", ()))
    names.update(dict.fromkeys(asked.attribute for asked in judgement.asked if asked.element is None))
    for name in names:
        place = subject.kind.attributes.get(name)
        value = subject.get(name) if place is not None else None
        if place is not None and (value is None or value.span is None):
            nothing = place.nothing(subject)
            if nothing is not None:
                yield name, nothing


def _within(inner: Span, outer: Span) -> bool:
    return inner.source.path == outer.source.path and outer.start <= inner.start and inner.end <= outer.end


def _origins(value: Value) -> tuple[OriginStep, ...]:
    return tuple(
        OriginStep(
            step.what,
            narrow(step.span) if step.span is not None else None,
            "" if step.span is None or value.sensitive else step.span.source.line(step.span.region.start_line).strip(),
            step.kind,
        )
        for step in value.origins
    )

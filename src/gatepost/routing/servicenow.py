"""Records of ServiceNow as plain text that no journal reads as HTML; never sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.routing import Wanted
from gatepost.routing.items import About, Item
from gatepost.routing.telling import Links, at
from gatepost.routing.texts import MARKS, journal_line
from gatepost.routing.tickets import Section, fitting, footer, mark_of, sections, title_of

_MOST_TITLE = 160  # the field's own limit
_MOST_BODY = 4000  # and that of the description, which is cut without a word
_FIELDS = {
    "assignment_group": "assignment_group",
    "category": "category",
    "subcategory": "subcategory",
    "caller": "caller_id",
    "service": "business_service",
    "ci": "cmdb_ci",
}


def wanted(item: Item, about: About, settings: Mapping[str, Any], links: Links) -> Wanted:
    """Return the record of a group."""
    made: dict[str, Any] = {field: settings[name] for name, field in _FIELDS.items() if settings.get(name)}
    for name in ("urgency", "impact"):
        value = settings.get(name, {}).get(item.severity)
        if value:
            made[name] = value
    if item.due:
        made["due_date"] = f"{item.due} 23:59:59"
    title = journal_line(title_of(item), _MOST_TITLE)
    body = fitting(item, _MOST_BODY, lambda one: text(one, about, links))
    return Wanted(mark_of(item, about, settings), title[:_MOST_TITLE], body, made)


def text(item: Item, about: About, links: Links) -> str:
    """Return the description of a record."""
    parts = ["\n".join(_lines(section, links)) for section in sections(item)]
    return "\n\n".join([*parts, journal_line(footer(item, about))])


def _lines(section: Section, links: Links) -> Iterator[str]:
    if section.label:
        yield f"{section.label}:"
    if section.kind == "text":
        yield journal_line(section.text, 2000)
    elif section.kind == "facts":
        yield from (f"{label}: {journal_line(told)}" for label, told in section.facts)
    elif section.kind == "places":
        for place in section.places:
            yield "  ".join(
                one for one in (journal_line(at(place)), journal_line(place.resource), links.to(place)) if one
            )
        if section.more:
            yield f"{section.more} more"
    elif section.kind == "diff":
        for one in section.lines:
            yield one[:2] + journal_line(one[2:], 200) if one[:2] in MARKS else journal_line(one, 200)


def note(told: str) -> str:
    """Return a work note with a line of our own."""
    return journal_line(told)

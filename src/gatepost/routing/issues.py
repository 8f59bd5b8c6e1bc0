"""Issues of GitHub and GitLab as Markdown that formats, links and notifies nothing by itself; never sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.routing import Wanted
from gatepost.routing.items import About, Item
from gatepost.routing.telling import Links, at
from gatepost.routing.texts import issue_block, issue_code, issue_line, issue_title
from gatepost.routing.tickets import Section, fitting, footer, mark_of, sections, title_of

_MOST_BODY = 60_000  # GitHub takes 65,536 characters


def wanted(item: Item, about: About, service: str, settings: Mapping[str, Any], links: Links) -> Wanted:
    """Return the issue of a group; `service` is github or gitlab."""
    made: dict[str, Any] = {name: list(settings[name]) for name in ("labels", "assignees") if settings.get(name)}
    if service == "gitlab":
        made["confidential"] = settings.get("confidential", True)
        if item.due:
            made["due_date"] = item.due
    title = issue_title(title_of(item))
    body = fitting(item, _MOST_BODY, lambda one: markdown(one, about, links))
    return Wanted(mark_of(item, about, settings), title, body, made)


def markdown(item: Item, about: About, links: Links) -> str:
    """Return the body of an issue."""
    parts = ["\n".join(_lines(section, links)) for section in sections(item)]
    return "\n\n".join([*parts, f"<sub>{issue_line(footer(item, about))}</sub>"]) + "\n"


def _lines(section: Section, links: Links) -> Iterator[str]:
    if section.label:
        yield f"**{section.label}**\n"
    if section.kind == "text":
        yield issue_line(section.text, 2000)
    elif section.kind == "facts":
        yield "| | |\n|---|---|"
        yield from (f"| {label} | {issue_line(text)} |" for label, text in section.facts)
    elif section.kind == "places":
        for place in section.places:
            address = links.to(place).replace("(", "%28").replace(")", "%29")
            where = issue_code(at(place))
            shown = f"[{where}]({address})" if address else where
            yield f"- {shown}" + (f" {issue_code(place.resource)}" if place.resource else "")
        if section.more:
            yield f"- {section.more} more"
    elif section.kind == "diff":
        yield issue_block([text[:200] for text in section.lines], "diff")


def note(text: str) -> str:
    """Return a comment with a line of our own."""
    return issue_line(text)

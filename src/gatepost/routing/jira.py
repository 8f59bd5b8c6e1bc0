"""Issues of Jira: the Atlassian Document Format for Cloud, wiki markup for Server and Data Center; never sends.

In the document format a text node is only text, so what comes from files needs no escaping there. Sources: "Atlassian
Document Format", "Text formatting notation" (Atlassian).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.routing import Wanted
from gatepost.routing.items import About, Item, Place
from gatepost.routing.telling import Links, at
from gatepost.routing.texts import diff_line, line, wiki_block, wiki_line
from gatepost.routing.tickets import Section, fitting, footer, mark_of, sections, title_of

_MOST_TITLE = 250
_MOST_BODY = 30_000  # Jira takes 32,767 characters


def wanted(item: Item, about: About, settings: Mapping[str, Any], links: Links) -> Wanted:
    """Return the issue of a group."""
    server = settings.get("api") == "server"
    if server:
        body: Any = fitting(item, _MOST_BODY, lambda one: wiki(one, about, links))
    else:
        body = fitting(item, _MOST_BODY, lambda one: document(one, about, links), lambda made: len(json.dumps(made)))
    return Wanted(mark_of(item, about, settings), line(title_of(item), _MOST_TITLE), body, fields(item, settings))


def fields(item: Item, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an issue that the policy sets."""
    server = settings.get("api") == "server"
    made: dict[str, Any] = {"issuetype": {"name": settings.get("issue_type", "Task")}}
    labels = list(settings.get("labels", ()))
    team, field = settings.get("team"), settings.get("team_field")
    if team and field:
        shapes = {"text": team, "option": {"value": team}, "id": {"id": team}}
        made[field] = shapes[settings.get("team_as", "text")]
    elif team:
        labels.append("team-" + "-".join(str(team).split()))
    made["labels"] = labels
    if settings.get("components"):
        made["components"] = [{"name": name} for name in settings["components"]]
    if settings.get("assignee"):
        made["assignee"] = {"name" if server else "accountId": settings["assignee"]}
    priority = settings.get("priority", {}).get(item.severity)
    if priority:
        made["priority"] = {"name": priority}
    if item.due and settings.get("due_date", True):
        made["duedate"] = item.due
    return made


def note(text: str, settings: Mapping[str, Any]) -> Any:
    """Return the body of a comment with a line of our own."""
    if settings.get("api") == "server":
        return wiki_line(text)
    return {"type": "doc", "version": 1, "content": [_paragraph([_text(line(text))])]}


# -- Atlassian Document Format -----------------------------------------------------------------------------------------


def document(item: Item, about: About, links: Links) -> dict[str, Any]:
    """Return the description of an issue as a document."""
    content: list[dict[str, Any]] = []
    for section in sections(item):
        content.extend(_nodes(section, links))
    content.append({"type": "rule"})
    content.append(_paragraph([_text(line(footer(item, about)), "em")]))
    return {"type": "doc", "version": 1, "content": content}


def _nodes(section: Section, links: Links) -> Iterator[dict[str, Any]]:
    if section.label:
        heading = [_text(section.label)]
        yield {"type": "heading", "attrs": {"level": 3}, "content": heading}
    if section.kind == "text":
        yield _paragraph([_text(line(section.text, 2000))])
    elif section.kind == "facts":
        rows = [_paragraph([_text(f"{label}: ", "strong"), _text(line(text))]) for label, text in section.facts]
        yield _bullets(rows)
    elif section.kind == "places":
        rows = [_paragraph(_place(place, links)) for place in section.places]
        if section.more:
            rows.append(_paragraph([_text(f"{section.more} more")]))
        yield _bullets(rows) if rows else _paragraph([_text("no place is known")])
    elif section.kind == "diff":
        shown = "\n".join(diff_line(one) for one in section.lines)
        yield {"type": "codeBlock", "attrs": {"language": "diff"}, "content": [_text(shown)]}


def _place(place: Place, links: Links) -> list[dict[str, Any]]:
    where = _text(line(at(place)), "code")
    address = links.to(place)
    if address:
        where["marks"].append({"type": "link", "attrs": {"href": address}})
    return [where, _text(f"  {line(place.resource, 200)}")] if place.resource else [where]


def _paragraph(content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "paragraph", "content": content}


def _bullets(paragraphs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "bulletList", "content": [{"type": "listItem", "content": [one]} for one in paragraphs]}


def _text(text: str, *marks: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "text", "text": text or " "}
    if marks:
        made["marks"] = [{"type": mark} for mark in marks]
    return made


# -- wiki markup -------------------------------------------------------------------------------------------------------


def wiki(item: Item, about: About, links: Links) -> str:
    """Return the description of an issue in wiki markup."""
    parts: list[str] = []
    for section in sections(item):
        parts.append("\n".join(_wiki_lines(section, links)))
    return "\n\n".join([*parts, "----", wiki_line(footer(item, about))])


def _wiki_lines(section: Section, links: Links) -> Iterator[str]:
    if section.label:
        yield f"h3. {wiki_line(section.label)}"
    if section.kind == "text":
        yield wiki_line(section.text, 2000)
    elif section.kind == "facts":
        yield from (f"* *{label}:* {wiki_line(text)}" for label, text in section.facts)
    elif section.kind == "places":
        for place in section.places:
            address = links.to(place)
            where = wiki_line(at(place))
            shown = f"[{where}|{address.replace('|', '%7C').replace(']', '%5D')}]" if address else where
            yield f"* {shown}" + (f"  {wiki_line(place.resource, 200)}" if place.resource else "")
        if section.more:
            yield f"* {section.more} more"
    elif section.kind == "diff":
        yield wiki_block(list(section.lines))

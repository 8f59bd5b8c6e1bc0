"""Issues in Jira (Cloud, REST API 3; Server and Data Center, REST API 2); never decides which there should be.

An issue is found by its label gatepost-SCOPE and remembers in the entity property `gatepost`. Sources: "The Jira Cloud
platform REST API" (search by /search/jql, issues, issue properties, transitions), "Jira Server platform REST API".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote

from gatepost.model.routing import Issue, Mark, Wanted
from gatepost.services.web import Refused, Web

PROPERTY = "gatepost"
LABEL = "gatepost"
_PAGE = 100
_MOST_PAGES = 200


class Jira:
    """The issues of one project. `note_of` makes the body of a comment out of a line of our own."""

    def __init__(self, web: Web, project: str, settings: Mapping[str, Any], note_of: Any) -> None:
        self._web = web
        self._project = project
        self._server = settings.get("api") == "server"
        self._fixed = str(settings.get("fixed", "Done"))
        self._reopened = str(settings.get("reopened", "To Do"))
        self._note_of = note_of
        self._top = "/rest/api/2" if self._server else "/rest/api/3"

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every issue of a scope, open or not."""
        jql = f'project = "{self._project}" AND labels = "{LABEL}-{scope}" ORDER BY created ASC'
        found = [issue for one in self._search(jql) if (issue := _issue(one, scope)) is not None]
        return sorted(found, key=lambda issue: issue.order)

    def _search(self, jql: str) -> Iterator[Mapping[str, Any]]:
        asked = {"jql": jql, "maxResults": _PAGE, "fields": ["status", "labels"], "properties": [PROPERTY]}
        path = f"{self._top}/search" if self._server else f"{self._top}/search/jql"
        begin, token = 0, None
        for _ in range(_MOST_PAGES):
            more = {"startAt": begin} if self._server else ({"nextPageToken": token} if token else {})
            page = _mapping(self._web.ask("POST", path, {**asked, **more}).data)
            if not isinstance(page.get("issues"), list):
                raise Refused("the host's answer cannot be read: it lists no issues")
            issues = cast("list[Any]", page["issues"])
            yield from (cast("Mapping[str, Any]", one) for one in issues if isinstance(one, dict))
            begin += len(issues)
            token = page.get("nextPageToken")
            total = page.get("total")
            if not issues or (begin >= total if self._server and isinstance(total, int) else not token):
                return
        raise Refused("the host has more pages of issues than can be read")

    def create(self, wanted: Wanted) -> str:
        """Make an issue; returns its key."""
        fields = {"project": {"key": self._project}, **self._fields(wanted)}
        fields["labels"] = [*_labels(wanted.mark), *cast("list[str]", wanted.fields.get("labels") or ())]
        made = _mapping(
            self._web.ask("POST", f"{self._top}/issue", {"fields": fields, **_remembering(wanted.mark)}).data
        )
        return str(made.get("key") or made.get("id") or "?")

    def _fields(self, wanted: Wanted) -> dict[str, Any]:
        own = {name: value for name, value in wanted.fields.items() if name not in ("labels", "priorities")}
        return {**own, "summary": wanted.title, "description": wanted.body}

    def update(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Write an issue anew: what people may have set by hand (assignee, status, their labels) stays."""
        fields: dict[str, Any] = {"summary": wanted.title, "description": wanted.body}
        if "duedate" in wanted.fields:
            fields["duedate"] = wanted.fields["duedate"]
        if issue.mark.severity != wanted.mark.severity and "priority" in wanted.fields:
            fields["priority"] = wanted.fields["priority"]
        added = [
            {"add": label} for label in (*_labels(wanted.mark), *cast("list[str]", wanted.fields.get("labels") or ()))
        ]
        data = {"fields": fields, "update": {"labels": added}, **_remembering(wanted.mark)}
        self._web.ask("PUT", f"{self._issue(issue)}", data)
        if note:
            self._say(issue, note)

    def close(self, issue: Issue, mark: Mark, note: str) -> None:
        """Take the transition that closes, say why, and remember."""
        self._take(issue, self._fixed)
        self._say(issue, note)
        self.remember(issue, mark)

    def remember(self, issue: Issue, mark: Mark) -> None:
        """Change nothing but what the issue remembers."""
        self._web.ask("PUT", f"{self._issue(issue)}/properties/{PROPERTY}", mark._asdict())

    def reopen(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Take the transition that opens again, and write the issue anew."""
        self._take(issue, self._reopened)
        self.update(issue, wanted, note)

    def _issue(self, issue: Issue) -> str:
        return f"{self._top}/issue/{quote(issue.id, safe='')}"

    def _say(self, issue: Issue, note: str) -> None:
        self._web.ask("POST", f"{self._issue(issue)}/comment", {"body": self._note_of(note)})

    def _take(self, issue: Issue, name: str) -> None:
        listed = _mapping(self._web.ask("GET", f"{self._issue(issue)}/transitions").data).get("transitions")
        offered = [_mapping(one) for one in cast("list[Any]", listed or [])]
        for one in offered:
            names = (str(one.get("name", "")), str(_mapping(one.get("to")).get("name", "")))
            if name.lower() in (text.lower() for text in names):
                self._web.ask("POST", f"{self._issue(issue)}/transitions", {"transition": {"id": str(one.get("id"))}})
                return
        there = ", ".join(sorted(str(one.get("name", ""))[:40] for one in offered)[:8])
        raise Refused(f"{issue.name} offers no transition {name!r}; it offers: {there or 'none'}")


def _labels(mark: Mark) -> list[str]:
    return [LABEL, f"{LABEL}-{mark.scope}", f"{LABEL}-{mark.key}"]


def _remembering(mark: Mark) -> dict[str, Any]:
    return {"properties": [{"key": PROPERTY, "value": mark._asdict()}]}


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _issue(found: Mapping[str, Any], scope: str) -> Issue | None:
    fields = _mapping(found.get("fields"))
    labels = [one for one in cast("list[Any]", fields.get("labels") or []) if isinstance(one, str)]
    kept: Mapping[str, Any] = _mapping(_mapping(found.get("properties")).get(PROPERTY))
    # Of an issue that has lost its property the labels still tell whose it is.
    keys = [label[len(LABEL) + 1 :] for label in labels if label.startswith(f"{LABEL}-")]
    key = next((one for one in keys if one != scope and len(one) == 16), "")
    number = str(found.get("id", ""))
    if not key or not number:
        return None
    if kept.get("key") != key:
        kept = {}
    total = kept.get("total")
    mark = Mark(
        key,
        scope,
        str(kept.get("content", "")),
        str(kept.get("severity", "")),
        total if isinstance(total, int) else 0,
        kept.get("gone") is True,
        str(kept.get("extent", "")),
    )
    done = _mapping(_mapping(fields.get("status")).get("statusCategory")).get("key") == "done"
    order = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    return Issue(number, str(found.get("key", number)), mark, not done, order)

"""Records of ServiceNow by its table API; never decides which there should be.

A record is found by its correlation_id (gatepost:SCOPE:KEY) and remembers in correlation_display. Source: "Table API"
(ServiceNow).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, urlencode

from gatepost.model.routing import Issue, Mark, Wanted
from gatepost.services.web import Refused, Web

_PAGE = 100
_MOST_PAGES = 200
_FIELDS = "sys_id,number,state,correlation_id,correlation_display,sys_created_on"
# Resolved, closed and cancelled, as an incident has them when nobody has changed its states.
_CLOSED = ("6", "7", "8")


class ServiceNow:
    """The records of one table."""

    def __init__(self, web: Web, settings: Mapping[str, Any]) -> None:
        self._web = web
        self._table = quote(str(settings.get("table", "incident")), safe="")
        self._resolved = str(settings.get("resolved_state", "6"))
        self._reopened = str(settings.get("reopened_state", "2"))
        self._close_code = str(settings.get("close_code", "Solution provided"))

    def find(self, scope: str) -> Sequence[Issue]:
        """Return every record of a scope, whatever its state."""
        found: list[Issue] = []
        for page in range(_MOST_PAGES):
            query = urlencode(
                {
                    "sysparm_query": f"correlation_idSTARTSWITHgatepost:{scope}:^ORDERBYsys_created_on",
                    "sysparm_fields": _FIELDS,
                    "sysparm_limit": str(_PAGE),
                    "sysparm_offset": str(page * _PAGE),
                    "sysparm_exclude_reference_link": "true",
                }
            )
            result = _mapping(self._web.ask("GET", f"/api/now/table/{self._table}?{query}").data).get("result")
            if not isinstance(result, list):
                raise Refused("the host's answer cannot be read: it lists no records")
            listed = cast("list[Any]", result)
            for one in listed:
                record = self._record(_mapping(one), scope, len(found))
                if record is not None:
                    found.append(record)
            if len(listed) < _PAGE:
                return found
        raise Refused("the host has more pages of records than can be read")

    def _record(self, one: Mapping[str, Any], scope: str, order: int) -> Issue | None:
        begin = f"gatepost:{scope}:"
        correlation, number = str(one.get("correlation_id", "")), str(one.get("sys_id", ""))
        if not correlation.startswith(begin) or not number:
            return None
        mark = _mark(correlation[len(begin) :], scope, str(one.get("correlation_display", "")))
        is_open = str(one.get("state", "")) not in (self._resolved, *_CLOSED)
        return Issue(number, str(one.get("number", number)), mark, is_open, order)

    def create(self, wanted: Wanted) -> str:
        """Make a record; returns its number."""
        data = {
            "correlation_id": f"gatepost:{wanted.mark.scope}:{wanted.mark.key}",
            **self._written(wanted),
            **wanted.fields,
        }
        made = _mapping(_mapping(self._web.ask("POST", f"/api/now/table/{self._table}", data).data).get("result"))
        return str(made.get("number") or made.get("sys_id") or "?")

    def _written(self, wanted: Wanted) -> dict[str, Any]:
        return {
            "short_description": wanted.title,
            "description": wanted.body,
            "correlation_display": _remembered(wanted.mark),
        }

    def _change(self, issue: Issue, data: Mapping[str, Any]) -> None:
        self._web.ask("PATCH", f"/api/now/table/{self._table}/{quote(issue.id, safe='')}", dict(data))

    def update(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Write a record anew: whom people have assigned it to stays."""
        data = self._written(wanted)
        if issue.mark.severity != wanted.mark.severity:
            data.update({name: wanted.fields[name] for name in ("urgency", "impact") if name in wanted.fields})
        if "due_date" in wanted.fields:
            data["due_date"] = wanted.fields["due_date"]
        self._change(issue, {**data, "work_notes": note} if note else data)

    def close(self, issue: Issue, mark: Mark, note: str) -> None:
        """Resolve a record."""
        closing = {"state": self._resolved, "close_code": self._close_code, "close_notes": note, "work_notes": note}
        self._change(issue, {**closing, "correlation_display": _remembered(mark)})

    def remember(self, issue: Issue, mark: Mark) -> None:
        """Change nothing but what the record remembers."""
        self._change(issue, {"correlation_display": _remembered(mark)})

    def reopen(self, issue: Issue, wanted: Wanted, note: str) -> None:
        """Open a record again and write it anew."""
        self._change(issue, {**self._written(wanted), "state": self._reopened, "work_notes": note})


def _remembered(mark: Mark) -> str:
    return f"{mark.content} {mark.severity} {mark.total} {mark.extent} {'gone' if mark.gone else 'here'}"


def _mark(key: str, scope: str, text: str) -> Mark:
    parts = text.split(" ")
    if len(parts) != 5 or not (parts[2].isascii() and parts[2].isdigit()):
        return Mark(key, scope, "")
    return Mark(key, scope, parts[0], parts[1], int(parts[2][:9]), parts[4] == "gone", parts[3])


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

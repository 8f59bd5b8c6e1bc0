"""Jira as its REST API 3 (Cloud) and 2 (Server) answer about issues; never a real one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema

from tests.routing.hosts.host import Answer, Asked, Host

_DOCUMENT = json.loads((Path(__file__).parent.parent / "schemas" / "atlassian-document.json").read_text("utf-8"))
_ISSUE = re.compile(r"/rest/api/(2|3)/issue(?:/([^/]+))?(?:/(transitions|comment|properties/gatepost))?$")


class FakeJira(Host):
    def __init__(self, *, server: bool = False, authorization: str = "", page: int = 100) -> None:
        super().__init__()
        self.server = server
        self.authorization = authorization
        self.page = page
        self.issues: dict[str, dict[str, Any]] = {}
        self.transitions = {"To Do": "new", "Done": "done"}

    def answer(self, asked: Asked) -> Answer:
        if self.authorization and asked.headers.get("authorization") != self.authorization:
            return Answer(401, {"errorMessages": ["Client must be authenticated to access this resource."]})
        api = "2" if self.server else "3"
        if asked.path == ("/rest/api/2/search" if self.server else "/rest/api/3/search/jql") and asked.method == "POST":
            return self._search(asked.data)
        found = _ISSUE.match(asked.path)
        if found is None or found.group(1) != api:
            return Answer(404, {"errorMessages": ["Not Found"]})
        id, below = found.group(2), found.group(3)
        if id is None:
            return self._create(asked.data)
        issue = self.issues.get(id)
        if issue is None:
            return Answer(404, {"errorMessages": ["Issue does not exist or you do not have permission to see it."]})
        return self._about(issue, below, asked)

    def _search(self, data: dict[str, Any]) -> Answer:
        found = re.fullmatch(r'project = "(\w+)" AND labels = "(gatepost-[0-9a-f]+)" ORDER BY created ASC', data["jql"])
        if found is None:
            return Answer(400, {"errorMessages": ["Error in the JQL Query"]})
        every = [
            one
            for one in self.issues.values()
            if one["fields"]["project"]["key"] == found.group(1) and found.group(2) in one["fields"]["labels"]
        ]
        begin = data.get("startAt", 0) if self.server else int(data.get("nextPageToken") or 0)
        size = min(self.page, data["maxResults"])
        shown = every[begin : begin + size]
        rows = [
            {
                "id": one["id"],
                "key": one["key"],
                "fields": {"labels": one["fields"]["labels"], "status": one["status"]},
                "properties": {"gatepost": one["property"]} if one["property"] else {},
            }
            for one in shown
        ]
        if self.server:
            return Answer(200, {"startAt": begin, "maxResults": size, "total": len(every), "issues": rows})
        page: dict[str, Any] = {"issues": rows}
        if begin + size < len(every):
            page["nextPageToken"] = str(begin + size)
        return Answer(200, page)

    def _wrong(self, fields: dict[str, Any]) -> dict[str, str]:
        errors: dict[str, str] = {}
        if not isinstance(fields.get("summary", "x"), str) or len(fields.get("summary", "x")) > 255:
            errors["summary"] = "Summary must be less than 255 characters."
        if "\n" in fields.get("summary", ""):
            errors["summary"] = "The summary is invalid because it contains newline characters."
        if "description" in fields:
            if self.server and not isinstance(fields["description"], str):
                errors["description"] = "Operation value must be a string"
            elif not self.server and not _is_document(fields["description"]):
                errors["description"] = (
                    "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
                )
        for label in fields.get("labels", []):
            if " " in label:
                errors["labels"] = f"The label '{label}' contains spaces which is invalid."
        return errors

    def _create(self, data: dict[str, Any]) -> Answer:
        fields = data["fields"]
        errors = self._wrong(fields)
        for needed in ("project", "issuetype", "summary"):
            if needed not in fields:
                errors[needed] = f"{needed} is required."
        if errors:
            return Answer(400, {"errorMessages": [], "errors": errors})
        number = 10000 + len(self.issues)
        key = f"{fields['project']['key']}-{len(self.issues) + 1}"
        self.issues[str(number)] = {
            "id": str(number),
            "key": key,
            "fields": fields,
            "status": {"name": "To Do", "statusCategory": {"key": "new"}},
            "property": next((p["value"] for p in data.get("properties", []) if p["key"] == "gatepost"), None),
            "comments": [],
        }
        return Answer(201, {"id": str(number), "key": key})

    def _about(self, issue: dict[str, Any], below: str | None, asked: Asked) -> Answer:
        if below == "transitions" and asked.method == "GET":
            offered = [{"id": str(n), "name": name, "to": {"name": name}} for n, name in enumerate(self.transitions)]
            return Answer(200, {"transitions": offered})
        if below == "transitions":
            number = int(asked.data["transition"]["id"])
            name = list(self.transitions)[number]
            issue["status"] = {"name": name, "statusCategory": {"key": self.transitions[name]}}
            return Answer(204)
        if below == "comment":
            body = asked.data["body"]
            if isinstance(body, str) is not self.server or (not self.server and not _is_document(body)):
                return Answer(400, {"errorMessages": ["Comment body is not valid!"]})
            issue["comments"].append(body)
            return Answer(201, {"id": "1"})
        if below is not None:
            issue["property"] = asked.data
            return Answer(200)
        data = asked.data
        errors = self._wrong(data.get("fields", {}))
        if errors:
            return Answer(400, {"errorMessages": [], "errors": errors})
        issue["fields"].update(data.get("fields", {}))
        for change in data.get("update", {}).get("labels", []):
            if change["add"] not in issue["fields"]["labels"]:
                issue["fields"]["labels"].append(change["add"])
        for one in data.get("properties", []):
            issue["property"] = one["value"]
        return Answer(204)


def _is_document(value: Any) -> bool:
    return jsonschema.Draft4Validator(_DOCUMENT).is_valid(value)

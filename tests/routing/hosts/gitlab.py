"""GitLab as its REST API 4 answers about issues; never a real one."""

from __future__ import annotations

import re
from typing import Any

from tests.routing.hosts.host import Answer, Asked, Host


class FakeGitLab(Host):
    def __init__(self, token: str = "") -> None:
        super().__init__()
        self.token = token
        self.issues: list[dict[str, Any]] = []
        self.users = {"ann": 7}

    def answer(self, asked: Asked) -> Answer:
        if self.token and asked.headers.get("private-token") != self.token:
            return Answer(401, {"message": "401 Unauthorized"})
        if asked.path == "/api/v4/users":
            name = asked.query.get("username", "")
            return Answer(200, [{"id": self.users[name], "username": name}] if name in self.users else [])
        found = re.fullmatch(r"/api/v4/projects/acme%2Fshop/issues(?:/(\d+))?(?:/(notes))?", asked.path)
        if found is None:
            return Answer(404, {"message": "404 Project Not Found"})
        iid, notes = found.groups()
        if iid is None:
            return self._list(asked) if asked.method == "GET" else self._create(asked.data)
        issue = next((one for one in self.issues if one["iid"] == int(iid)), None)
        if issue is None:
            return Answer(404, {"message": "404 Not found"})
        if notes:
            issue["notes_made"].append(asked.data["body"])
            return Answer(201, {"id": 1, "body": asked.data["body"]})
        if asked.method == "PUT":
            data = asked.data
            issue.update({name: data[name] for name in ("title", "description", "due_date") if name in data})
            event = data.get("state_event")
            if event in ("close", "reopen"):
                issue["state"] = "closed" if event == "close" else "opened"
        return Answer(200, self._shown(issue))

    def _list(self, asked: Asked) -> Answer:
        label = asked.query.get("labels", "")
        every = [one for one in self.issues if not label or label in one["labels"]]
        size, page = int(asked.query.get("per_page", 20)), int(asked.query.get("page", 1))
        shown = every[(page - 1) * size : page * size]
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Total": str(len(every))}
        if page * size < len(every):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": str(page + 1)}.items())
            headers["Link"] = f'<{self.address}{asked.path}?{query}>; rel="next"'
        return Answer(200, [self._shown(one) for one in shown], headers)

    def _create(self, data: dict[str, Any]) -> Answer:
        if not data.get("title") or len(data["title"]) > 255:
            return Answer(400, {"message": {"title": ["is too long (maximum is 255 characters)"]}})
        issue = {
            "iid": len(self.issues) + 1,
            "title": data["title"],
            "description": data.get("description", ""),
            "state": "opened",
            "labels": data.get("labels", "").split(",")
            if isinstance(data.get("labels"), str)
            else data.get("labels", []),
            "assignee_ids": data.get("assignee_ids", []),
            "confidential": data.get("confidential", False),
            "due_date": data.get("due_date"),
            "notes_made": [],
        }
        self.issues.append(issue)
        return Answer(201, self._shown(issue))

    def _shown(self, issue: dict[str, Any]) -> dict[str, Any]:
        names = ("iid", "title", "description", "state", "labels", "confidential", "due_date")
        return {"id": 500 + issue["iid"], "project_id": 3, **{name: issue[name] for name in names}}

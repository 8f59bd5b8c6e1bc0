"""GitHub as its REST API answers about issues, held against its OpenAPI description; never a real one."""

from __future__ import annotations

import re
from typing import Any

from tests.reviewing.descriptions import description
from tests.routing.hosts.host import Answer, Asked, Host


class FakeGitHub(Host):
    described = description("github")

    def __init__(self, token: str = "") -> None:
        super().__init__()
        self.token = token
        self.issues: list[dict[str, Any]] = []
        self.limit: dict[str, str] = {}

    def answer(self, asked: Asked) -> Answer:
        answer = self._answer(asked)
        return answer._replace(headers={**self.limit, **answer.headers})

    def _answer(self, asked: Asked) -> Answer:
        if self.token and asked.headers.get("authorization") not in (f"token {self.token}", f"Bearer {self.token}"):
            return Answer(401, {"message": "Bad credentials", "status": "401"})
        found = re.fullmatch(r"/repos/acme/shop/issues(?:/(\d+))?(?:/(comments))?", asked.path)
        if found is None:
            return Answer(404, {"message": "Not Found", "status": "404"})
        number, comments = found.groups()
        if number is None:
            return self._list(asked) if asked.method == "GET" else self._create(asked.data)
        issue = next((one for one in self.issues if one["number"] == int(number)), None)
        if issue is None:
            return Answer(404, {"message": "Not Found", "status": "404"})
        if comments:
            issue["comments_made"].append(asked.data["body"])
            return Answer(201, {"id": 1, "body": asked.data["body"], "url": f"{self.address}/c/1"})
        if asked.method == "PATCH":
            issue.update({name: asked.data[name] for name in ("title", "body", "state") if name in asked.data})
        return Answer(200, self._shown(issue))

    def _list(self, asked: Asked) -> Answer:
        label = asked.query.get("labels", "")
        every = [one for one in self.issues if not label or label in one["labels"]]
        if asked.query.get("state", "open") != "all":
            every = [one for one in every if one["state"] == asked.query.get("state", "open")]
        size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
        shown = every[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(every):
            query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": str(page + 1)}.items())
            headers["Link"] = f'<{self.address}{asked.path}?{query}>; rel="next"'
        return Answer(200, [self._shown(one) for one in shown], headers)

    def _create(self, data: dict[str, Any]) -> Answer:
        if len(data["body"]) > 65536:
            return Answer(422, {"message": "Validation Failed", "errors": [{"code": "invalid"}]})
        issue = {
            "number": len(self.issues) + 1,
            "title": data["title"],
            "body": data.get("body", ""),
            "state": "open",
            "labels": list(data.get("labels", [])),
            "assignees": list(data.get("assignees", [])),
            "comments_made": [],
        }
        self.issues.append(issue)
        return Answer(201, self._shown(issue))

    def _shown(self, issue: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.address}/repos/acme/shop/issues/{issue['number']}"
        kind = "pull" if issue.get("pull") else "issues"
        return {
            "id": 1000 + issue["number"],
            "url": address,
            "html_url": f"https://github.invalid/acme/shop/{kind}/{issue['number']}",
            "number": issue["number"],
            "title": issue["title"],
            "body": issue["body"],
            "state": issue["state"],
            "labels": [{"name": name} for name in issue["labels"]],
            "assignees": [{"login": name} for name in issue["assignees"]],
            **({"pull_request": {"url": "x"}} if issue.get("pull") else {}),
        }

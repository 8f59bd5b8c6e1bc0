"""Makes the extracts beside it out of the hosts' own descriptions: the operations in use, without words; never by hand.

    python -m tests.reviewing.schemas.extract github api.github.com.json

Reads OpenAPI 3 and Swagger 2. What is kept is JSON Schema: `operations` by method and path, `definitions` by name.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_METHODS = ("get", "post", "put", "patch", "delete")
_KEPT = (
    "type", "enum", "required", "properties", "items", "additionalProperties", "allOf", "anyOf", "oneOf", "$ref",
    "format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern",
)  # fmt: skip
_REPOSITORY = "/repos/{owner}/{repo}"
_AZURE = "/{organization}/{project}/_apis/git/repositories/{repositoryId}"
_BITBUCKET = "/repositories/{workspace}/{repo_slug}"
_COMMENT = "/pullrequests/{pull_request_id}/comments/{comment_id}"

# The paths in use, each with all of its methods.
PATHS: dict[str, tuple[str, ...]] = {
    "github": (
        "/user",
        _REPOSITORY,
        *(
            _REPOSITORY + path
            for path in (
                "/commits/{ref}", "/commits/{commit_sha}/pulls", "/commits/{ref}/check-runs", "/check-runs",
                "/check-runs/{check_run_id}", "/pulls", "/pulls/{pull_number}", "/pulls/{pull_number}/files",
                "/pulls/{pull_number}/comments", "/pulls/{pull_number}/reviews", "/pulls/comments/{comment_id}",
                "/pulls/{pull_number}/requested_reviewers", "/issues/{issue_number}/comments",
                "/issues/comments/{comment_id}", "/issues/{issue_number}/labels",
                "/issues", "/issues/{issue_number}", "/git/ref/{ref}", "/git/refs",
                "/git/refs/{ref}", "/git/commits", "/git/commits/{commit_sha}", "/git/trees", "/git/trees/{tree_sha}",
                "/git/blobs", "/compare/{basehead}",
            )
        ),
    ),
    "gitea": (
        "/user",
        *(
            _REPOSITORY + path
            for path in (
                "/pulls/{index}", "/pulls/{index}.{diffType}", "/pulls/{index}/reviews",
                "/pulls/{index}/reviews/{id}/comments", "/issues/{index}/comments", "/issues/comments/{id}", "",
                "/branches/{branch}", "/commits", "/git/commits/{sha}", "/git/trees/{sha}", "/contents", "/pulls",
                "/issues/{index}/labels", "/labels", "/pulls/{index}/requested_reviewers",
            )
        ),
    ),
    "azure": tuple(
        _AZURE + path
        for path in (
            "/pullrequests/{pullRequestId}", "/pullRequests/{pullRequestId}/iterations",
            "/pullRequests/{pullRequestId}/iterations/{iterationId}/changes", "/pullRequests/{pullRequestId}/threads",
            "/pullRequests/{pullRequestId}/threads/{threadId}",
            "/pullRequests/{pullRequestId}/threads/{threadId}/comments/{commentId}",
        )
    ),
    "bitbucket": (
        "/user",
        *(
            _BITBUCKET + path
            for path in (
                "/pullrequests/{pull_request_id}", "/diffstat/{spec}", "/pullrequests/{pull_request_id}/comments",
                _COMMENT, f"{_COMMENT}/resolve", "/commit/{commit}/reports/{reportId}",
                "/commit/{commit}/reports/{reportId}/annotations",
            )
        ),
    ),
}  # fmt: skip

# Where a description contradicts its own examples: by definition and property, what the examples show. Forgejo, which
# grew out of Gitea, can write over a branch.
CORRECTED: dict[str, dict[tuple[str, str], dict[str, Any]]] = {
    "bitbucket": {("report_data", "value"): {"type": ["string", "number", "boolean"]}},
    "gitea": {("ChangeFilesOptions", "force_overwrite_new_branch"): {"type": "boolean"}},
    "azure": {("Change", "item"): {"$ref": "#/definitions/GitItem"}},
}


def extract(host: str, whole: dict[str, Any]) -> dict[str, Any]:
    """Return the operations of a host that are in use, and every definition that they ask for."""
    operations: dict[str, Any] = {}
    for path in PATHS[host]:
        for method in _METHODS:
            described = whole["paths"][path].get(method)
            if described is not None:
                operations[f"{method.upper()} {path}"] = _operation(described, whole)
    names = whole.get("definitions") or whole["components"]["schemas"]
    for (name, key), schema in CORRECTED.get(host, {}).items():
        names[name]["properties"][key] = schema
    definitions: dict[str, Any] = {}
    left = list(_named(operations))
    while left:
        name = left.pop()
        if name not in definitions:
            definitions[name] = _schema(names[name])
            left += _named(definitions[name])
    return {"operations": operations, "definitions": {name: definitions[name] for name in sorted(definitions)}}


def _operation(described: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    request = next((one["schema"] for one in described.get("parameters", ()) if one.get("in") == "body"), None)
    if "requestBody" in described:
        request = _of_content(_found(described["requestBody"], whole))
    responses = {
        status: _schema(_of_content(_found(answer, whole)) or {})
        for status, answer in described["responses"].items()
        if status.isdigit() and int(status) < 400
    }
    return {"request": _schema(request) if request else None, "responses": responses}


def _of_content(owner: dict[str, Any]) -> dict[str, Any] | None:
    content = owner.get("content", {})
    return content["application/json"]["schema"] if "application/json" in content else owner.get("schema")


def _found(owner: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference to a response or a body is; references to schemas stay."""
    if "$ref" not in owner:
        return owner
    found: Any = whole
    for step in owner["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def _schema(described: Any) -> Any:
    if not isinstance(described, dict):
        return described
    made: dict[str, Any] = {}
    for key in _KEPT:
        if key not in described:
            continue
        value = described[key]
        if key == "$ref":
            made[key] = f"#/definitions/{value.rpartition('/')[2]}"
        elif key == "properties":
            made[key] = {name: _schema(one) for name, one in value.items()}
        elif key in ("allOf", "anyOf", "oneOf"):
            made[key] = [_schema(one) for one in value]
        elif key in ("items", "additionalProperties"):
            made[key] = _schema(value)
        else:
            made[key] = value
    return _or_null(made) if described.get("nullable") or described.get("x-nullable") else made


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str):
        more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
        return {**schema, "type": [schema["type"], "null"], **more}
    return {"anyOf": [{"type": "null"}, schema]}


def _named(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            else:
                yield from _named(value)
    elif isinstance(schema, list):
        for one in schema:
            yield from _named(one)


if __name__ == "__main__":
    name, file = sys.argv[1:]
    text = json.dumps(extract(name, json.loads(Path(file).read_text("utf-8-sig"))), separators=(",", ":"))
    (FOLDER / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))

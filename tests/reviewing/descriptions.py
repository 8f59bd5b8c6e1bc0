"""The hosts' own descriptions of their APIs: what a fake takes and gives is held against them; never made up.

A fake answers with what a test is about. What the description requires besides is filled in with the least that it
allows, so the client meets whole answers; a field that the description does not know, a value of another type and a
status that it does not name are faults of the fake.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.routing.hosts.host import Answer, Asked

_FOLDER = Path(__file__).parent / "schemas"
_NOTHING: Any = object()
_BY_FORMAT = {"date-time": "2026-11-21T00:00:00Z", "uri": "https://host.invalid/x", "email": "ada@host.invalid"}
_DEEPEST = 12


class Description:
    """The operations of one host. `base` stands before every path of it; `unlisted` are paths it is silent about.

    Two habits that the descriptions themselves do not tell, but the examples beside them show: Bitbucket asks for no
    `type` in what is sent to it, and Azure DevOps puts a list into an object with a count.
    """

    def __init__(self, name: str, base: str = "", unlisted: str = "") -> None:
        self._name = name
        self._data = _gitlab() if name == "gitlab" else _unpacked(name)
        self._base = base
        self._unlisted = re.compile(unlisted) if unlisted else None
        self._operations = [(_pattern(name), name, one) for name, one in self._data["operations"].items()]

    def fault(self, asked: Asked) -> str:
        """Return what is wrong with the body of a request, "" for nothing."""
        found = self._operation(asked)
        if found is None or found[1]["request"] is None or asked.method == "GET":
            return ""
        data = asked.data
        if self._name == "bitbucket":
            data = [{"type": "x", **one} for one in data] if isinstance(data, list) else {"type": "x", **data}
        return self._wrong(found[1]["request"], data)

    def held(self, asked: Asked, answer: Answer) -> Answer:
        """Return an answer as the host would give it. Raises AssertionError where it would not."""
        if answer.status >= 400 or answer.raw or (self._unlisted and self._unlisted.fullmatch(asked.path)):
            return answer
        found = self._operation(asked)
        assert found is not None, f"the description has no {asked.method} {asked.path}"
        name, operation = found
        assert str(answer.status) in operation["responses"], f"{name} never answers {answer.status}"
        schema = operation["responses"][str(answer.status)]
        if not schema or answer.data is None:
            return answer
        listed = self._name == "azure" and schema.get("type") == "array"
        whole = self.completed(schema, answer.data["value"] if listed else answer.data)
        wrong = self._wrong(schema, whole) or self._unknown(schema, whole)
        assert not wrong, f"{name}: {wrong}"
        return answer._replace(data={"count": len(whole), "value": whole} if listed else whole)

    def completed(self, schema: dict[str, Any], data: Any = _NOTHING, depth: int = 0) -> Any:
        """Return data with everything that a schema requires of it."""
        schema = self._found(schema)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self._one_of(schema[key], data, depth)
        for part in schema.get("allOf", ()):
            data = self.completed(part, data, depth)
        if isinstance(data, list):
            return [self.completed(schema.get("items", {}), one, depth + 1) for one in data]
        if isinstance(data, dict) or (data is _NOTHING and _type(schema) == "object"):
            return self._filled(schema, {} if data is _NOTHING else data, depth)
        return _least(schema) if data is _NOTHING and "allOf" not in schema else data

    def _filled(self, schema: dict[str, Any], data: dict[str, Any], depth: int) -> dict[str, Any]:
        assert depth < _DEEPEST
        known = schema.get("properties", {})
        made = {
            key: self.completed(known[key], value, depth + 1) if key in known else value for key, value in data.items()
        }
        missing = [key for key in schema.get("required", ()) if key not in made]
        return made | {key: self.completed(known.get(key, {}), _NOTHING, depth + 1) for key in missing}

    def _one_of(self, parts: list[dict[str, Any]], data: Any, depth: int) -> Any:
        tries = [self.completed(part, data, depth + 1) for part in parts if depth < _DEEPEST]
        fitting = [one for part, one in zip(parts, tries, strict=True) if not self._wrong(part, one)]
        return fitting[0] if fitting else data

    def _wrong(self, schema: dict[str, Any], data: Any) -> str:
        whole = {**schema, "definitions": self._data["definitions"]}
        worst = next(iter(jsonschema.Draft7Validator(whole).iter_errors(data)), None)
        return "" if worst is None else f"{worst.json_path}: {worst.message[:300]}"

    def _unknown(self, schema: dict[str, Any], data: Any, where: str = "$") -> str:
        """Return where data has a field that no part of a schema names, "" for nowhere."""
        if isinstance(data, list):
            items = [part["items"] for part in self._parts(schema) if "items" in part]
            wrong = (self._unknown({"anyOf": items}, one, f"{where}[{at}]") for at, one in enumerate(data) if items)
            return next((one for one in wrong if one), "")
        if not isinstance(data, dict):
            return ""
        known: dict[str, list[dict[str, Any]]] = {}
        for part in self._parts(schema):
            for name, one in part.get("properties", {}).items():
                known.setdefault(name, []).append(one)
        if not known:
            return ""
        for name, value in data.items():
            if name not in known:
                return f"{where} has no {name}"
            wrong = self._unknown({"anyOf": known[name]}, value, f"{where}.{name}")
            if wrong:
                return wrong
        return ""

    def _parts(self, schema: dict[str, Any]) -> list[dict[str, Any]]:
        schema = self._found(schema)
        parts = [schema]
        for key in ("allOf", "anyOf", "oneOf"):
            for one in schema.get(key, ()):
                parts += self._parts(one)
        return parts

    def _found(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._data["definitions"][schema["$ref"].removeprefix("#/definitions/")]
        return schema

    def _operation(self, asked: Asked) -> tuple[str, dict[str, Any]] | None:
        path = f"/acme{asked.path}" if self._name == "azure" else asked.path.removeprefix(self._base)
        named = f"{asked.method} {path}"
        return next(((name, one) for pattern, name, one in self._operations if pattern.fullmatch(named)), None)


def _unpacked(name: str) -> dict[str, Any]:
    return json.loads(gzip.decompress((_FOLDER / f"{name}.json.gz").read_bytes()))


def _gitlab() -> dict[str, Any]:
    """Return what GitLab's documentation shows, of which the examples are: every field is there in every answer."""
    told = json.loads((_FOLDER / "gitlab-examples.json").read_text("utf-8"))
    operations = {
        name: {
            "request": {**_like(one["sent"]), "additionalProperties": False} if "sent" in one else None,
            "responses": {key: _like(example) for key, example in one.items() if key != "sent"},
        }
        for name, one in told.items()
    }
    return {"operations": operations, "definitions": {}}


def _like(example: Any) -> dict[str, Any]:
    """Return the schema of an example; a field whose name ends in "?" may be missing, and any may be null."""
    if isinstance(example, dict):
        properties = {name.removesuffix("?"): _like(value) for name, value in example.items()}
        required = [name for name in example if not name.endswith("?")]
        return {"type": ["object", "null"], "required": required, "properties": properties}
    if isinstance(example, list):
        return {"type": "array", "items": _like(example[0])}
    kinds = {bool: "boolean", int: "integer", str: "string"}
    return {} if example is None else {"type": [kinds[type(example)], "null"]}


@cache
def description(name: str, base: str = "", unlisted: str = "") -> Description:
    """Return the description of a host, read once."""
    return Description(name, base, unlisted)


def _pattern(name: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", name)
    any = ".+" if "/git/ref" in name else "[^/]+"  # a ref of git has slashes in it
    made = [(any if part == "{ref}" else "[^/]+") if part[:1] == "{" else re.escape(part) for part in parts]
    return re.compile("".join(made), re.IGNORECASE if "_apis" in name else 0)


def _type(schema: dict[str, Any]) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "")
    return kind if isinstance(kind, str) else "null" if "null" in kind else kind[0]


def _least(schema: dict[str, Any]) -> Any:
    """Return the least value that a schema without parts allows."""
    kind = _type(schema)
    if kind in ("null", ""):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": False}.get(kind, [])

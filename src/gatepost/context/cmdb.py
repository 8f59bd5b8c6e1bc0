"""An export of a CMDB: which record is about a resource, whose it is, which service it belongs to; never a request.

Source: ServiceNow's "Table API" ({"result": [...]}; a field is text or {"display_value", "value", "link"}) and "JSON
Data Retrieval API" ({"records": [...]}, "dv_" before display values), and the CSV that its lists are exported to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from gatepost.context.owner_names import folded_id
from gatepost.model.decisions import Claim, Sureness
from gatepost.model.policy import Whose
from gatepost.model.records import NamedTuple
from gatepost.sources.path_globs import compile_glob

MOST_RECORDS = 500_000
MOST_BYTES = 64 * 1024 * 1024
_LONGEST = 1_000  # characters of a field; a longer one is no name
# What is looked for, and the columns that tell it unless the policy says others: ServiceNow's own names.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "owner": ("owned_by", "assignment_group", "support_group", "managed_by_group", "managed_by"),
    "service": ("service", "business_service", "service_offering", "application"),
    "name": ("name", "ci", "cmdb_ci", "configuration_item", "fqdn"),
    "id": ("object_id", "resource_id", "correlation_id", "arn"),
    "address": ("address", "terraform_address"),
    "path": ("path",),
}
# Those that say which record is about a resource, the surest first; "tag.NAME" compares a tag of the resource.
MATCHING = ("id", "address", "path", "name")
_SYS_ID = re.compile(r"[0-9a-f]{32}\Z")
_BLANKS = re.compile(r"[\s-]+")
_MOST_COLUMNS = 10_000


class BadExport(Exception):
    """An export that cannot be read; `what` is a sentence without a full stop, `hint` what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class UnknownColumn(Exception):
    """A column that a policy names and no record has; `known` are those there are."""

    def __init__(self, column: str, known: Sequence[str]) -> None:
        super().__init__(column)
        self.column = column
        self.known = known


class Record(NamedTuple):
    """A record: owners with the column that names each, services, and the globs of paths that it is about.

    `place` is "cmdb.csv:12" or "cmdb.json, record 12".
    """

    place: str
    owners: tuple[tuple[str, str], ...]
    services: tuple[tuple[str, str], ...]


class Cmdb:
    """The records of an export, by what tells that they are about a resource."""

    __slots__ = ("_by", "_paths", "_tags", "count", "path", "unnamed")

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        self.unnamed = 0  # records whose owners are only ids of other records
        self._by: dict[str, dict[str, list[Record]]] = {kind: {} for kind in ("id", "address", "name")}
        self._tags: dict[str, dict[str, list[Record]]] = {}
        self._paths: list[tuple[str, Record]] = []

    def add(self, record: Record, keys: Iterable[tuple[str, str]]) -> None:
        """Add a record under (kind of key, text)."""
        self.count += 1
        for kind, text in keys:
            if kind == "path":
                self._paths.append((text, record))
            elif kind.startswith("tag."):
                self._tags.setdefault(kind[4:], {}).setdefault(text.casefold(), []).append(record)
            else:
                self._by[kind].setdefault(folded_id(text), []).append(record)

    def records(self, whose: Whose, path: str) -> list[tuple[Record, str, Sureness]]:
        """Return the records about something as (record, by what, confidence), of the surest key that finds any."""
        for kind, wanted, confidence in self._wanted(whose):
            known = self._tags.get(kind[4:], {}) if kind.startswith("tag.") else self._by[kind]
            records = list(dict.fromkeys(one for text in wanted for one in known.get(text, ())))
            if records:
                return [(one, kind, confidence) for one in records[:20]]
        found: list[tuple[Record, str, Sureness]] = []
        for glob, one in self._paths:
            if compile_glob(glob)(path):
                found = [(one, f"path {glob}", "high")]
        return found

    def _wanted(self, whose: Whose) -> Iterator[tuple[str, list[str], Sureness]]:
        yield "id", [folded_id(one) for one in (*whose.names, whose.resource) if one], "high"
        yield "address", [whose.resource, folded_id(whose.resource)] if whose.resource else [], "high"
        for name in self._tags:
            yield f"tag.{name}", [value.casefold() for key, value in whose.tags.items() if key == name], "high"
        named = [whose.tags[key] for key in whose.tags if key.lower() == "name"]
        yield "name", [folded_id(one) for one in (*whose.names, *named) if one], "medium"

    def owners(self, whose: Whose, path: str) -> list[Claim]:
        """Return whose something is at a path from the top of the repository."""
        return [
            Claim(name, f"{record.place} {column}, by {by}", sure)
            for record, by, sure in self.records(whose, path)
            for name, column in record.owners
        ]

    def services(self, whose: Whose, path: str) -> list[Claim]:
        """Return the services that something belongs to."""
        return [
            Claim(name, f"{record.place} {column}, by {by}", sure)
            for record, by, sure in self.records(whose, path)
            for name, column in record.services
        ]


# What is wanted: kind → (the column as it is compared, that of its display value, as it is shown).
_Wanted = dict[str, list[tuple[str, str, str]]]


def read_cmdb(text: str, path: str, columns: Mapping[str, tuple[str, ...]]) -> Cmdb:
    """Return an export. `columns` says which columns tell what, beside COLUMNS for what it does not speak of.

    Raises `BadExport`, and `UnknownColumn` for a column of `columns` that is not there.
    """
    stripped = text.lstrip()
    rows = _json_rows(stripped, path) if stripped[:1] in ("{", "[") else _csv_rows(text, path)
    wanted: _Wanted = {
        kind: [(_plain(name), f"dv_{_plain(name)}", name) for name in names]
        for kind, names in {**COLUMNS, **columns}.items()
    }
    cmdb, known = Cmdb(path), dict[str, None]()
    some_key = some_owner = False
    for place, fields in rows:
        if len(known) < _MOST_COLUMNS:
            known.update(dict.fromkeys(fields))
        owners = _told(fields, wanted["owner"])
        record = Record(place, tuple(o for o in owners if not _SYS_ID.match(o[0])), _told(fields, wanted["service"]))
        cmdb.unnamed += bool(owners) and not record.owners
        keys = [
            (kind, key)
            for kind, names in wanted.items()
            if kind not in ("owner", "service")
            for key, _ in _told(fields, names)
        ]
        some_key, some_owner = some_key or bool(keys), some_owner or bool(owners or record.services)
        cmdb.add(record, keys)
        if cmdb.count > MOST_RECORDS:
            raise BadExport(f"there are more than {MOST_RECORDS} records", "export those of your services")
    _require_columns(columns, known)
    if not cmdb.count:
        raise BadExport("the export has no records", "export the table again")
    if not some_key or not some_owner:
        what = "an owner or a service" if some_key else "what a record is about"
        hint = f"name them with `columns`; there are: {', '.join(list(known)[:12])}"
        raise BadExport(f"no column tells {what}", hint)
    return cmdb


def _plain(name: str) -> str:
    """Return the name of a column as it is compared: "Owned by" is owned_by."""
    return _BLANKS.sub("_", name.strip().lower())


def _require_columns(columns: Mapping[str, tuple[str, ...]], known: Mapping[str, None]) -> None:
    for names in columns.values():
        for name in names:
            if known and _plain(name) not in known:
                raise UnknownColumn(name, list(known))


def _told(fields: Mapping[str, str], names: Sequence[tuple[str, str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the texts of some columns, each with its column; a display value stands for an id."""
    found: dict[str, str] = {}
    for plain, display, name in names:
        text = fields.get(display) or fields.get(plain)
        if text:
            text = text.strip()
            if 0 < len(text) <= _LONGEST:
                found.setdefault(text, name)
    return tuple(found.items())


def _json_rows(text: str, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise BadExport("this is not JSON", "export the table as JSON or CSV") from None
    if isinstance(data, dict):
        entries = cast("dict[str, Any]", data)
        data = entries.get("result", entries.get("records"))
    if not isinstance(data, list):
        raise BadExport("this JSON has no list of records", "give what the Table API answers: {result: [...]}")
    plain: dict[str, str] = {}
    for number, one in enumerate(cast("list[Any]", data), 1):
        if isinstance(one, dict):
            fields: dict[str, str] = {}
            for key, value in cast("dict[str, Any]", one).items():
                if key not in plain:
                    plain[key] = _plain(_whole(key))
                fields[plain[key]] = _field(value)
            yield f"{path}, record {number}", fields


def _field(value: Any) -> str:
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        value = given.get("display_value") or given.get("value") or given.get("name")
    if isinstance(value, str | int) and not isinstance(value, bool):
        return _whole(str(value))
    return ""


def _whole(text: str) -> str:
    """Return text that can be written anywhere: half characters are replaced."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _csv_rows(text: str, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    import csv

    lines = text.splitlines(keepends=True)
    first = lines[0] if lines else ""
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        head = [_plain(name) for name in next(reader, list[str]())]
        if len(head) < 2:
            raise BadExport("this is neither JSON nor CSV with columns", "export the table as JSON or CSV")
        before = reader.line_num
        for row in reader:
            if row:
                yield f"{path}:{before + 1}", dict(zip(head, row, strict=False))
            before = reader.line_num
    except csv.Error as error:
        raise BadExport(f"this is not CSV (line {reader.line_num}): {error}", "export the table again") from None

"""Reads the section of a policy that says where owners are told; never reads what it names."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.gate.reading import Page
from gatepost.languages.positioned import Node
from gatepost.model.policy import OwnersChoice

KEYS = ("tags", "order", "directories", "cmdb", "audit_log", "history")
TAGS = ("owner", "team", "contact", "project", "service")
# Those that know; guesses come after all of them.
ORDER = ("tags", "directories", "cmdb", "codeowners", "owners_files", "catalogue", "modules")
COLUMNS = ("owner", "service", "name", "id", "address", "path")
_MOST_NAMES = 100


def read_owners(page: Page, node: Node) -> OwnersChoice:
    """Return what `owners` says; raises UsageError."""
    fields = page.fields(node, KEYS, "`owners`")
    if not fields:
        page.fault(node, "`owners` says nothing", f"keys: {', '.join(KEYS)}")
    values = {name: value for name, (_, value) in fields.items()}
    cmdb, columns = _cmdb(page, values["cmdb"]) if "cmdb" in values else ("", {})
    return OwnersChoice(
        _tags(page, values["tags"]) if "tags" in values else {},
        _order(page, values["order"]) if "order" in values else (),
        cmdb,
        columns,
        page.texts(values["audit_log"], "`audit_log`") if "audit_log" in values else (),
        _directories(page, values["directories"]) if "directories" in values else (),
        page.truth(values["history"], "`history`") if "history" in values else False,
        page.location(node),
    )


def _tags(page: Page, node: Node) -> dict[str, tuple[str, ...]]:
    fields = page.fields(node, TAGS, "`tags`")
    if not fields:
        page.fault(node, "`tags` names no tags", f"keys: {', '.join(TAGS)}")
    return {name: page.texts(value, f"`{name}`") for name, (_, value) in fields.items()}


def _order(page: Page, node: Node) -> tuple[str, ...]:
    nodes: Sequence[Node] = page.listed(node, "`order`")
    if not nodes:
        page.fault(node, "`order` is an empty list", f"sources: {', '.join(ORDER)}")
    seen: dict[str, None] = {}
    for one in nodes:
        name = page.text(one, "a source in `order`")
        if name in ("audit_log", "history"):
            page.fault(one, f"{name} only guesses, and guesses come last", f"sources: {', '.join(ORDER)}")
        if name not in ORDER:
            page.unknown_word(one, name, ORDER, f'there is no source "{name}"')
        if name in seen:
            page.fault(one, f'"{name}" is there twice')
        seen[name] = None
    return tuple(seen)


def _directories(page: Page, node: Node) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    found: list[tuple[str, tuple[str, ...], int]] = []
    for glob, key, value in page.mapping(node, "`directories`"):
        if not glob.strip():
            page.fault(key, "a directory has no name")
        found.append((glob, page.texts(value, f'`directories`, "{glob}"'), page.location(key).region.start_line))
    if not found:
        page.fault(node, "`directories` names no directory", 'write it as "live/search/**": team-search')
    return tuple(found)


def _cmdb(page: Page, node: Node) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return a file and its columns; without a file, `--cmdb` has to give it."""
    if node.kind != "map":
        return page.text(node, "`cmdb`"), {}
    fields = page.fields(node, ("file", "columns"), "`cmdb`")
    if not fields:
        page.fault(node, "`cmdb` says nothing", "keys: file, columns")
    columns: dict[str, tuple[str, ...]] = {}
    for name, key, value in page.mapping(fields["columns"][1], "`columns`") if "columns" in fields else ():
        if name not in COLUMNS and not (name.startswith("tag.") and len(name) > 4):
            page.unknown_word(key, name, (*COLUMNS, "tag.NAME"), f'`columns` cannot say "{name}"')
        if len(columns) >= _MOST_NAMES:
            page.fault(key, f"`columns` has more than {_MOST_NAMES} keys")
        columns[name] = page.texts(value, f"`{name}`")
    return page.text(fields["file"][1], "`file`") if "file" in fields else "", columns

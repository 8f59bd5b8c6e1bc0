"""What is wrong with sources of owners: lines that do nothing, owners that are gone; never whose anything is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gatepost.context.catalogue import Catalogue
from gatepost.context.codeowners import CodeOwners, Entry, keys_of
from gatepost.model.owners import OwnerFault

# Comparisons of a pattern with a path; a file that needs more is not looked at to the end.
MOST_WORK = 20_000_000


def line_faults(codeowners: CodeOwners, paths: Sequence[str]) -> Iterator[OwnerFault]:
    """Yield the lines that the host passes over, that match none of `paths` (from the top), or that decide nothing."""
    for fault in codeowners.faults:
        yield OwnerFault("line", codeowners.path, fault.line, fault.why)
    deciding: set[int] = set()
    by_key: dict[str, list[str]] = {}
    for path in paths:
        deciding.update(entry.line for entry in codeowners.deciding(path))
        for key in keys_of(path):
            by_key.setdefault(key, []).append(path)
    work = 0
    for entry in codeowners.entries:
        if entry.line in deciding:
            continue
        candidates = by_key.get(entry.key, [])
        work += len(candidates)
        if work > MOST_WORK:
            yield OwnerFault("line", codeowners.path, entry.line, "from here on the lines are not compared: too many")
            return
        matched = next((path for path in candidates if entry.matches(path)), None)
        if matched is None:
            yield OwnerFault("line", codeowners.path, entry.line, f"{entry.pattern} matches no file")
        elif not entry.excludes:
            yield OwnerFault("line", codeowners.path, entry.line, _unreachable(codeowners, entry, matched))


def _unreachable(codeowners: CodeOwners, entry: Entry, path: str) -> str:
    later = next((one for one in codeowners.deciding(path) if one.section.lower() == entry.section.lower()), None)
    by = f"line {later.line} ({later.pattern})" if later is not None else "an exclusion of its section"
    return f"{entry.pattern} decides nothing: what it matches is taken over, {path} by {by}"


def gone(catalogue: Catalogue, named: Iterable[tuple[str, str, int]]) -> Iterator[OwnerFault]:
    """Yield the owners, given as (name, path, line that names it), that a catalogue which lists such ones has not."""
    seen: set[tuple[str, str]] = set()
    for name, path, line in named:
        if (name, path) in seen or name.startswith("@@") or catalogue.party(name) is not None:
            continue
        seen.add((name, path))
        kind = _kind(name)
        if kind == "Group" and catalogue.has_groups:
            yield OwnerFault("gone", path, line, f"{name}: the catalogue has no such group")
        elif kind == "User" and catalogue.has_users:
            yield OwnerFault("gone", path, line, f"{name}: the catalogue has no such user")
        elif not kind and catalogue.has_groups and catalogue.has_users:
            yield OwnerFault("gone", path, line, f"{name}: the catalogue has no such group or user")


def _kind(name: str) -> str:
    """Return what a name is by its spelling: "@org/team" a group, "@somebody" and an address a user; "" may be both."""
    if name.startswith("@"):
        return "Group" if "/" in name else "User"
    if name.startswith(("group:", "user:")):
        return name.partition(":")[0].capitalize()
    return "User" if "@" in name else ""

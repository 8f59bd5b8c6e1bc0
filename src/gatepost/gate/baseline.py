"""The file of what is accepted as old: how it is written and read; never what it is compared with.

A list with one entry on each line, sorted by path, rule and fingerprint, and a last line that only says the version:
two branches that add entries merge like any text. An entry counts instances, so that one more of the same is never
hidden.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, cast

from gatepost.model.findings import Finding, Undecided
from gatepost.model.places import Location, Region
from gatepost.model.problems import UsageError
from gatepost.model.records import NamedTuple

VERSION = 1
FILE = "gatepost-baseline.json"
MOST_BYTES = 64 * 1024 * 1024
MOST_ENTRIES = 300_000
_MOST_COUNT = 1_000_000
_LONGEST = 4096
_HINT = "take it away, and write it again: gatepost baseline update"
_HEX = frozenset("0123456789abcdef")


class Entry(NamedTuple):
    """Something that was there. `instances` is how many; `tools` are the scanners that saw it, () for our rules.

    `path`, `rule` and `resource` are for people: nothing is compared but the fingerprint and the count.
    """

    path: str
    rule: str
    fingerprint: str
    instances: int = 1
    resource: str = ""
    tools: tuple[str, ...] = ()


Known = Mapping[str, Entry]


def entry_of(one: Finding | Undecided) -> Entry:
    """Return the entry of something that was found."""
    tools: tuple[str, ...] = ()
    if isinstance(one, Finding):
        tools = tuple(sorted({detector.tool for detector in one.detectors}))
    ours = () if not tools or "gatepost" in tools else tools
    path, rule, resource = (text[:_LONGEST] for text in (one.location.path, one.rule, one.resource))
    return Entry(path, rule, one.fingerprint, one.instances, resource, ours)


def holds(known: Known, fingerprint: str, count: int) -> bool:
    """Whether something was there, in at least as many instances."""
    entry = known.get(fingerprint)
    return entry is not None and count <= entry.instances


def written(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the lines of a file, with their ends."""
    yield "[\n"
    for entry in sorted(entries):
        plain: dict[str, Any] = {"path": entry.path, "rule": entry.rule}
        if entry.resource:
            plain["resource"] = entry.resource
        plain["fingerprint"] = entry.fingerprint
        if entry.instances > 1:
            plain["count"] = entry.instances
        if entry.tools:
            plain["tools"] = list(entry.tools)
        yield f"{json.dumps(plain)},\n"
    yield f"{json.dumps({'version': VERSION})}\n]\n"


def read_baseline(text: str, path: str) -> dict[str, Entry]:
    """Return the entries by fingerprint; raises UsageError for what is no baseline. `path` is as people read it."""
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        conflict = any(text.startswith(mark, error.pos) for mark in ("<<<<<<<", "=======", ">>>>>>>"))
        hint = "settle the conflict of the merge: both sides' lines stay" if conflict else _HINT
        _fault(path, f"the baseline {path!r} is not JSON", error.lineno, error.colno, hint)
    except (ValueError, RecursionError):
        _fault(path, f"the baseline {path!r} is not JSON that can be read")
    if not isinstance(plain, list):
        _fault(path, f"the baseline {path!r} has to be a list")
    listed = cast("Sequence[Any]", plain)
    if len(listed) > MOST_ENTRIES:
        _fault(path, f"the baseline {path!r} has more than {MOST_ENTRIES} entries")
    found: dict[str, Entry] = {}
    version: Any = None
    for number, one in enumerate(listed, 1):
        fields: Mapping[str, Any] = cast("Mapping[str, Any]", one) if isinstance(one, dict) else {}
        if list(fields) == ["version"]:
            version = fields["version"]
            continue
        entry = _entry(fields)
        if entry is None:
            _fault(path, f"entry {number} of the baseline {path!r} is none that Gatepost writes", *_place(text, number))
        before = found.get(entry.fingerprint)
        if before is None or before.instances < entry.instances:
            found[entry.fingerprint] = entry
    if type(version) is not int or version != VERSION:
        _fault(path, f"the baseline {path!r} does not say that it is of version {VERSION}")
    return found


def _entry(fields: Mapping[str, Any]) -> Entry | None:
    texts = [fields.get(name, "") for name in ("path", "rule", "fingerprint", "resource")]
    count, tools = fields.get("count", 1), fields.get("tools", [])
    if not all(isinstance(text, str) and _is_text(text) for text in texts) or not isinstance(tools, list):
        return None
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= _MOST_COUNT:
        return None
    named = tuple(tool for tool in cast("Sequence[Any]", tools) if isinstance(tool, str))
    path, rule, fingerprint, resource = texts
    if len(named) != len(cast("Sequence[Any]", tools)) or len(fingerprint) != 16 or not _HEX.issuperset(fingerprint):
        return None
    return Entry(path, rule, fingerprint, count, resource, named)


def _is_text(text: str) -> bool:
    """Whether a text can be written: JSON may hold halves of characters."""
    return len(text) <= _LONGEST and not any("\ud800" <= c <= "\udfff" for c in text)


def _place(text: str, number: int) -> tuple[int, int]:
    """Return the line of an entry, where each has one of its own; else the first."""
    lines = text.count("\n")
    return (number + 1, 1) if lines > number and text.startswith("[\n") else (1, 1)


def _fault(path: str, message: str, line: int = 1, column: int = 1, hint: str = _HINT) -> NoReturn:
    raise UsageError(message, Location(path, Region(line, column, line, column + 1)), hint=hint)

"""What an issue says of a group, as sections in the order in which they are read; never the markup of a host."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gatepost.model.records import NamedTuple
from gatepost.model.routing import Mark
from gatepost.routing.items import About, Item, Place
from gatepost.routing.telling import facts

# Places, lines of the difference, characters of a name: one after the other until an issue is short enough.
_SHORTER = ((10, 20, 300), (5, 12, 200), (2, 6, 100), (1, 0, 60))


class Section(NamedTuple):
    """A part of an issue: `kind` is text, facts, places or diff; a text has a label unless it stands first."""

    kind: str
    label: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    lines: tuple[str, ...] = ()
    more: int = 0


def sections(item: Item) -> Iterator[Section]:
    """Yield what an issue says of a group."""
    if item.message:
        yield Section("text", text=item.message)
    yield Section("facts", facts=tuple(facts(item)))
    yield Section("places", "Where", places=item.places, more=max(0, item.total - len(item.places)))
    if item.why:
        yield Section("text", "Why it matters", item.why)
    if item.fix:
        yield Section("text", "Fix", item.fix)
    if item.diff:
        yield Section("diff", "What it changes", lines=item.diff)


def fitting(item: Item, most: int, render: Callable[[Item], Any], size: Callable[[Any], int] = len) -> Any:
    """Return the body of an issue, of a shorter and shorter item until it has at most `most` characters.

    What is left out of the places is counted there; hosts refuse what is too long, or cut it anywhere.
    """
    body = render(item)
    for places, lines, length in _SHORTER:
        if size(body) <= most:
            break
        body = render(
            item._replace(
                places=tuple(Place(p.path[:length], p.line, p.resource[:length]) for p in item.places[:places]),
                diff=item.diff[:lines],
                message=item.message[: 2 * length],
                why=item.why[: 2 * length],
                fix=item.fix[:length],
                because=item.because[:length],
                ids=item.ids[:places],
                rules=tuple(rule[:length] for rule in item.rules[:places]),
                environments=tuple(name[:length] for name in item.environments[:places]),
                owners=tuple(name[:length] for name in item.owners[:places]),
            )
        )
    return body


def title_of(item: Item) -> str:
    """Return the title of an issue, not yet made harmless."""
    return f"[{item.severity}] {item.title}"


def footer(item: Item, about: About) -> str:
    """Return the last line of an issue."""
    where = f" in {about.repository}" if about.repository else ""
    return f"Kept up to date by Gatepost{where}, group {item.key}. Labels, assignee and status are yours."


def mark_of(item: Item, about: About, settings: Mapping[str, Any]) -> Mark:
    """Return what an issue is to remember: its content changes with what it tells, not with the commit."""
    told = json.dumps([_plain(item), {name: settings[name] for name in sorted(settings)}], sort_keys=True)
    content = hashlib.sha256(told.encode()).hexdigest()[:16]
    return Mark(item.key, about.scope, content, item.severity, min(item.total, 9_999_999), False, about.extent)


def _plain(item: Item) -> dict[str, Any]:
    told = item._asdict()
    return {**told, "places": [tuple(place) for place in item.places]}


def short_commit(commit: str) -> str:
    """Return the first digits of a commit."""
    return commit[:12]


def gone_note(about: About) -> str:
    """Return what is said when nothing of a group is left."""
    commit = short_commit(about.commit)
    return f"Fixed in {commit}." if commit else "Fixed: it is not found any more."


def left_note(why: str) -> str:
    """Return what is said of a group that is still found and told here no more."""
    return f"Not told here any more: {why}." if why else "Not told here any more: no route of the policy leads here."


def back_note(about: About) -> str:
    """Return what is said of a group that is found again."""
    commit = short_commit(about.commit)
    return f"It is back in {commit}." if commit else "It is back."


def changed_note(before: Mark, now: Mark) -> str:
    """Return what is said of a group that has changed so that people should know, "" of any other change."""
    parts: list[str] = []
    if before.severity and before.severity != now.severity:
        parts.append(f"severity {before.severity} → {now.severity}")
    if before.total and before.total != now.total:
        parts.append(f"{before.total} → {now.total} findings")
    return f"Changed: {', '.join(parts)}." if parts else ""

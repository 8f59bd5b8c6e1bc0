"""A digest as an Adaptive Card 1.5, as a workflow of Teams takes it; never reads what it tells as Markdown.

All text from files stands in text runs of rich text blocks, in which no Markdown and no mention is read. Source:
"Adaptive Cards schema" 1.5 and "Create an incoming webhook with Workflows" (Microsoft).
"""

from __future__ import annotations

from typing import Any

from gatepost.routing.items import About, Batch, Item
from gatepost.routing.telling import Digest, Links, at, facts, heading, short_diff
from gatepost.routing.texts import diff_line, line

_MOST_BYTES = 24 * 1024  # Teams takes 28 KB
_COLOURS = {"critical": "attention", "high": "attention", "medium": "warning", "low": "accent"}


def message(batch: Batch, digest: Digest, about: About, links: Links) -> dict[str, Any]:
    """Return the body that is posted to a workflow; as many groups as Teams takes, and how many more there are."""
    import json

    shown = len(digest.items)
    while True:
        made = _message(batch, digest, about, links, shown)
        if shown <= 1 or len(json.dumps(made)) <= _MOST_BYTES:
            return made
        shown -= 1


def _message(batch: Batch, digest: Digest, about: About, links: Links, shown: int) -> dict[str, Any]:
    body: list[dict[str, Any]] = [_block([_run(line(heading(digest, about)), weight="bolder", size="medium")])]
    route = f"route {line(batch.route, 100)}" + (f" · {line(about.commit, 12)}" if about.commit else "")
    body.append(_block([_run(route, isSubtle=True)]))
    for item in digest.items[:shown]:
        body.append(_item(item))
    more = digest.total - shown
    if more:
        body.append(_block([_run(f"{more} more, not shown here", italic=True)]))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": "Findings of Gatepost; this client cannot show them.",
        "body": body,
    }
    first = digest.items[0].places[0] if digest.items and digest.items[0].places else None
    addresses = [(links.to(first) if first else "", "See the first place"), (links.run, "See the run")]
    actions = [{"type": "Action.OpenUrl", "title": title, "url": url} for url, title in addresses if url]
    if actions:
        card["actions"] = actions
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    title = [
        _run(f"{item.severity}  ", color=_COLOURS.get(item.severity, "default"), weight="bolder"),
        _run(line(item.title, 200), weight="bolder"),
    ]
    items: list[dict[str, Any]] = [_block(title)]
    if item.places:
        more = f" and {item.total - 1} more" if item.total > 1 else ""
        items.append(_block([_run(line(at(item.places[0]), 200) + more, fontType="monospace")]))
    told = " · ".join(f"{label}: {text}" for label, text in facts(item) if label not in ("severity", "owner"))
    items.append(_block([_run(line(f"{told} · id: {item.key}", 600), isSubtle=True)]))
    if item.fix:
        items.append(_block([_run(line(f"fix: {item.fix}", 300))]))
    items += [_block([_run(diff_line(one), fontType="monospace")], spacing="none") for one in short_diff(item)]
    return {"type": "Container", "separator": True, "spacing": "medium", "items": items}


def _block(runs: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs, **more}


def _run(text: str, **looks: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text or " ", **looks}

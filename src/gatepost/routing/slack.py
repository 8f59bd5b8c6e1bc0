"""A digest as Slack's Block Kit; never reads what it tells as markup.

All text from files stands in rich text, where text is only text: no mention, link, emoji or formatting is read in it.
Source: "Block Kit" and "Formatting message text" (Slack).
"""

from __future__ import annotations

import hashlib
from typing import Any

from gatepost.routing.items import About, Batch, Item
from gatepost.routing.telling import Digest, Links, at, due, heading, short_diff
from gatepost.routing.texts import diff_line, line, slack_line
from gatepost.routing.tickets import short_commit

_MOST_BLOCKS = 45  # Slack takes 50


def message(batch: Batch, digest: Digest, about: About, links: Links) -> dict[str, Any]:
    """Return the body of a message, as a webhook and `chat.postMessage` take it; without its channel."""
    blocks: list[dict[str, Any]] = [_head(batch, digest, about)]
    for item in digest.items:
        blocks.append({"type": "divider"})
        blocks.extend(_item(item, links))
    shown = min(len(digest.items), (_MOST_BLOCKS - 1) // 3)
    blocks = blocks[: 1 + 3 * shown]
    more = digest.total - shown
    if more:
        blocks.append(_rich([_section([_text(f"{more} more, not shown here", italic=True)])]))
    if links.run:
        blocks.append(_rich([_section([{"type": "link", "url": links.run, "text": "the run that found them"}])]))
    return {
        "text": slack_line(heading(digest, about)),
        "blocks": blocks,
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def reply(new: int, gone: int) -> dict[str, Any]:
    """Return the answer in the thread of a message that has changed."""
    parts = [text for text in (f"{new} new" if new else "", f"{gone} gone" if gone else "") if text]
    return {"text": f"Changed: {', '.join(parts)}.", "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def cleared(about: About) -> dict[str, Any]:
    """Return what a message turns into when nothing of it is left."""
    commit = short_commit(about.commit)
    return _ended(f"Nothing of this is left in {commit}." if commit else "Nothing of this is left.")


def told_below() -> dict[str, Any]:
    """Return what a message turns into that two runs at the same time have posted twice."""
    return _ended("This is told in a later message.")


def _ended(text: str) -> dict[str, Any]:
    blocks = [_rich([_section([_text(text, bold=True)])])]
    return {"text": text, "blocks": blocks, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def _head(batch: Batch, digest: Digest, about: About) -> dict[str, Any]:
    elements: list[dict[str, Any]] = []
    mention = batch.settings.get("mention")
    if mention:
        kind = "usergroup" if str(mention).startswith("S") else "user"
        elements += [{"type": kind, f"{kind}_id": mention}, _text(" ")]
    elements.append(_text(line(heading(digest, about)), bold=True))
    elements.append(
        _text(f"\nroute {line(batch.route, 100)}" + (f" · {line(about.commit, 12)}" if about.commit else ""))
    )
    return _rich([_section(elements)])


def _item(item: Item, links: Links) -> list[dict[str, Any]]:
    """Return the two blocks of a group."""
    title = [_text(f"{item.severity}  "), _text(line(item.title, 200), bold=True)]
    place = item.places[0] if item.places else None
    if place is not None:
        address = links.to(place)
        where = line(at(place), 200)
        title.append(_text("\n"))
        title.append({"type": "link", "url": address, "text": where} if address else _text(where, code=True))
        if item.total > 1:
            title.append(_text(f" and {item.total - 1} more"))
    details = _details(item)
    body: list[dict[str, Any]] = [_section([_text(details)])]
    diff = short_diff(item)
    if diff:
        shown = "\n".join(diff_line(one) for one in diff)
        body.append({"type": "rich_text_preformatted", "elements": [_text(shown)]})
    return [_rich([_section(title)]), _rich(body)]


def _details(item: Item) -> str:
    parts = [f"decision: {item.action}"] if item.action else []
    if item.environments:
        parts.append(f"reaches: {', '.join(item.environments[:5])}")
    if item.due:
        parts.append(f"due: {due(item)}")
    if item.fix:
        parts.append(f"fix: {item.fix}")
    parts.append(f"id: {item.key}")
    return line(" · ".join(parts), 600)


def _rich(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": elements}


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _text(text: str, **style: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "text", "text": text or " "}
    if style:
        found["style"] = style
    return found


def sender(batch: Batch, about: About) -> str:
    """Return what all messages of a route about the same repository have in common."""
    return _digest(about.scope, about.extent, batch.route, batch.service)[:16]


def payload(batch: Batch, digest: Digest, about: About) -> dict[str, Any]:
    """Return the metadata that a message is found again by; its content changes with what it tells, not the commit."""
    told = [
        batch.route,
        digest.owner,
        digest.more,
        digest.findings,
        digest.blocking,
        str(batch.settings.get("mention", "")),
    ]
    content = _digest(*(str(one) for one in told), *(repr(tuple(item)) for item in digest.items))[:16]
    items = " ".join(digest.all_keys[:200])
    return {"key": digest.key, "sender": sender(batch, about), "content": content, "items": items, "gone": False}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

"""Every destination's messages and issues out of what a verdict routes; never sends one, never names a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.records import NamedTuple
from gatepost.model.routing import Wanted
from gatepost.routing import issues, jira, servicenow, slack, teams, webhook
from gatepost.routing.items import About, Batch, Item
from gatepost.routing.telling import Digest, Links, digests

TRACKERS = ("jira", "github", "gitlab", "servicenow")


class Message(NamedTuple):
    """What one owner is told in one message; `body` is what is posted."""

    batch: Batch
    digest: Digest
    body: Mapping[str, Any]


def wanted_of(batch: Batch, item: Item, about: About, links: Links) -> Wanted:
    """Return the issue of a group at a destination that keeps issues."""
    if batch.service == "jira":
        return jira.wanted(item, about, batch.settings, links)
    if batch.service == "servicenow":
        return servicenow.wanted(item, about, batch.settings, links)
    return issues.wanted(item, about, batch.service, batch.settings, links)


def messages_of(batch: Batch, about: About, links: Links) -> tuple[list[Message], int]:
    """Return the messages of a destination that is told in messages, and how many groups are in none."""
    render = {"slack": slack.message, "teams": teams.message, "webhook": webhook.message}[batch.service]
    made, left = digests(batch, about)
    return [Message(batch, digest, render(batch, digest, about, links)) for digest in made], left


def note_of(service: str, settings: Mapping[str, Any], text: str) -> Any:
    """Return a line of our own in the form of a comment of a destination."""
    if service == "jira":
        return jira.note(text, settings)
    return servicenow.note(text) if service == "servicenow" else issues.note(text)


def bodies(batch: Batch, about: About, links: Links) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (what names it: a key or an owner, body) of everything that a destination is told, in a fixed order."""
    if batch.service in TRACKERS:
        for item in batch.items:
            wanted = wanted_of(batch, item, about, links)
            yield (
                item.key,
                {
                    "title": wanted.title,
                    "body": wanted.body,
                    "fields": dict(wanted.fields),
                    "remembers": wanted.mark._asdict(),
                },
            )
        return
    for message in messages_of(batch, about, links)[0]:
        yield message.digest.owner, message.body

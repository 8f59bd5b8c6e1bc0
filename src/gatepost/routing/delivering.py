"""Sends what routes tell, destination by destination; one that fails does not stop the others. Never renders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from gatepost.model.records import NamedTuple
from gatepost.model.routing import Wanted
from gatepost.routing import slack, webhook
from gatepost.routing.hosts import credentials, slack_web, target_of, tracker_of
from gatepost.routing.items import Batch, Routing
from gatepost.routing.reconciling import Done, Still, reconcile
from gatepost.routing.rendering import TRACKERS, Message, messages_of, note_of, wanted_of
from gatepost.routing.telling import Links
from gatepost.services.patience import Patience
from gatepost.services.slack import Posted, SlackBot
from gatepost.services.web import Refused, without_secrets
from gatepost.services.webhooks import post

MOST_NEW = 50


class Terms(NamedTuple):
    """On what terms is sent: the environment, how long each destination may take, how many new issues it gets.

    `patience` makes the time for one destination, given in seconds.
    """

    environment: Mapping[str, str]
    links: Links
    seconds: float = 300.0
    most_new: int = MOST_NEW
    patience: Callable[[float], Patience] = Patience


class Delivered(NamedTuple):
    """What came of one destination: `failed` says why nothing could be done there, "" where it could."""

    target: str
    routes: tuple[str, ...]
    done: tuple[Done, ...]
    failed: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing failed."""
        return not self.failed and all(one.what != "failed" for one in self.done)


def deliver(routing: Routing, terms: Terms) -> Iterator[Delivered]:
    """Send everything; yields what came of each destination, in the order in which the routes name them."""
    targets: dict[tuple[str, str], list[Batch]] = {}
    for batch in routing.batches:
        # A destination that keeps issues has one for each group, however many routes lead there.
        alone = "" if batch.service in TRACKERS else batch.route
        targets.setdefault((target_of(batch, terms.environment), alone), []).append(batch)
    hidden = credentials(terms.environment)
    for (target, _), batches in targets.items():
        routes = tuple(dict.fromkeys(batch.route for batch in batches))
        done: list[Done] = []
        failed = ""
        try:
            for one in _at(batches, routing, terms):
                done.append(one._replace(why=without_secrets(one.why, hidden)) if one.why else one)
        except Refused as error:
            failed = without_secrets(str(error), hidden)
        yield Delivered(target, routes, tuple(done), failed)


def _at(batches: Sequence[Batch], routing: Routing, terms: Terms) -> Iterator[Done]:
    patience = terms.patience(terms.seconds)
    first = batches[0]
    if first.service in TRACKERS:
        return _issues(batches, routing, terms, patience)
    if first.service == "slack" and first.settings.get("channel"):
        return _channel(first, routing, terms, patience)
    return _posted(first, routing, terms, patience)


def _issues(batches: Sequence[Batch], routing: Routing, terms: Terms, patience: Patience) -> Iterator[Done]:
    about, first = routing.about, batches[0]
    if not about.repository:
        raise Refused("which repository this is nobody tells, so its issues cannot be told apart: give --repository")
    wanted: dict[str, Wanted] = {}
    ranks = {item.key: item.rank for batch in batches for item in batch.items}
    for batch in batches:
        for item in batch.items:
            if item.key not in wanted:
                wanted[item.key] = wanted_of(batch, item, about, terms.links)
    ordered = [wanted[key] for key in sorted(wanted, key=lambda key: ranks[key])]

    def note(text: str) -> Any:
        return note_of(first.service, first.settings, text)

    tracker = tracker_of(first, terms.environment, patience, note)
    # Jira makes its comments itself, since they are no text there.
    say = str if first.service == "jira" else note
    return reconcile(tracker, ordered, Still(routing.here, routing.others), about, say, terms.most_new)


def _left_over(left: int) -> Iterator[Done]:
    if left:
        yield Done("over", "", why=f"{left} groups of more owners than messages are sent to")


def _posted(batch: Batch, routing: Routing, terms: Terms, patience: Patience) -> Iterator[Done]:
    """Post to a webhook, which cannot be asked what it has been told before."""
    name = batch.settings.get("webhook") or batch.settings["url"]
    address = terms.environment.get(name, "").strip()
    if not address:
        raise Refused(f"{name} is not set; the policy names it for the address to send to")
    secret_name = batch.settings.get("secret", "")
    secret = terms.environment.get(secret_name, "").strip() if secret_name else ""
    if secret_name and not secret:
        raise Refused(f"{secret_name} is not set; the policy names it for the secret that signs")
    messages, left = messages_of(batch, routing.about, terms.links)
    for message in messages:
        delivery = str(message.body.get("delivery", ""))
        body = webhook.body_of(dict(message.body))
        try:
            post(address, name, body, patience, secret=secret, delivery=delivery)
            yield Done("sent", message.digest.key, message.digest.owner)
        except Refused as error:
            yield Done("failed", message.digest.key, message.digest.owner, str(error))
    yield from _left_over(left)


def _channel(batch: Batch, routing: Routing, terms: Terms, patience: Patience) -> Iterator[Done]:
    """Keep the messages of a channel up to date."""
    bot = SlackBot(slack_web(terms.environment, patience), batch.settings["channel"])
    messages, left = messages_of(batch, routing.about, terms.links)
    posted: dict[str, Posted] = {}
    twins: list[Posted] = []
    for one in bot.find():  # the newest of each counts
        if posted.setdefault(str(one.payload.get("key")), one) is not one and one.payload.get("gone") is not True:
            twins.append(one)
    for message in messages:
        there = posted.pop(message.digest.key, None)
        try:
            yield _told(bot, there, message, routing)
        except Refused as error:
            yield Done("failed", message.digest.key, message.digest.owner, str(error))
    mine = slack.sender(batch, routing.about)
    yield from _ended(bot, (one for one in twins if one.payload.get("sender") == mine), slack.told_below(), "twin")
    if not routing.about.change and routing.about.complete:
        ours = (one for one in posted.values() if one.payload.get("sender") == mine)
        gone = (one for one in ours if one.payload.get("gone") is not True)
        yield from _ended(bot, gone, slack.cleared(routing.about), "closed")
    yield from _left_over(left)


def _told(bot: SlackBot, there: Posted | None, message: Message, routing: Routing) -> Done:
    """Post a message, or change the one that is there, with an answer in its thread that says what is new."""
    payload = slack.payload(message.batch, message.digest, routing.about)
    owner = message.digest.owner
    if there is None or there.payload.get("gone") is True:
        bot.post(message.body, payload)
        return Done("sent", message.digest.key, owner)
    if there.payload.get("content") == payload["content"]:
        return Done("unchanged", message.digest.key, owner)
    before, now = set(str(there.payload.get("items", "")).split()), set(str(payload["items"]).split())
    bot.change(there.time_stamp, message.body, payload)
    if now - before or before - now:
        bot.post(slack.reply(len(now - before), len(before - now)), thread=there.time_stamp)
    return Done("updated", message.digest.key, owner)


def _ended(bot: SlackBot, messages: Iterable[Posted], body: Mapping[str, Any], what: str) -> Iterator[Done]:
    """Change messages that count no more: those of owners that have nothing left, and those that were posted twice."""
    for one in messages:
        key = str(one.payload.get("key", ""))
        try:
            bot.change(one.time_stamp, body, {**one.payload, "content": "", "items": "", "gone": True})
            yield Done(what, key)
        except Refused as error:
            yield Done("failed", key, why=str(error))

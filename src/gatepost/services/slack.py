"""Messages of a Slack bot: posted, found again by their metadata, and changed; never decides what they say.

Source: "Web API" (Slack): chat.postMessage, chat.update, conversations.history, conversations.list, message metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from gatepost.model.records import NamedTuple
from gatepost.services.web import Refused, Web

EVENT = "gatepost_digest"
_PAGE = 200
_MOST_PAGES = 10  # messages further back are not looked for
_IDS = ("C", "D", "G")


class Posted(NamedTuple):
    """A message of ours: its time stamp, which is its identity, and the metadata that it was posted with."""

    time_stamp: str
    payload: Mapping[str, Any]


class SlackBot:
    """One channel, as the bot sees it."""

    def __init__(self, web: Web, channel: str) -> None:
        self._web = web
        self._channel = channel if channel[:1] in _IDS and channel.isalnum() and channel.isupper() else ""
        self._name = channel.removeprefix("#")

    def _ask(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        answer = self._web.ask(method, path, dict(data) if data is not None else None).data
        found = _mapping(answer)
        if found.get("ok") is not True:
            error = str(found.get("error") or "no answer")[:80]
            raise Refused(f"Slack answers: {''.join(sign for sign in error if sign.isalnum() or sign in '_-. ')}")
        return found

    def _id(self) -> str:
        """Return the id of the channel, looked up by its name where the policy gives that."""
        if self._channel:
            return self._channel
        cursor = ""
        for _ in range(_MOST_PAGES * 10):
            query = {"limit": 200, "exclude_archived": "true", "types": "public_channel,private_channel"}
            page = self._ask(
                "GET", f"/conversations.list?{urlencode({**query, **({'cursor': cursor} if cursor else {})})}"
            )
            for one in _mappings(page.get("channels")):
                if one.get("name") == self._name and isinstance(one.get("id"), str):
                    self._channel = str(one["id"])
                    return self._channel
            cursor = _cursor(page)
            if not cursor:
                break
        raise Refused(f"the bot sees no channel {self._name!r}: invite it, or name the channel by its id")

    def find(self) -> Sequence[Posted]:
        """Return our messages in the channel, the newest first, as far back as ten pages go."""
        found: list[Posted] = []
        cursor = ""
        for _ in range(_MOST_PAGES):
            query = {"channel": self._id(), "limit": _PAGE, "include_all_metadata": "true"}
            page = self._ask(
                "GET", f"/conversations.history?{urlencode({**query, **({'cursor': cursor} if cursor else {})})}"
            )
            for one in _mappings(page.get("messages")):
                metadata = one.get("metadata")
                told = _mapping(metadata)
                payload = _mapping(told.get("event_payload"))
                if told.get("event_type") == EVENT and payload and one.get("bot_id"):
                    found.append(Posted(str(one.get("ts")), payload))
            cursor = _cursor(page)
            if not cursor:
                break
        return found

    def post(self, message: Mapping[str, Any], payload: Mapping[str, Any] | None = None, thread: str = "") -> str:
        """Post a message, or an answer in a thread; returns its time stamp."""
        data = {"channel": self._id(), **message}
        if payload is not None:
            data["metadata"] = {"event_type": EVENT, "event_payload": dict(payload)}
        if thread:
            data["thread_ts"] = thread
        return str(self._ask("POST", "/chat.postMessage", data).get("ts"))

    def change(self, time_stamp: str, message: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
        """Change a message in its place."""
        kept = {name: value for name, value in message.items() if not name.startswith("unfurl") and name != "mrkdwn"}
        metadata = {"event_type": EVENT, "event_payload": dict(payload)}
        self._ask("POST", "/chat.update", {"channel": self._id(), "ts": time_stamp, **kept, "metadata": metadata})


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[dict[str, Any]]:
    return [_mapping(one) for one in cast("list[Any]", value)] if isinstance(value, list) else []


def _cursor(page: Mapping[str, Any]) -> str:
    cursor = _mapping(page.get("response_metadata")).get("next_cursor")
    return cursor if isinstance(cursor, str) else ""

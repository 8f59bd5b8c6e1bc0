"""Slack as its Web API and its webhooks answer, blocks held against its own types; never a real one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.routing.hosts.host import Answer, Asked, Host

_BLOCKS = json.loads((Path(__file__).parent.parent / "schemas" / "slack-blocks.json").read_text("utf-8"))


class FakeSlack(Host):
    def __init__(self, token: str = "") -> None:
        super().__init__()
        self.token = token
        self.messages: list[dict[str, Any]] = []
        self.channels = [{"id": f"C00000{n:03}", "name": f"room-{n}"} for n in range(250)]
        self.channels.append({"id": "C0SECURITY", "name": "sec"})
        self.page = 200

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/hook":
            return Answer(200, None) if _valid(asked.data) else Answer(400, {"error": "invalid_blocks"})
        if self.token and asked.headers.get("authorization") != f"Bearer {self.token}":
            return _no("invalid_auth")
        known = {
            "/conversations.list": self._channels,
            "/conversations.history": self._history,
            "/chat.postMessage": self._post,
            "/chat.update": self._update,
        }
        return known[asked.path](asked) if asked.path in known else _no("unknown_method")

    def _channels(self, asked: Asked) -> Answer:
        begin, size = int(asked.query.get("cursor") or 0), int(asked.query["limit"])
        cursor = str(begin + size) if begin + size < len(self.channels) else ""
        return _yes(channels=self.channels[begin : begin + size], response_metadata={"next_cursor": cursor})

    def _history(self, asked: Asked) -> Answer:
        if asked.query["channel"] not in {one["id"] for one in self.channels}:
            return _no("channel_not_found")
        newest = [
            one for one in reversed(self.messages) if one["channel"] == asked.query["channel"] and not one["thread"]
        ]
        begin, size = int(asked.query.get("cursor") or 0), min(self.page, int(asked.query["limit"]))
        cursor = str(begin + size) if begin + size < len(newest) else ""
        shown = [
            {"ts": one["ts"], "bot_id": one["bot"], "text": one["text"], "metadata": one.get("metadata")}
            for one in newest[begin : begin + size]
        ]
        return _yes(messages=shown, response_metadata={"next_cursor": cursor})

    def _post(self, asked: Asked) -> Answer:
        data = asked.data
        if not _valid(data):
            return _no("invalid_blocks")
        message = {**data, "ts": f"{1700000000 + len(self.messages)}.000100", "bot": "B1"}
        message["thread"] = data.get("thread_ts", "")
        self.messages.append(message)
        return _yes(ts=message["ts"], channel=data["channel"])

    def _update(self, asked: Asked) -> Answer:
        data = asked.data
        message = next((one for one in self.messages if one["ts"] == data["ts"]), None)
        if message is None:
            return _no("message_not_found")
        if not _valid(data):
            return _no("invalid_blocks")
        message.update(data)
        return _yes(ts=data["ts"])


def _valid(data: dict[str, Any]) -> bool:
    blocks = data.get("blocks")
    if blocks is None:
        return bool(data.get("text"))
    return len(blocks) <= 50 and jsonschema.Draft7Validator(_BLOCKS).is_valid({"blocks": blocks})


def _no(error: str) -> Answer:
    return Answer(200, {"ok": False, "error": error})


def _yes(**data: Any) -> Answer:
    return Answer(200, {"ok": True, **data})

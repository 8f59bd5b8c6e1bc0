"""A receiver of signed webhooks that does as docs/routes.md tells, and one of Teams; never a real one."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.routing.hosts.host import Answer, Asked, Host

_CARD = json.loads((Path(__file__).parent.parent / "schemas" / "adaptive-card-1.5.json").read_text("utf-8"))


class FakeHook(Host):
    """Verifies the signature, refuses what is old, takes each delivery once."""

    def __init__(self, secret: str, now: float) -> None:
        super().__init__()
        self.secret, self.now = secret, now
        self.taken: dict[str, Any] = {}

    def answer(self, asked: Asked) -> Answer:
        stamp, delivery = asked.headers.get("gatepost-timestamp", ""), asked.headers.get("gatepost-delivery", "")
        signed = f"{stamp}.{delivery}.".encode() + asked.raw
        wanted = "v1=" + hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, asked.headers.get("gatepost-signature", "")):
            return Answer(401, {"message": "bad signature"})
        if abs(self.now - int(stamp)) > 300:
            return Answer(400, {"message": "too old"})
        if delivery not in self.taken:
            self.taken[delivery] = asked.data
        return Answer(202)


class FakeTeams(Host):
    def __init__(self) -> None:
        super().__init__()
        self.cards: list[dict[str, Any]] = []

    def answer(self, asked: Asked) -> Answer:
        if len(asked.raw) > 28 * 1024:
            return Answer(413, {"message": "too large"})
        [attachment] = asked.data["attachments"]
        card = attachment["content"]
        if attachment["contentType"] != "application/vnd.microsoft.card.adaptive" or not jsonschema.Draft7Validator(
            _CARD
        ).is_valid(card):
            return Answer(400, {"error": {"message": "invalid card"}})
        self.cards.append(card)
        return Answer(202)

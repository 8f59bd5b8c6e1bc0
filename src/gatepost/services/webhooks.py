"""Posts a message to the address of a webhook, signed where there is a secret; never shows either.

The signature is HMAC-SHA256 over "TIME.DELIVERY.BODY". A receiver verifies it, refuses what is older than five minutes
and remembers the deliveries that it has taken: so neither can anything be changed, nor counts anything twice.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from gatepost.services.patience import Patience
from gatepost.services.web import Refused, Web, safe_address


def signature(secret: str, seconds: int, delivery: str, body: bytes) -> str:
    """Return the value of the header Gatepost-Signature; `seconds` is the time of day (epoch)."""
    signed = f"{seconds}.{delivery}.".encode() + body
    return "v1=" + hmac.new(secret.encode("utf-8"), signed, hashlib.sha256).hexdigest()


def post(address: str, variable: str, body: bytes, patience: Patience, *, secret: str = "", delivery: str = "") -> None:
    """Post JSON to the address that an environment variable holds. Raises Refused, which does not show the address."""
    safe = safe_address(address, f"the environment variable {variable}")
    web = Web(safe, {}, patience, [address, safe, secret])
    headers: Mapping[str, str] = {}
    if secret:
        if len(secret) < 16:
            raise Refused("the secret that signs is shorter than 16 characters")
        seconds = int(patience.now())
        headers = {
            "Gatepost-Timestamp": str(seconds),
            "Gatepost-Delivery": delivery,
            "Gatepost-Signature": signature(secret, seconds, delivery, body),
        }
    web.ask("POST", "", body=body, headers=headers, repeatable=bool(secret))

"""Any bytes as a certificate, as PEM text and as DER inside it: what is in it or a reason."""

from __future__ import annotations

from base64 import b64encode

from gatepost.model.values import Value
from gatepost.rules.readers import reader


def fuzz(data: bytes) -> None:
    """Read the bytes in both ways; must never raise."""
    certificate = reader("certificate")
    certificate.read(Value(data.decode("utf-8", "replace")), {})
    body = b64encode(data).decode("ascii")
    certificate.read(Value(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"), {})

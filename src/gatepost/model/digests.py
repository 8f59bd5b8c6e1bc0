"""SHA-256 from Python's own module: the same digests as `hashlib`, never the 3 ms that loading OpenSSL takes."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def _of_this_python() -> Any:
    for name in ("_sha2", "_sha256"):  # since 3.12, and before
        try:
            return import_module(name).sha256
        except (ImportError, AttributeError):
            continue
    return import_module("hashlib").sha256


_sha256 = _of_this_python()


def sha256_of(text: str) -> str:
    """Return the digest of a text as 64 hexadecimal digits; halves of surrogate pairs are taken as they are."""
    return _sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

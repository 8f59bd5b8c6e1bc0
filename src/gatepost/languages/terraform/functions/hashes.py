"""Terraform's hash functions, and those with a result that nobody can tell before; never for keeping passwords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gatepost.languages.terraform.conversions import Fails
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import accepted, on_plain
from gatepost.model.values import Unknown, Value

_NAMESPACES = {"dns": 0, "url": 1, "oid": 2, "x500": 4}


def digest(name: str, data: bytes) -> str:
    """Return a hash in hexadecimal digits."""
    import hashlib

    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def base64_digest(name: str, data: bytes) -> str:
    """Return a hash in base64."""
    from base64 import b64encode

    return b64encode(bytes.fromhex(digest(name, data))).decode()


def _hash(name: str) -> Function:
    def hashed(text: str) -> str:
        return digest(name, text.encode())

    return on_plain("string", hashed)


def _base64hash(name: str) -> Function:
    def hashed(text: str) -> str:
        return base64_digest(name, text.encode())

    return on_plain("string", hashed)


def _uuidv5(namespace: str, name: str) -> str:
    import re
    import uuid

    number = _NAMESPACES.get(namespace)
    if number is not None:
        space = uuid.UUID(f"6ba7b81{number}-9dad-11d1-80b4-00c04fd430c8")
    elif re.fullmatch(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", namespace):
        space = uuid.UUID(namespace)
    else:
        raise Fails("the namespace is no UUID")
    return str(uuid.uuid5(space, name))


def only_then(parameters: str, why: str) -> Callable[[list[Value], Any], Value]:
    """Make a function whose arguments are looked at and whose result is never known."""

    def called(arguments: list[Value], frame: Any) -> Value:  # noqa: ARG001  every function takes it
        accepted(parameters, arguments)
        return Value(Unknown(why, False))

    return called


FUNCTIONS: dict[str, Function] = {
    "base64sha256": _base64hash("sha256"),
    "base64sha512": _base64hash("sha512"),
    "bcrypt": only_then("string, ...number", "bcrypt() gives another result each time"),
    "md5": _hash("md5"),
    "plantimestamp": only_then("", "plantimestamp() is only known when Terraform runs"),
    "rsadecrypt": only_then("string, string", "rsadecrypt() is not worked out, for it reveals a secret"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
    "timestamp": only_then("", "timestamp() is only known when Terraform runs"),
    "uuid": only_then("", "uuid() gives another result each time"),
    "uuidv5": on_plain("string, string", _uuidv5),
}

"""Identifiers of a cloud (ARN, id, link, name) to the resources of a state; never keeps another value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from gatepost.model.records import NamedTuple

# Attributes by which clouds name things, the surest first; what further ones say is no identifier.
IDENTIFIERS = (
    "arn",
    "self_link",
    "id",
    "unique_id",
    "qualified_arn",
    "invoke_arn",
    "url",
    "name",
    "bucket",
    "identifier",
)
SURE = ("arn", "self_link", "id")
_LINK = re.compile(r"(?:https?:)?//[\w.-]*googleapis\.com/(?:[\w.-]+/v\d\w*/)?")
LONGEST = 4_000


class Held(NamedTuple):
    """A resource in a state. `address` has module path and instance key; `type` is as in `Resource.type`.

    `module` is the address of its module instance, "" for the root module. `provider` is its source address
    ("registry.terraform.io/hashicorp/aws"), "" where the state does not say.
    """

    address: str
    type: str
    name: str
    module: str = ""
    provider: str = ""


class Named(NamedTuple):
    """A resource with the identifiers that a state gives it, as (attribute, text)."""

    held: Held
    identifiers: tuple[tuple[str, str], ...]


class StateIndex:
    """The resources of a state by their identifiers. `path` is the state's file, as people see it."""

    __slots__ = ("_by_text", "path", "resources")

    def __init__(self, path: str, named: Iterable[Named]) -> None:
        self.path = path
        self.resources: tuple[Held, ...] = ()
        self._by_text: dict[str, list[tuple[int, Held]]] = {}
        kept: list[Held] = []
        for held, identifiers in named:
            kept.append(held)
            for attribute, text in identifiers:
                rank = IDENTIFIERS.index(attribute)
                self._by_text.setdefault(_folded(text), []).append((rank, held))
        self.resources = tuple(kept)

    def find(self, identifier: str, type: str = "") -> Held | None:
        """Return the one resource that an identifier means, of a type where it is given; None for none or several.

        `identifier` is an ARN, also one of a part of a resource (an object in a bucket, a version of a function), a
        link or resource name of Google Cloud, a resource id of Azure, or the id or name that the cloud gives.
        """
        if not 0 < len(identifier) <= LONGEST:
            return None
        for text, most in _readings(identifier):
            found = [(rank, held) for rank, held in self._by_text.get(_folded(text), ()) if rank <= most]
            one = _the_one([pair for pair in found if not type or pair[1].type == type])
            if one is not None:
                return one
        return None

    def identifiers(self) -> dict[str, tuple[str, ...]]:
        """Return the identifiers of each resource by its address, in the form in which they are compared."""
        found: dict[str, dict[str, None]] = {}
        for text, several in self._by_text.items():
            for _, held in several:
                found.setdefault(held.address, {})[text] = None
        return {address: tuple(texts) for address, texts in found.items()}

    def __len__(self) -> int:
        return len(self.resources)


def _folded(text: str) -> str:
    """Return an identifier in the one form that it is compared in: Azure does not mind case, links have many hosts."""
    text = text.strip()
    if text[:15].lower() == "/subscriptions/":
        return text.lower().rstrip("/")
    link = _LINK.match(text)
    return text[link.end() :] if link is not None else text


def _readings(identifier: str) -> Iterator[tuple[str, int]]:
    """Yield what an identifier may stand for, the likeliest first, with the highest rank of what may say it."""
    every = len(IDENTIFIERS)
    yield identifier, every
    parts = identifier.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        if identifier.startswith("projects/") or _LINK.match(identifier):
            yield _folded(identifier).removeprefix("storage/v1/"), every
        return
    head, rest = ":".join(parts[:5]), parts[5]
    shorter = rest
    while (cut := max(shorter.rfind(":"), shorter.rfind("/"))) > 0:
        shorter = shorter[:cut]
        yield f"{head}:{shorter}", 0
    # "security-group/sg-1" is sg-1, "function:name:3" is name: of these only an id is sure enough.
    names = re.split("[:/]", rest)
    for name in (*names[1:2], *names[-1:], *names[:1]):
        yield name, SURE.index("id")


def _the_one(found: Sequence[tuple[int, Held]]) -> Held | None:
    """Return the resource that is meant: by the surest attribute, the thing itself before what is a part of it."""
    for rank in sorted({rank for rank, _ in found}):
        held = list(dict.fromkeys(held for other, held in found if other == rank))
        managed = [one for one in held if not one.type.startswith("data.")] or held
        if len(managed) > 1:
            shortest = min((one.type for one in managed), key=len)
            # aws_s3_bucket_acl has the id of its aws_s3_bucket.
            if all(one.type.startswith(shortest) for one in managed):
                managed = [one for one in managed if one.type == shortest]
        if len(managed) == 1:
            return managed[0]
        if managed:
            return None
    return None

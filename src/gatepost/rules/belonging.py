"""What of a resource tells whose it is: tags, those of its provider and of module calls, names; never whose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gatepost.model.documents import Document, Resource
from gatepost.model.values import Value
from gatepost.rules.judgements import Judged
from gatepost.rules.subjects import Subject
from gatepost.rules.world import World

_TAGS = ("tags", "labels", "Tags")
# What a provider adds to all its resources: (prefix of types, path in its configuration).
_DEFAULTS = (("aws_", "default_tags.tags"), ("google_", "default_labels"))
# By these a cloud, a CMDB or an audit log calls what Terraform declares.
_NAMES = (
    "arn", "self_link", "id", "name", "bucket", "identifier", "cluster_identifier", "cluster_id", "function_name",
    "replication_group_id", "repository_name", "domain_name", "queue_name", "table_name", "server_name",
)  # fmt: skip
_LONGEST = 500


def tags_of(resource: Resource, world: World) -> Mapping[str, str]:
    """Return the tags of a resource as far as they are known text, those that its provider adds included."""
    if not resource.body.is_map:
        return {}
    found: dict[str, str] = {}
    for name in (*_TAGS, "tag"):
        found.update(_pairs(resource.body.literal.get(name)))
    if resource.language == "terraform":
        for prefix, path in _DEFAULTS:
            if resource.type.startswith(prefix):
                for key, value in _pairs(_of_provider(resource, world, path)):
                    found.setdefault(key, value)
    return found


def known_tags(resource: Resource, judged: Judged) -> Mapping[str, str]:
    """Return the tags of a resource of a document that was judged; looked up once for all that is found there."""
    key = (resource.type, resource.key)
    found = judged.tags.get(key)
    if found is None:
        found = judged.tags[key] = tags_of(resource, judged.world)
    return found


def _of_provider(resource: Resource, world: World, path: str) -> Value | None:
    provider = world.provider(resource)
    return provider.get(path) if provider is not None else None


def _pairs(value: Value | None) -> Iterator[tuple[str, str]]:
    """Yield the known tags of a map, or of a list of Key and Value (CloudFormation), key and value (`tag` blocks)."""
    if value is None:
        return
    literal: Any = value.literal.container.literal if isinstance(value.literal, Subject) else value.literal
    if value.is_map:
        for key in literal:
            one = literal.get(key)
            if one is not None and isinstance(one.literal, str):
                yield str(key), one.literal
    elif value.is_list:
        for pair in literal:
            for names in (("Key", "Value"), ("key", "value")):
                key, one = (pair.literal.get(part) if pair.is_map else None for part in names)
                if (
                    key is not None
                    and one is not None
                    and isinstance(key.literal, str)
                    and isinstance(one.literal, str)
                ):
                    yield key.literal, one.literal


def names_of(resource: Resource) -> tuple[str, ...]:
    """Return the names that a cloud knows a resource by, as far as they are written or known."""
    if not resource.body.is_map:
        return ()
    body = resource.body.literal
    if resource.language == "cloudformation":
        last = resource.type.rpartition("::")[2]
        wanted = ("Name", f"{last}Name", f"{last}Identifier", f"{last}Id", "ClusterIdentifier", "ReplicationGroupId")
    else:
        wanted = _NAMES
    found: dict[str, None] = {}
    for name in wanted:
        value = body.get(name)
        if value is not None and isinstance(value.literal, str) and 0 < len(value.literal) <= _LONGEST:
            found[value.literal] = None
    return tuple(found)


class Calls:
    """The tags of the module calls of a document, looked up as they are asked for."""

    __slots__ = ("_calls", "_document", "_known")

    def __init__(self, document: Document) -> None:
        self._document = document
        self._calls: Mapping[str, Resource] | None = None
        self._known: dict[str, tuple[tuple[str, str, str], ...]] = {}

    def of(self, address: str) -> tuple[tuple[str, str, str], ...]:
        """Return the tags given to the calls that a resource lies in as (call, tag, value), the innermost first."""
        if not address.startswith("module.") or self._document.language != "terraform":
            return ()
        around = _around(address)
        found = self._known.get(around)
        if found is None:
            found = self._known[around] = tuple(self._tags(around))
        return found

    def _tags(self, around: str) -> Iterator[tuple[str, str, str]]:
        if self._calls is None:
            self._calls = {call.address: call for call in self._document.resources("module")}
        while around:
            call = self._calls.get(around) or self._calls.get(_without_key(around))
            if call is not None and call.body.is_map:
                for name in _TAGS:
                    yield from ((around, key, value) for key, value in _pairs(call.body.literal.get(name)))
            around = _around(around)


def _around(address: str) -> str:
    """Return the address of the module call that something lies in, "" for none; keys may hold any text."""
    parts = [""]
    inside = escaped = False
    for letter in address:
        if letter == "." and not inside:
            parts.append("")
            continue
        parts[-1] += letter
        inside = inside != (letter == '"' and not escaped)
        escaped = letter == "\\" and not escaped
    count = 0
    while count + 1 < len(parts) and parts[count] == "module":
        count += 2
    own = count == len(parts)  # the address of a call itself
    count -= 2 if own else 0
    return ".".join(parts[:count])


def _without_key(address: str) -> str:
    return address[: address.rindex("[")] if address.endswith("]") else address

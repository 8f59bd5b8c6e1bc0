"""What in a document tells its environment: backends, providers, parameters, tags, stages; never what comes of it.

A sign is weak where it says less than it seems to: the default of a variable that whoever deploys may set otherwise,
the number of another account in a policy. Weak signs may add an environment, and make none certain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from gatepost.model.documents import Document, Resource
from gatepost.model.environment_words import NAMES, plain_name, spoken_of
from gatepost.model.findings import Sign
from gatepost.model.places import Location
from gatepost.model.values import Value

MOST_SIGNS = 100
_MOST_VALUES = 300
_DEEPEST = 4
# AWS account numbers; Azure's ids of subscriptions; projects of Google Cloud in a resource's name.
_ACCOUNT = re.compile(
    r"(?<!\d)\d{12}(?!\d)"
    r"|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"
    r"|(?<=projects/)[a-z][a-z0-9-]{4,28}[a-z0-9]\b"
)
_TAGGED = ("tags", "labels", "Tags", "tags_all")


def accounts_in(text: str) -> tuple[str, ...]:
    """Return the ids of accounts, subscriptions and projects that a text names."""
    return _accounts_in(text[:4096])


@lru_cache(maxsize=1024)
def _accounts_in(text: str) -> tuple[str, ...]:
    # Each finding of a resource asks for the same address.
    return tuple(dict.fromkeys(found.lower() for found in _ACCOUNT.findall(text)))


def signs_of_names(text: str, what: str, location: Location | None, weak: bool = False) -> Iterator[Sign]:
    """Yield a sign for each environment that a name speaks of; `what` says which name that is."""
    for environment in spoken_of(text):
        yield Sign(environment, what, location, weak)


def signs_of_accounts(text: str, what: str, location: Location | None, weak: bool = False) -> Iterator[Sign]:
    """Yield a sign for each account that a text names; a policy says which environment it is."""
    for account in accounts_in(text):
        yield Sign("", f"{what} {account}", location, weak, account)


def signs_of_document(document: Document, literal_only: bool = False) -> tuple[Sign, ...]:
    """Return what a document tells about all that is in it; `literal_only`: values that come from a variable do not."""
    if document.language == "terraform":
        from gatepost.context.signs_terraform import terraform_signs as signs
    elif document.language == "cloudformation":
        from gatepost.context.signs_cloudformation import template_signs as signs
    else:
        return ()
    found: dict[Sign, None] = {}
    for sign in signs(document, literal_only):
        found[sign] = None
        if len(found) >= MOST_SIGNS:
            break
    return tuple(found)


def signs_of_resource(resource: Resource, document: Document, accounts: Collection[str] = ()) -> tuple[Sign, ...]:
    """Return what one resource tells about itself: its tags, the `accounts` that its values name, its stage."""
    if resource.language == "dockerfile":
        from gatepost.context.signs_dockerfile import stage_signs

        return stage_signs(document, resource)
    found = list(tag_signs(resource.body, "tag"))
    if accounts and resource.body.is_map:
        for value in texts_in(resource.body):
            found += [
                sign
                for sign in signs_of_accounts(value.literal, "a value names account", place_of(value), True)
                if sign.account in accounts
            ]
    return tuple(dict.fromkeys(found[:MOST_SIGNS]))


def tag_signs(holder: Value, what: str) -> Iterator[Sign]:
    """Yield the signs of the tags below a body, in whatever shape its provider takes them."""
    for key, value in tags_below(holder):
        if plain_name(key) in NAMES and isinstance(value.literal, str):
            how = f"{what} {key}: {value.literal[:60]}"
            yield from signs_of_names(value.literal, how, place_of(value), is_weak(value))


def tags_below(holder: Value) -> Iterator[tuple[str, Value]]:
    """Yield (key, value) of the tags of a body: a map, or a list of maps with Key and Value."""
    if not holder.is_map:
        return
    for name in _TAGGED:
        value: Value | None = holder.literal.get(name)
        if value is None:
            continue
        if value.is_map:
            yield from members(value)
        for pair in value.literal[:_MOST_VALUES] if value.is_list else ():
            given = dict(members(pair)) if pair.is_map else {}
            key, one = given.get("Key") or given.get("key"), given.get("Value") or given.get("value")
            if key is not None and one is not None and isinstance(key.literal, str):
                yield key.literal, one


def members(value: Value) -> Iterator[tuple[str, Value]]:
    """Yield the members of a map that are there, at most `_MOST_VALUES`."""
    for count, key in enumerate(value.literal):
        if count >= _MOST_VALUES:
            return
        one = value.literal.get(key)
        if one is not None:
            yield str(key), one


def texts_in(value: Value, most: int = _MOST_VALUES) -> Iterator[Value]:
    """Yield the texts in a value, those of nested maps and lists too, at most `most` and not very deep."""
    waiting: list[tuple[Value, int]] = [(value, 0)]
    while waiting and most > 0:
        one, depth = waiting.pop()
        most -= 1
        if isinstance(one.literal, str):
            yield one
        elif depth < _DEEPEST and (one.is_map or one.is_list):
            inner: Iterable[Value] = (v for _, v in members(one)) if one.is_map else one.literal[:_MOST_VALUES]
            waiting += [(part, depth + 1) for part in reversed(list(inner))]


def first_map(value: Any) -> Sequence[Value]:
    """Return the maps that a value is: itself, or the members of a list of blocks."""
    if not isinstance(value, Value):
        return ()
    if value.is_map:
        return (value,)
    return [one for one in value.literal if isinstance(one, Value) and one.is_map] if value.is_list else ()


def entry(value: Value, name: str) -> Value | None:
    """Return a member of a map, None where there is none."""
    literal: Mapping[str, Value] = value.literal if value.is_map else {}
    return literal.get(name)


def place_of(value: Value) -> Location | None:
    """Return where a value is set, None where that is outside of the files."""
    span = value.set_at
    return span.location if span is not None else None


def is_weak(value: Value) -> bool:
    """Whether a value is the default of a variable or parameter, which whoever deploys may set otherwise."""
    last = value.origins[-1] if value.origins else None
    # What a parameter file gives has the file's name, and counts as written there.
    return last is not None and last.kind == "default" and (last.span is None or last.span.source.path != last.what)

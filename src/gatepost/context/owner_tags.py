"""The tags of a resource, and of the calls of the modules it lies in, that tell whose it is; never another source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gatepost.context.assessing import plain_tag
from gatepost.model.decisions import Claim
from gatepost.model.policy import Whose
from gatepost.model.records import NamedTuple

# What a policy can name tags for, and which of them tell owners, in this order; the others tell projects.
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "owner": ("owner", "owners"),
    "team": ("team",),
    "contact": ("contact", "maintainer"),
    "project": ("project",),
    "service": ("service", "application", "system"),
}
_LONGEST = 1_000  # characters of a tag; a longer one names nobody
OWNERS = ("owner", "team", "contact")
PROJECTS = ("project", "service")


class TagKeys(NamedTuple):
    """The names of tags that tell something, in the form in which names are compared."""

    owners: tuple[str, ...]
    projects: tuple[str, ...]
    contacts: tuple[str, ...]


def tag_keys(chosen: Mapping[str, Sequence[str]]) -> TagKeys:
    """Return the names of tags that a policy chooses; the usual ones for what it does not speak of.

    Where it does not say which tags tell whom to contact, those that tell an owner do.
    """
    names = {kind: tuple(plain_tag(key) for key in chosen.get(kind, usual)) for kind, usual in DEFAULTS.items()}
    owners = tuple(dict.fromkeys(name for kind in OWNERS for name in names[kind]))
    projects = tuple(dict.fromkeys(name for kind in PROJECTS for name in names[kind]))
    return TagKeys(owners, projects, names["contact"] if "contact" in chosen else owners)


def telling(tags: Mapping[str, str], names: Iterable[str]) -> list[str]:
    """Return the tags (as they are written) whose names are among some plain ones, in the order of these."""
    if not tags:
        return []
    plain = {plain_tag(key): key for key in reversed(list(tags))}
    found = (plain[name] for name in names if name in plain)
    return [key for key in found if 0 < len(tags[key].strip()) <= _LONGEST]


def tagged(tags: Mapping[str, str], names: Iterable[str], fresh: frozenset[str] = frozenset()) -> list[Claim]:
    """Return what the tags of a resource tell; of those in `fresh` it is told that the change has written them."""
    return [
        Claim(tags[key].strip(), f"tag {key}, written by this change", "medium")
        if key in fresh
        else Claim(tags[key].strip(), f"tag {key}", "high")
        for key in telling(tags, names)
    ]


def called(whose: Whose, names: Sequence[str]) -> list[Claim]:
    """Return what the tags of the module calls tell that a resource lies in; those of the innermost alone."""
    address, found = "", list[tuple[int, Claim]]()
    for call, key, value in whose.calls:
        if 0 < len(value.strip()) <= _LONGEST and plain_tag(key) in names and address in ("", call):
            address = call
            found.append((names.index(plain_tag(key)), Claim(value.strip(), f"tag {key} of {call}", "medium")))
    return [fact for _, fact in sorted(found, key=lambda pair: pair[0])]

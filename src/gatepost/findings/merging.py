"""Makes one finding of what several instances have shown; never drops what they said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from gatepost.model.findings import Finding, Related, Sign, Undecided
from gatepost.model.places import Location
from gatepost.model.regexes import regex

_T = TypeVar("_T")

# A resource's other instances are told on the finding; more than this says nothing more.
MOST_RELATED = 50
_MODULE = regex(r'(?:module\.[^.\[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)+')


def _distinct(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


_NOT_ALL = "not all of its instances can be mended by one edit; mend each where it is set"


def merge_signs(several: Sequence[tuple[Sign, ...]]) -> tuple[Sign, ...]:
    """Return the signs of all instances; where some have none that is certain, those of the others are not either."""
    signs = _distinct(sign for one in several for sign in one)
    if all(any(not sign.weak for sign in one) for one in several):
        return signs
    return _distinct(sign._replace(weak=True) for sign in signs)


_NOT_TOLD = ("unknown", "some of its instances are in no environment that var files tell")


def merge_environments(several: Sequence[tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    """Return the environments of all instances; where some tell none, it is not known where these reach."""
    named = {name: how for one in reversed(several) for name, how in reversed(one)}
    told = tuple(reversed(named.items()))
    return (*told, _NOT_TOLD) if told and not all(several) and "unknown" not in named else told


def merge_instances(findings: Sequence[Finding], order: Callable[[Finding], Any]) -> tuple[Finding, ...]:
    """Return one finding for each rule, place and origin, though a module is called, or a block repeated, often.

    What several callers set wrongly is a finding for each of them: an edit mends one and leaves the others alone.
    The first instance in `order` stays and lists the others as related; a fix that not all of them share is kept
    only when it makes the same edits.
    """
    places: dict[tuple[object, ...], Finding] = {}
    others: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=order):
        key = (finding.rule, finding.location, finding.content, _set_at(finding))
        if key in places:
            others.setdefault(key, []).append(finding)
        else:
            places[key] = finding
    for key, rest in others.items():
        first = places[key]
        addresses = _distinct(f.resource for f in rest if f.resource != first.resource)
        related = (*_takers(first, addresses), *(Related(first.location, f"also {one}") for one in addresses))
        shared = tuple(fix for fix in first.fixes if all(any(fix.edits == f.edits for f in o.fixes) for o in rest))
        reached = merge_environments([first.environments, *(one.environments for one in rest)])
        related = (*first.related, *related[:MOST_RELATED])
        roots = _distinct(root for one in (first, *rest) for root in one.roots)
        signs = merge_signs([one.signs for one in (first, *rest)])
        merged = first._replace(related=related, fixes=shared, environments=reached, roots=roots, signs=signs)
        if first.fixes and not shared:
            merged = merged._replace(no_fix=_NOT_ALL, advice=first.fixes[0].title)
        places[key] = merged
    return tuple(places.values())


def merge_undecided(several: Iterable[Undecided]) -> list[Undecided]:
    """Return one for each rule and place at which the same is missing, in the order of their places.

    A module that is called often, or a block that is repeated, asks the same often: the first by address stays and
    names the others.
    """
    once = _grouped(several, lambda one: (one.location, one.rule, one.resource))
    ordered = sorted(once, key=lambda one: (one.location, one.rule, one.resource))
    return _grouped(ordered, lambda one: (one.location, one.rule, one.because, one.hint))


def _grouped(several: Iterable[Undecided], key: Callable[[Undecided], object]) -> list[Undecided]:
    groups: dict[object, list[Undecided]] = {}
    for one in several:
        groups.setdefault(key(one), []).append(one)
    return [group[0] if len(group) == 1 else _together(group) for group in groups.values()]


def _together(group: Sequence[Undecided]) -> Undecided:
    return group[0]._replace(
        also=_distinct(one.resource for one in group if one.resource != group[0].resource),
        waiting=_distinct(rule for one in group for rule in one.waiting),
        environments=merge_environments([one.environments for one in group]),
        roots=_distinct(root for one in group for root in one.roots),
        signs=merge_signs([one.signs for one in group]),
    )


def _set_at(finding: Finding) -> Location | None:
    """Return the place that sets the value, where that is another one than the place that is shown."""
    return finding.origins[-1].location if finding.origins else None


def _takers(first: Finding, others: Sequence[str]) -> tuple[Related, ...]:
    """Tell how many calls of a module take a default that is wrong."""
    if not first.origins or first.origins[-1].kind != "default" or first.origins[-1].location is None:
        return ()
    calls = _distinct(call for one in (first.resource, *others) if (call := _module(one)))
    if len(calls) < 2:
        return ()
    return (Related(first.origins[-1].location, f"{len(calls)} calls of the module take this default"),)


def _module(address: str) -> str:
    """Return the module call that an address is in, "" for the root module."""
    parts = _MODULE.match(address)
    return parts[0] if parts else ""

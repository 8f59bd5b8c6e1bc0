"""Makes one change of several that would each add the same block or companion; never a change that says more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.changes import Append, Change, Create, Plain, Set, Step
from gatepost.model.values import Value
from gatepost.rules.companions import merge
from gatepost.rules.paths import walk
from gatepost.rules.places import nested


def merged(changes: Sequence[Change]) -> list[Change]:
    """Return changes in their order, with those that add to one missing block or companion put into one.

    Each change is written into the text as it was before, so that two of them would add the block twice.
    """
    found: list[Change] = []
    for change in changes:
        for position, earlier in enumerate(found):
            both = _both(earlier, change)
            if both is not None:
                found[position] = both
                break
        else:
            found.append(change)
    return found


def _both(first: Change, second: Change) -> Change | None:
    if isinstance(first, Create) and isinstance(second, Create):
        return _one_companion(first, second)
    if isinstance(first, Set) and isinstance(second, Set) and first.container is second.container:
        return _one_block(first, second)
    if isinstance(first, Append | Set) and isinstance(second, Append):
        return _one_list(first, second)
    return None


def _one_list(first: Append | Set, second: Append) -> Set | None:
    """Return one change for two that add to the same list, where it is not written yet."""
    if first.container is not second.container or first.steps != second.steps:
        return None
    if walk(first.container, first.steps) is not None:
        return None
    if isinstance(first, Append):
        return Set(first.container, first.steps, [first.new, second.new])
    return first._replace(new=[*first.new, second.new]) if isinstance(first.new, list) else None


def _one_companion(first: Create, second: Create) -> Create | None:
    if (first.type, first.name) != (second.type, second.name) or first.near is not second.near:
        return None
    attributes: dict[str, Plain] = {}
    merge(attributes, first.attributes)
    merge(attributes, second.attributes)
    return first._replace(attributes=attributes, maps=first.maps | second.maps)


def _one_block(first: Set, second: Set) -> Set | None:
    """Return one change for two that name the same block, where it is not written yet."""
    common = _missing(first)
    if common != _missing(second) or common is None:
        return None
    rest = len(common)
    new = _together(nested(first.steps[rest:], first.new), nested(second.steps[rest:], second.new))
    if new is None:
        return None
    return first._replace(steps=common, new=new, attributes=first.attributes | second.attributes)


def _together(first: Plain, second: Plain) -> Plain:
    """Return two trees as one; None where both say something about the same place."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        joined: dict[str, Plain] = dict(first)
        for name, new in second.items():
            joined[name] = _together(joined[name], new) if name in joined else new
            if joined[name] is None:
                return None
        return joined
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second) == 1:
        inside = _together(first[0], second[0])
        return None if inside is None else [inside]
    return None


def _missing(change: Set) -> tuple[Step, ...] | None:
    """Return the first steps at which nothing is written; None where that is the value itself or nowhere."""
    container, steps = change.container, change.steps
    span = container.span
    if span is not None and span.start == span.end:  # a resource without properties
        return ()
    if _is_hcl_block(container) and (not steps or walk(container, steps[:1]) is None):
        return ()  # one change, so that all lines of the block come into the same columns
    # what two changes have become already is a map at the first missing step, and takes a third
    for length in range(1, len(steps) + isinstance(change.new, Mapping)):
        if walk(container, steps[:length]) is None:
            return steps[:length]
    return None


def _is_hcl_block(container: Value) -> bool:
    """Return whether a value is the body of a resource in HCL, to which several attributes can be added at once."""
    named = container.refers_to
    return container.notation == "hcl" and container.is_map and named is not None and not named.attribute

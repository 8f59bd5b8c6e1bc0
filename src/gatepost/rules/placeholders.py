"""What `${name}` stands for, in messages and in fixes; never in conditions, which fill it in themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gatepost.model.changes import Plain, Template
from gatepost.model.problems import CannotWrite
from gatepost.model.regexes import regex
from gatepost.model.values import Reference, Value
from gatepost.rules.places import as_text

if TYPE_CHECKING:
    from gatepost.rules.subjects import Subject

_HOLE = re.compile(r"\$\{([^}]*)\}")
HIDDEN = "•••"


class NoValue(Exception):
    """A setting that a fix needs has no value; its text is the setting's name."""


def shown(given: Any, secret: bool = False) -> str:
    """Return a setting or value as text for people; a secret prints as •••, an unknown as its expression."""
    if given is None:
        return "—"
    if not isinstance(given, Value):
        return ", ".join(shown(one) for one in given) if isinstance(given, list | tuple) else as_text(given)  # pyright: ignore[reportUnknownVariableType]
    if given.sensitive or secret:
        return HIDDEN
    if given.unknown is not None:
        if given.refers_to is not None and given.refers_to.expression:
            return given.refers_to.expression.removeprefix("Ref ")
        return _unquoted(given.span.text) if given.span is not None else "something that is not known"
    if given.is_list:
        return ", ".join(shown(one) for one in given.literal)
    if given.is_map:
        name = given.literal.get("name")
        return shown(name) if name is not None else given.span.text.splitlines()[0] if given.span is not None else "it"
    if isinstance(given.literal, str | int | float | bool):
        return as_text(given.literal)
    return given.span.text if given.span is not None and given.span.text else str(given.literal)


_SUBSTITUTED = regex(r"""(?:!Sub\s+)?(["'])((?:(?!\1)[^\n\\])*)\1""")


def _unquoted(written: str) -> str:
    """Return a text with holes without the quotes and the tag that stand around it, other expressions as they are."""
    found = _SUBSTITUTED.fullmatch(written)
    return found[2] if found is not None else written


def told(subject: Subject, name: str) -> str:
    """Return what `${name}` stands for in a message about a subject.

    A related resource is told by its name, else its address. What is not there is told by the text that was to name it;
    a name that is not written, by the address of the resource that has none.
    """
    value = subject.get(name)
    if value is not None:
        things = value.literal if value.is_list and not value.sensitive else (value,)
        return ", ".join(_named(thing) or shown(thing, secret=name == "secret") for thing in things)
    holder, last = _holder(subject, name)
    relation = holder.kind.relations.get(last)
    if relation is not None and relation.form == "to":
        return told(holder, relation.by)
    return holder.resource.address if last == "name" or last in holder.kind.identity else shown(None)


def _holder(subject: Subject, name: str) -> tuple[Subject, str]:
    """Return the subject that the last part of a dotted name is asked of, and that part."""
    from gatepost.rules.subjects import Subject as Thing

    cut = name.rfind(".")
    above = subject.get(name[:cut]) if cut > 0 else None
    return (
        (above.literal, name[cut + 1 :]) if above is not None and isinstance(above.literal, Thing) else (subject, name)
    )


def _named(value: Value) -> str:
    """Return the name of a resource that a relation leads to, "" for what is none."""
    from gatepost.rules.subjects import Subject as Thing

    thing = value.literal
    if not isinstance(thing, Thing) or not thing.kind.identity:
        return ""
    names = (thing.get(name) for name in thing.kind.identity if thing.kind.declares(name))
    known = (name for name in names if name is not None and isinstance(name.literal, str) and not name.sensitive)
    return next((str(name.literal) for name in known), thing.resource.address)


def filled(plain: Any, subject: Subject, settings: Mapping[str, Any]) -> Plain:
    """Return what a fix writes, with settings and attributes in place of `${…}`.

    Raises `NoValue` for a setting that is null, `CannotWrite` for an attribute that has no value.
    """
    if isinstance(plain, Mapping):
        return {str(key): filled(value, subject, settings) for key, value in plain.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(plain, list):
        return [filled(value, subject, settings) for value in plain]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(plain, str) or "${" not in plain:
        return plain
    whole = _HOLE.fullmatch(plain)
    if whole is not None:
        return _looked_up(whole[1], subject, settings)
    parts: list[str | Reference] = []
    at = 0
    for found in _HOLE.finditer(plain):
        parts.append(plain[at : found.start()])
        value = _looked_up(found[1], subject, settings)
        parts.append(value if isinstance(value, Reference) else as_text(value))
        at = found.end()
    parts.append(plain[at:])
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    return Template(tuple(part for part in parts if part != ""))


def _looked_up(name: str, subject: Subject, settings: Mapping[str, Any]) -> Plain:
    if name in settings:
        if settings[name] is None:
            raise NoValue(name)
        return settings[name]
    value = subject.get(name)
    if name in subject.kind.identity and (value is None or value.unknown is not None):
        return _reference(name, subject)
    if value is None:
        raise CannotWrite(f"{name} is not written")
    return plain_of(value, name)


def _reference(name: str, subject: Subject) -> Reference:
    """Return a reference to an attribute that the cloud gives: an arn, an id."""
    from gatepost.rules.places import PathPlace

    place = subject.kind.attributes.get(name)
    attribute = ".".join(str(step) for step in place.path.steps) if isinstance(place, PathPlace) else name
    return Reference(subject.resource.address, attribute)


def plain_of(value: Value, name: str) -> Plain:
    """Return a value as plain data for a fix; raises `CannotWrite` when it is not known."""
    if value.unknown is not None:
        if value.refers_to is not None:
            return value.refers_to
        raise CannotWrite(value.unknown.why)
    if value.is_list:
        return [plain_of(one, name) for one in value.literal]
    if value.is_map:
        return {str(key): plain_of(value.literal[key], name) for key in value.literal}
    if isinstance(value.literal, str | int | float | bool):
        return value.literal
    if value.span is not None:
        return value.span.text
    raise CannotWrite(f"{name} cannot be written as it is")

"""Operands: plain data with `${…}`, whole and typed or inside text; never what an operator does with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from gatepost.conditions.outcome import Trace
from gatepost.conditions.scalars import is_missing, scalar_text
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][\w.-]*)\}")

Getter: TypeAlias = Callable[[str], Value | None]


# What placeholders are replaced by: how to ask the subject itself, and the settings.
Given: TypeAlias = "tuple[Getter, Mapping[str, Any]]"


class _Nothing:
    """An operand whose setting or attribute is not there."""

    __slots__ = ()


class _Undecided:
    """An operand whose attribute is not known."""

    __slots__ = ()


NOTHING, UNDECIDED = _Nothing(), _Undecided()


class Resolved(NamedTuple):
    """An operand with its placeholders replaced: plain data, NOTHING, or UNDECIDED with what was not known."""

    plain: Any
    unknowns: Trace = ()


class Operand:
    """An operand as written. `literal` turns an attribute's text into a pattern that means exactly that text."""

    __slots__ = ("literal", "plain")

    def __init__(self, plain: Any, literal: Callable[[str], str] | None = None) -> None:
        self.plain = plain
        self.literal = literal

    def resolve(self, given: Given) -> Resolved:
        """Return the operand for one judgement."""
        return self._one(self.plain, given)

    def _one(self, plain: Any, given: Given) -> Resolved:
        if isinstance(plain, str):
            whole = PLACEHOLDER.fullmatch(plain)
            return self._look_up(whole[1], given) if whole else self._inside(plain, given)
        if not isinstance(plain, list):
            return Resolved(plain)
        members: list[Any] = []
        unknowns: Trace = ()
        for member in cast("list[Any]", plain):
            found = self._one(member, given)
            unknowns += found.unknowns
            if isinstance(found.plain, list):
                members.extend(cast("list[Any]", found.plain))
            elif found.plain is not NOTHING:
                members.append(found.plain)
        if unknowns:
            return Resolved(UNDECIDED, unknowns)
        return Resolved(members if members or not plain else NOTHING)

    def _inside(self, text: str, given: Given) -> Resolved:
        if "${" not in text:
            return Resolved(text)
        parts: list[str] = []
        unknowns: Trace = ()
        nothing, at = False, 0
        for found in PLACEHOLDER.finditer(text):
            parts.append(text[at : found.start()])
            at = found.end()
            one = self._look_up(found[1], given)
            unknowns += one.unknowns
            as_text = scalar_text(one.plain)
            nothing = nothing or (as_text is None and not one.unknowns)
            parts.append(as_text or "")
        if nothing:
            return Resolved(NOTHING)
        return Resolved(UNDECIDED, unknowns) if unknowns else Resolved("".join(parts) + text[at:])

    def _look_up(self, name: str, given: Given) -> Resolved:
        subject, settings = given
        if name in settings:
            setting = settings[name]
            if not isinstance(setting, Value):
                return Resolved(NOTHING if setting is None else setting)
            value: Value | None = setting
        else:
            value = subject(name)
        return self._plain_value(name, value)

    def _plain_value(self, name: str, value: Value | None) -> Resolved:
        if value is None or is_missing(value):
            return Resolved(NOTHING)
        if value.unknown is not None or value.open:
            return Resolved(UNDECIDED, ((name, value, None),))
        if not value.is_list:
            literal: Any = value.literal
            return Resolved(self.literal(literal) if self.literal is not None and type(literal) is str else literal)
        members: list[Any] = []
        unknowns: Trace = ()
        for member in cast("tuple[Value, ...]", value.literal):
            one = self._plain_value(name, member)
            unknowns += one.unknowns
            if one.plain is not NOTHING:
                members.append(one.plain)
        return Resolved(UNDECIDED, unknowns) if unknowns else Resolved(members)


def names_in(plain: Any) -> list[str]:
    """Return the names in `${…}` of an operand as written, each once; none where it is constant."""
    if isinstance(plain, str):
        return list(dict.fromkeys(PLACEHOLDER.findall(plain))) if "${" in plain else []
    if isinstance(plain, list):
        return list(dict.fromkeys(name for member in cast("list[Any]", plain) for name in names_in(member)))
    return []

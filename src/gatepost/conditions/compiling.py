"""Conditions from plain data to something that can be judged; never reads a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from gatepost.conditions.outcome import Outcome, Subject
from gatepost.conditions.sorts import Schema


class Condition:
    """A compiled condition; judged as often as wanted."""

    __slots__ = ("attributes", "placeholders")

    def __init__(self, attributes: tuple[str, ...], placeholders: tuple[str, ...]) -> None:
        self.attributes = attributes  # of the subject, in the order they are written: for points_at
        self.placeholders = placeholders

    def judge(self, subject: Subject, settings: Mapping[str, Any]) -> Outcome:
        """Return the answer for a subject; `settings` are plain data (or Values) for the placeholders."""
        raise NotImplementedError


def compile_condition(
    plain: Any,
    schema: Schema | None = None,
    placeholders: Collection[str] | None = None,
    *,
    known: bool = False,
) -> Condition:
    """Return the compiled condition.

    `plain` is a mapping as read from YAML. `schema` None: every attribute is there and of any sort.
    `placeholders` are the names of the settings; other names in `${…}` are attributes of the subject; None: any name.
    With `known` the operator `known: true|false` is there too (the gate's; rules do not have it).
    Raises ConditionError.
    """
    raise NotImplementedError

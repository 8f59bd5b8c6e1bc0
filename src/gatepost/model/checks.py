"""A check run as a code host shows it beside a commit; never how it is sent."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gatepost.model.records import NamedTuple

Conclusion: TypeAlias = Literal["success", "failure", "neutral"]


class CheckAnnotation(NamedTuple):
    """A remark at the lines `first` to `last` (1-based, both included) of a file of the commit."""

    path: str
    first: int
    last: int
    level: Literal["failure", "warning", "notice"]
    title: str
    message: str
    details: str = ""


class CheckRun(NamedTuple):
    """What a commit's check says. `summary` is Markdown; `identity` is equal for runs that say the same."""

    name: str
    commit: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[CheckAnnotation, ...]
    identity: str


class CheckWritten(NamedTuple):
    """What became of a check run: how many annotations it has and how many the host refused, why ("" for none)."""

    annotations: int = 0
    lost: int = 0
    why: str = ""
    unchanged: bool = False

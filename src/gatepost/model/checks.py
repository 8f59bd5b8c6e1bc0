"""A check run, and a report of Code Insights, as code hosts show them beside a commit; never how they are sent."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gatepost.model.records import NamedTuple

Conclusion: TypeAlias = Literal["success", "failure", "neutral"]


class CheckAnnotation(NamedTuple):
    """A remark at the lines `first` to `last` (1-based, both included) of a file of the commit.

    `key` is its identity, the same in every run ("" for none); `severity` one of `model.findings.SEVERITIES`.
    """

    path: str
    first: int
    last: int
    level: Literal["failure", "warning", "notice"]
    title: str
    message: str
    details: str = ""
    key: str = ""
    severity: str = "unknown"


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


class InsightsReport(NamedTuple):
    """What Code Insights of Bitbucket says of a commit, in plain text. `id` is the same in every run of one name.

    `data` are rows of a title, a type (TEXT, NUMBER) and a value; `link` is "" for none.
    """

    id: str
    commit: str
    title: str
    details: str
    passed: bool
    data: tuple[tuple[str, str, str | int], ...]
    annotations: tuple[CheckAnnotation, ...]
    link: str = ""

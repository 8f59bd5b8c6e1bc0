"""The shape of a receipt, which its JSON Schema is made from; never a value.

A receipt is a Statement of in-toto's attestation framework, version 1, with a predicate of our own.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from gatepost.model.decisions import Mode, Outcome
from gatepost.reports.shapes import CountsShape, FeedShape, WaiverShape


class SubjectShape(TypedDict):
    """What the statement is about: the commit, images that reports name, and "inputs", all inputs together."""

    name: str
    digest: dict[str, str]


class InputShape(TypedDict):
    """A file that was read, and what for; `in_commit`: the commit holds it so, `commit`: it was read from there."""

    name: str
    role: str
    digest: dict[str, str]
    in_commit: bool
    commit: str | None


class ToolShape(TypedDict):
    """What judged: the version, and the digest of all rules, concepts and tables that come with it."""

    name: Literal["gatepost"]
    version: str
    rules: dict[str, str]


class JudgedShape(TypedDict):
    """What was judged. `dirty`: some of it is not as the commit has it. `folder` is the scanned root in the repository.

    `base` is the commit that the change began at, `base_revision` how it was named. `given` are the names of what the
    command line gave a value, `detectors` the scanners it ran.
    """

    commit: str | None
    dirty: bool
    folder: str
    paths: list[str]
    base: str | None
    base_revision: str | None
    branch: str | None
    environment: str | None
    environments: list[str]
    given: list[str]
    detectors: list[str]


class UsedWaiverShape(TypedDict):
    """A waiver that counted, and the fingerprints of what it covers."""

    waiver: WaiverShape
    covers: list[str]


class ResultShape(TypedDict):
    """What was decided. `decisions` is the digest of the sorted lines "FINGERPRINT ACTION" of all that was decided."""

    action: Outcome
    mode: Mode
    exit_code: int
    counts: CountsShape
    decisions: dict[str, str]
    blocking: list[str]


class ReceiptShape(TypedDict):
    """What was judged, by what, and what came of it, as of a day (ISO)."""

    version: Literal[1]
    today: str
    tool: ToolShape
    policy: str
    judged: JudgedShape
    inputs: list[InputShape]
    feeds: list[FeedShape]
    waivers: list[UsedWaiverShape]
    result: ResultShape


class StatementShape(TypedDict):
    """A receipt of `gatepost check --receipt FILE`: an in-toto statement, to be signed by whoever has a key."""

    _type: Literal["https://in-toto.io/Statement/v1"]
    subject: list[SubjectShape]
    predicateType: Literal["urn:uuid:b93cfa8f-06da-45ac-8a32-05bca9ae0aa3#gatepost-receipt-v1"]
    predicate: ReceiptShape

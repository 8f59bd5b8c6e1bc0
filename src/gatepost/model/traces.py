"""What a run read and by what it judged, for receipts and for what is evidenced; never what was decided."""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.model.findings import Severity
from gatepost.model.records import NamedTuple


class Input(NamedTuple):
    """A file that was read: its path as shown, what for ("source", "report", "policy" …), and the SHA-256 in hex.

    `in_commit`: the commit that is checked out has the file with this content. `commit` is the one that it was read
    from, "" for the work tree.
    """

    name: str
    role: str
    sha256: str
    in_commit: bool = False
    commit: str = ""


class Looked(NamedTuple):
    """A rule of ours, and how many resources (or files, for written values) it applied to and was judged on.

    Instances of a resource that are equal in everything count once, as they are judged once.
    `standards` maps a standard to the numbers of its clauses, as the rule's file says.
    """

    rule: str
    title: str
    category: str
    severity: Severity
    standards: Mapping[str, tuple[str, ...]]
    resources: int = 0
    enabled: bool = True


class Trace(NamedTuple):
    """What a run looked at.

    `commit` is the one that is checked out ("" for none), and `dirty` whether something that was judged is not as it
    has it; `folder` is where the scanned root lies below the top of the repository. `base` is the commit that the
    change began at, `revision` how it was named. `rules` is the SHA-256 of all shipped rules, concepts and tables.
    `given` names what was given on the command line, without values. `images` are those that the reports say they are
    about, as NAME@ALGORITHM:DIGEST.
    """

    today: str
    commit: str = ""
    dirty: bool = False
    folder: str = ""
    base: str = ""
    revision: str = ""
    paths: tuple[str, ...] = ()
    environment: str = ""
    branch: str = ""
    inputs: tuple[Input, ...] = ()
    rules: str = ""
    looked: tuple[Looked, ...] = ()
    given: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

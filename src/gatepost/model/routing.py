"""Where findings are routed to, and what a verdict is about; never who is told how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.model.places import Location
from gatepost.model.records import NamedTuple


class Routed(NamedTuple):
    """A route of a policy with the fingerprints of the findings that take it, in the order of the verdict.

    `destinations` are plain data: service → key → value, without any credential or address to send to.
    """

    name: str
    policy: str
    location: Location
    destinations: Mapping[str, Mapping[str, Any]]
    fingerprints: tuple[str, ...]


class Judged(NamedTuple):
    """What a verdict is about, so that a later one of the same can tell what is gone.

    `repository` is what the build service calls it, "" where none tells; `root` the scanned folder below its top, ""
    for the top itself; `paths` are those that were asked for, relative to that folder; `commit` is what was checked
    out, "" where there is no repository. `change` is true for a pull or merge request.
    """

    repository: str
    root: str
    paths: tuple[str, ...]
    commit: str
    change: bool

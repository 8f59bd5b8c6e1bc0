"""The shape of the list of waivers as JSON, which its JSON Schema is made from; never a value."""

from __future__ import annotations

from typing import Literal, TypedDict

from gatepost.reports.shapes import WaiverUseShape


class ListedWaiverShape(WaiverUseShape):
    """A waiver with what became of it; `doubt` says why it is not sure that it covers nothing."""

    doubt: str | None


class WaiverListShape(TypedDict):
    """The output of `gatepost waivers --format json`."""

    version: Literal[1]
    policy: str
    waivers: list[ListedWaiverShape]

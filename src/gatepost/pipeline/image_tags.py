"""Reads the lists of image tags that a run is given (`--image-tags`, `images: tags:`); never which tag is taken.

A list of the repository is read as the base of a change has it: a change does not bring the tags that it is raised to.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from gatepost.causes.tag_lists import BadList, read_tags
from gatepost.causes.tags import KnownTags
from gatepost.gate import Policy
from gatepost.model.places import Location, Source
from gatepost.model.problems import UsageError
from gatepost.pipeline.policies import OfBase
from gatepost.pipeline.request import Request
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes


def known_tags(request: Request, root: str, policies: Sequence[Policy], base: OfBase | None) -> KnownTags:
    """Return the tags of every list that the request or a policy names; raises `UsageError` for one that is wrong."""
    tags = KnownTags()
    for image, path in request.image_tags:
        _read(tags, path, path, image, base)
    for policy, file in zip(policies, (request.policy, request.organisation_policy), strict=False):
        folder = os.path.dirname(file) if file is not None else root
        for path in policy.image_tags:
            _read(tags, os.path.join(folder, path), path, "", base)
    return tags


def _read(tags: KnownTags, path: str, written: str, image: str, base: OfBase | None) -> None:
    shown = printable_path(written)
    text = _text(path, shown, base)
    try:
        for one in read_tags(text, image):
            tags.add(one.image, one.tag, one.digest, shown)
    except BadList as error:
        source = Source(shown, text, "data")
        region = source.region(error.offset, error.offset)
        line = source.line(region.start_line)
        message = f"the list of image tags cannot be read: {error.what}"
        raise UsageError(message, Location(shown, region), line, error.hint) from None


def _text(path: str, shown: str, base: OfBase | None) -> str:
    try:
        if base is not None:
            for inside in base.inside(path):
                if inside in base.untracked:
                    break  # the pipeline brought it, not the change
                before = base.text(inside)
                if before is not None:
                    return before
        return decode(read_bytes(path))
    except KeyError:
        return ""  # the change brings it; it counts once it is on the base
    except Unreadable as error:
        message = f"the list of image tags {shown!r} cannot be read: {error.what}"
        raise UsageError(message, hint=error.hint) from None

"""Reads the lists of image tags that a run is given (`--image-tags`, `images: tags:`); never which tag is taken.

A list of the repository is read as the base of a change has it: a change does not bring the tags that it is raised to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from gatepost.causes.tag_lists import BadList, read_tags
from gatepost.causes.tags import KnownTags
from gatepost.gate import Policy
from gatepost.model.places import Location, Source
from gatepost.model.problems import UsageError
from gatepost.pipeline.base_commit import Base
from gatepost.pipeline.handed_in import as_base_has, is_of_change, note_of
from gatepost.pipeline.request import Request
from gatepost.sources.reading import Unreadable, decode, printable_path, read_bytes


def known_tags(
    request: Request, root: str, policies: Sequence[Policy], base: Base | None
) -> tuple[KnownTags, tuple[str, ...]]:
    """Return the tags of every list that the request or a policy names, and notes; `UsageError` for a wrong one."""
    tags = KnownTags()
    notes: list[str] = []
    for image, path, written in lists_of(request, root, policies):
        shown = printable_path(written)
        with as_base_has(path, base) as kept:
            if base is not None and is_of_change(path, base):
                notes.append(note_of(written, base))
            if kept is not None:
                _read(tags, kept, shown, image)
    return tags, tuple(dict.fromkeys(notes))


def lists_of(request: Request, root: str, policies: Sequence[Policy]) -> Iterator[tuple[str, str, str]]:
    """Yield (name of the image or "", path, path as it is written) of each list."""
    for image, path in request.image_tags:
        yield image, path, path
    for policy, file in zip(policies, (request.policy, request.organisation_policy), strict=False):
        folder = os.path.dirname(file) if file is not None else root
        for path in policy.image_tags:
            yield "", os.path.join(folder, path), path


def _read(tags: KnownTags, path: str, shown: str, image: str) -> None:
    try:
        text = decode(read_bytes(path))
    except Unreadable as error:
        message = f"the list of image tags {shown!r} cannot be read: {error.what}"
        raise UsageError(message, hint=error.hint) from None
    try:
        for one in read_tags(text, image):
            tags.add(one.image, one.tag, one.digest, shown)
    except BadList as error:
        source = Source(shown, text, "data")
        region = source.region(error.offset, error.offset)
        line = source.line(region.start_line)
        message = f"the list of image tags cannot be read: {error.what}"
        raise UsageError(message, Location(shown, region), line, error.hint) from None

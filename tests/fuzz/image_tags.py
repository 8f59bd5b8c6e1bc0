"""Entry point for fuzzing lists of image tags: they are read, or refused with a place in them."""

from __future__ import annotations

from gatepost.causes.tag_lists import BadList, read_tags
from gatepost.causes.tags import KnownTags, next_tag


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    tags = KnownTags()
    try:
        for one in read_tags(text, "python"):
            tags.add(one.image, one.tag, one.digest, "tags.txt")
    except BadList as error:
        assert 0 <= error.offset <= len(text)
        return
    given = tags.of("python")
    for tag in list(given)[:20]:
        found = next_tag("docker.io/library/python", tag, "", given).tag
        assert found in {"", *given} and found != tag

"""The names that git gives to what it keeps; never git itself."""

from __future__ import annotations

import hashlib


def blob_id(content: bytes) -> str:
    """Return the name (40 hexadecimal digits) of a file's content.

    Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()

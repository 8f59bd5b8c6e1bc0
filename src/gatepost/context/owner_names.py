"""Names of owners and of resources in the form in which sources can be compared; never whose anything is."""

from __future__ import annotations

import re
from functools import lru_cache

from gatepost.model.regexes import regex

_LINK = regex(r"(?:https?:)?//[\w.-]*googleapis\.com/(?:[\w.-]+/v\d\w*/)?")


def folded_id(text: str) -> str:
    """Return an identifier of a cloud in the one form that it is compared in; case does not count.

    Azure does not mind it, and a CMDB does not keep it; links of Google have many hosts.
    """
    text = text.strip().rstrip("/")
    link = _LINK.match(text)
    return (text[link.end() :] if link is not None else text).casefold()


@lru_cache(maxsize=20_000)
def plain_owner(name: str) -> str:
    """Return what is the same in "@acme/search", "group:default/search", "Search" and "search@example.com"."""
    text = name.strip().casefold()
    if "@" in text[1:]:
        text = text[: text.rindex("@")]
    text = text.lstrip("@").rpartition(":")[2]
    return re.sub(r"[\s_.-]+", "-", text.rpartition("/")[2]) or name

"""Which words mean which environment, and how they are found in names; never where a name comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

PRODUCTION = "production"
STAGING = "staging"
DEVELOPMENT = "development"

# A word counts where it stands alone between separators: "prod-eu" speaks of production, "product" of nothing.
WORDS: Mapping[str, str] = {
    **dict.fromkeys(("production", "prod", "prd", "live"), PRODUCTION),
    **dict.fromkeys(("staging", "stage", "stg", "preprod", "preproduction", "preprd", "prelive"), STAGING),
    **dict.fromkeys(("uat", "qa", "acceptance", "nonprod", "nonproduction", "nonprd"), STAGING),
    **dict.fromkeys(("development", "develop", "dev", "test", "testing", "tst", "sandbox"), DEVELOPMENT),
}
# Those that only spell the usual name otherwise: a policy that says one of them means that environment.
SPELLINGS: Mapping[str, str] = {word: WORDS[word] for word in ("prod", "prd", "live", "stage", "stg", "dev", "develop")}
# Names of tags, parameters and variables whose value is an environment, without case, hyphens and underscores.
NAMES = frozenset(
    (
        "env",
        "environment",
        "stage",
        "environmentname",
        "envname",
        "stagename",
        "environmenttype",
        "envtype",
    )
)
_MOST = 300  # characters of a name that are looked at
_JOINED = re.compile(r"(?<![a-z0-9])(non|pre)[-_.\s]+(?=pro?d|live)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def spoken_of(text: str) -> tuple[str, ...]:
    """Return the environments that a name speaks of: "prod-eu" and "AcmeProd2" of production, "product" of none."""
    plain = _JOINED.sub(r"\1", _HUMP.sub("-", text[:_MOST]).lower())
    words = (word.rstrip("0123456789") for word in _BETWEEN.split(plain))
    return tuple(dict.fromkeys(WORDS[word] for word in words if word in WORDS))


def usual_name(name: str) -> str:
    """Return the usual name of an environment ("uat" is staging), the name itself where it is none of our words."""
    found = spoken_of(name)
    return found[0] if len(found) == 1 else name


@lru_cache(maxsize=4096)
def folders_of(path: str) -> tuple[tuple[str, str], ...]:
    """Return (environment, the part of the path that ends with its name): ("production", "live/prod") …"""
    return tuple(_folders(path))


def _folders(path: str) -> Iterator[tuple[str, str]]:
    parts = path.split("/")
    for count, part in enumerate(parts, 1):
        for environment in spoken_of(part):
            yield environment, "/".join(parts[:count])


@lru_cache(maxsize=4096)
def plain_name(key: str) -> str:
    """Return the name of a tag, parameter or variable in the form in which such names are compared."""
    return key.lower().replace("-", "").replace("_", "").replace(" ", "").rpartition(":")[2]

"""Which version mends everything that is known of a package; never one that no report speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatepost.languages.manifests.versions import branch_of, is_prerelease, version_key
from gatepost.model.findings import Finding
from gatepost.model.records import NamedTuple

_MOST_FIXED = 50


class Mending(NamedTuple):
    """The least version that clears all findings that can be cleared, and how many there are for which none is known.

    `version` is "" where no version is known to clear them together.
    """

    version: str
    without: int = 0


def clears(ecosystem: str, version: str, fixed: Sequence[str]) -> bool:
    """Whether the versions that a report calls fixed show that `version` is.

    It is one of them, or follows the highest of them, or follows one in the same branch (the first two numbers).
    """
    if version in fixed:
        return True
    mine = version_key(ecosystem, version)
    keys = [(one, version_key(ecosystem, one)) for one in fixed[:_MOST_FIXED]]
    known = [(one, key) for one, key in keys if key is not None]
    if mine is None or not known:
        return False
    if all(key <= mine for _, key in known):
        return True
    same = [key for one, key in known if branch_of(one) == branch_of(version)]
    return bool(same) and all(key <= mine for key in same)


def mending(ecosystem: str, installed: Iterable[str], findings: Sequence[Finding]) -> Mending:
    """Return the version to raise a package to; `installed` are the versions it is installed in."""
    packages = [one.package for one in findings if one.package is not None]
    lists = list(dict.fromkeys(one.fixed_versions for one in packages if one.fixed_versions))
    without = sum(1 for one in packages if not one.fixed_versions)
    have = [key for one in installed if one and (key := version_key(ecosystem, one)) is not None]
    highest = max(have, default=None)
    offered = {one for fixed in lists for one in fixed[:_MOST_FIXED]}
    above = [(key, one) for one in offered if (key := version_key(ecosystem, one)) is not None]
    above = sorted((key, one) for key, one in above if highest is None or key > highest)
    # A release before what only leads to one, unless that is all there is.
    above.sort(key=lambda pair: is_prerelease(ecosystem, pair[1]))
    for _, one in above:
        if all(clears(ecosystem, one, fixed) for fixed in lists):
            return Mending(one, without)
    return Mending("", without)

"""The identity of a finding, which survives moved lines and reordered blocks; never a line number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gatepost.model.digests import sha256_of
from gatepost.model.findings import Finding, Undecided

_SPACE = re.compile(r"\s+")
_DIGITS = 16


def _digest(parts: Iterable[str]) -> str:
    # Length-prefixed, so that no text can pretend to be two.
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return sha256_of(joined)[:_DIGITS]


def _identity(finding: Finding) -> tuple[str, ...]:
    package = finding.package
    content = _SPACE.sub(" ", finding.content).strip() if finding.content else ""
    rule, what = finding.rule, ()
    if package and finding.ids:
        from gatepost.findings.sameness import package_name, package_version

        # One more scanner that sees the same vulnerability, under whatever name, is no other finding.
        rule = min(finding.ids, key=lambda id: (not id.startswith("CVE-"), id))
        what = (package_name(package.name, package.purl, package.ecosystem), package_version(package.version))
    elif package:
        what = (package.name, package.version, package.ecosystem)
    return (rule, finding.location.path, finding.resource, content, *what, *_caller(finding))


def _caller(finding: Finding) -> tuple[str, ...]:
    """Return the folder that hands a wrong value to a file that several share; empty for what is wrong by itself.

    Else one more caller would take over the identity of another one's finding.
    """
    set_at = finding.origins[-1].location if finding.roots and finding.origins else None
    folder = finding.location.path.rpartition("/")[0]
    if set_at is None or set_at.path.rpartition("/")[0] == folder:
        return ()
    return (f"set in {set_at.path.rpartition('/')[0] or '.'}",)


def with_fingerprints(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with their fingerprints (16 hexadecimal digits), in the same order.

    Findings that are alike in everything but their place are told apart by their order within the file, so that one
    more of them never takes over the identity of another one above it.
    """
    seen: dict[tuple[str, ...], int] = {}
    out: list[Finding] = []
    for finding in findings:
        identity = _identity(finding)
        number = seen.get(identity, 0)
        seen[identity] = number + 1
        parts = (*identity, f"#{number}") if number else identity
        out.append(finding._replace(fingerprint=_digest(parts)))
    return tuple(out)


def with_undecided_fingerprints(undecided: Sequence[Undecided]) -> tuple[Undecided, ...]:
    """Return undecided rules with their fingerprints, made of rule, path and resource."""
    seen: dict[tuple[str, ...], int] = {}
    out: list[Undecided] = []
    for one in undecided:
        identity = ("undecided", one.rule, one.location.path, one.resource)
        number = seen.get(identity, 0)
        seen[identity] = number + 1
        parts = (*identity, f"#{number}") if number else identity
        out.append(one._replace(fingerprint=_digest(parts)))
    return tuple(out)

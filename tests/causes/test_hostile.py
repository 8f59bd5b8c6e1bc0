"""Whatever a report says of packages: the same findings come back, in order, with places in files that are there."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.findings import Artifact, Finding, Layer
from tests.causes.causes import caused, vulnerability
from tests.causes.test_images import STAGES
from tests.causes.test_packages import LOCK, PACKAGE

_FILES = {
    "Dockerfile": STAGES,
    "package.json": PACKAGE,
    "package-lock.json": LOCK,
    "requirements.txt": "a==1\nb>=1,<2\n-r ../../etc/passwd\n-r requirements.txt\n",
    "pom.xml": "<project>",
}
_WORDS = st.sampled_from(
    [
        "",
        "a",
        "b",
        "qs",
        "express",
        "zip",
        "1",
        "6.5.1",
        "2.0",
        "../x",
        "a\0b",
        "é",
        "$(rm)",
        '"',
        "x" * 300,
        "^1",
        "v1",
        "\n",
    ]
)
_PATHS = st.sampled_from(
    [
        "requirements.txt",
        "package-lock.json",
        "pom.xml",
        "shop:1",
        "python:3.11-slim",
        "../..",
        "a\0b",
        "x/node_modules/y",
        "Dockerfile",
    ]
)
_ECOSYSTEMS = st.sampled_from(["", "npm", "pypi", "maven", "deb", "golang", "odd"])


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Return a vulnerability made of odd words."""
    fixed = draw(st.lists(_WORDS, max_size=3))
    found = vulnerability(
        draw(_PATHS), draw(_WORDS), draw(_WORDS), *fixed, ecosystem=draw(_ECOSYSTEMS), line=draw(st.integers(0, 3))
    )
    if draw(st.booleans()):
        layer = Layer(draw(_WORDS), draw(_WORDS), draw(_WORDS)) if draw(st.booleans()) else None
        kind = draw(st.sampled_from(["image", "cluster"]))
        found = found._replace(artifact=Artifact(draw(_WORDS), kind, layer=layer, path=draw(_WORDS)))
    return found


@settings(max_examples=120, deadline=None)
@given(st.lists(findings(), max_size=8))
def test_odd_findings_come_back_in_order(given_findings: list[Finding]):
    with tempfile.TemporaryDirectory() as folder:
        found = caused(Path(folder), _FILES, *given_findings)
    assert [one.ids for one in found] == [one.ids for one in given_findings]
    assert [one.package and one.package.name for one in found] == [
        one.package and one.package.name for one in given_findings
    ]
    for before, after in zip(given_findings, found, strict=True):
        assert after.location.path == before.location.path or after.location.path in _FILES
        assert bool(after.cause) == bool(after.mend)
        for fix in after.fixes:
            for edit in fix.edits:
                assert edit.location.path in _FILES
                assert not set(edit.replacement) & set("$`\0")
            assert fix.proof == "needs_rescan" or fix.edits

"""Findings that are alike but for what is compared last are in the order of their text, worked out as far as needed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.findings.joining import in_order
from gatepost.model.findings import Detector, Finding
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE

_TEXTS = st.sampled_from(["", "a", "ab", "a'", "b"])


def _found(why: str, tools: list[str], cwe: list[int], tags: dict[str, str], ids: list[str]) -> Finding:
    detectors = tuple(Detector(one, f"{one}/x") for one in tools)
    place = Location("a", NOWHERE)
    one = Finding("t/x", "x", "x", "high", "medium", "vulnerability", place, why=why, detectors=detectors)
    return one._replace(cwe=tuple(cwe), tags=tags, ids=tuple(ids))


_FINDINGS = st.builds(
    _found,
    _TEXTS,
    st.lists(_TEXTS, max_size=2),
    st.lists(st.sampled_from([1, 10, 100]), max_size=2),
    st.dictionaries(_TEXTS, _TEXTS, max_size=2),
    st.lists(_TEXTS, max_size=2),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_FINDINGS, max_size=5))
def test_findings_that_differ_late_are_in_the_order_of_their_text(findings: list[Finding]):
    assert in_order(findings) == sorted(findings, key=repr)

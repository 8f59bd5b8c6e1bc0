"""Laws of waivers, over policies and findings made at random."""

from __future__ import annotations

from typing import Any

from gate_samples import TODAY, at, context, finding, policy
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.gate import Decided, Side, decide
from gatepost.gate.narrowing import WaiverIndex
from gatepost.gate.waivers import Inline, waiver_covers
from gatepost.model.decisions import ACTIONS, Assessment, Waiver
from gatepost.model.findings import Finding, Package
from gatepost.model.places import Location, Region

POLICY = policy(
    """\
    gate:
      - {name: a, when: {environment: production, severity: {at_least: high}}, decide: block}
      - {name: b, when: {severity: critical}, decide: block}
      - {name: c, when: {severity: {at_least: medium}}, decide: warn}
      - {name: d, when: {environment: staging, category: storage}, decide: block}
    inline_waivers: {refuse_above: high, refuse_in: [production], accept_new: false}
    waiver_rules: {longest: 90d, by: [me, "*@acme.com"]}
    """
)
VALUES = {
    "rule": ["a/b", "a/*", "*", "trivy/CVE-1", "none"],
    "path": ["a.tf", "live/**", "live/b.tf", "*.tf"],
    "resource": ["r.a", "r.*", "r.a[0]", "m[*].r.a", "m.r.a"],
    "package": ["lodash", "lod*", "pkg:npm/lodash", "lodash <4", "lodash >=4"],
    "vulnerability": ["CVE-1", "cve-1", "GHSA-*"],
    "fingerprint": ["0123456789abcdef", "0000000000000000"],
    "environment": ["production", "staging", "s*"],
}
REGION = Region(1, 1, 4, 1)
scopes = st.dictionaries(st.sampled_from(list(VALUES)), st.integers(0, 4), min_size=1, max_size=3).map(
    lambda given: tuple((key, (VALUES[key][number % len(VALUES[key])],)) for key, number in sorted(given.items()))
)
waivers = st.builds(
    Waiver,
    scopes,
    st.sampled_from(["2026-11-01", "2026-12-01", "2027-12-01"]),
    st.just("why"),
    st.sampled_from(["me", "you", "x@acme.com"]),
    st.builds(
        Location, st.sampled_from(["a.tf", "gatepost.yaml"]), st.integers(1, 9).map(lambda n: Region(n, 1, n, 9))
    ),
    st.sampled_from([None, Location("a.tf", REGION), Location("live/b.tf", REGION)]),
    since=st.sampled_from(["", "2026-11-21", "2026-11-22"]),
)
findings = st.builds(
    finding,
    st.sampled_from(["critical", "high", "low", "unknown"]),
    rule=st.sampled_from(["a/b", "trivy/CVE-1"]),
    location=st.builds(at, st.sampled_from(["a.tf", "live/b.tf"]), st.integers(1, 5)),
    resource=st.sampled_from(["", "r.a", "r.a[0]", 'm["x"].r.a[0]']),
    package=st.sampled_from([None, Package("lodash", "4.1", (), "", "npm"), Package("Lodash", "x")]),
    ids=st.sampled_from([(), ("CVE-1", "GHSA-1")]),
    fingerprint=st.sampled_from(["0123456789abcdef", "f" * 16]),
)
places = st.lists(st.sampled_from(["production", "staging", "unknown"]), min_size=1, max_size=3, unique=True)
assessments = st.lists(
    st.builds(lambda one, names: Assessment(one, context(*names)), findings, places), min_size=1, max_size=4
)


def judged(listed: list[Waiver], found: list[Assessment], **more: Any) -> Decided:
    written = tuple(one for one in listed if one.covers is None)
    inline = Inline(tuple(one for one in listed if one.covers is not None), new=frozenset(more.pop("new", ())))
    return decide(Side(POLICY._replace(waivers=written), found), inline=inline, today=TODAY)


def ranks(result: Decided) -> list[int]:
    return [ACTIONS.index(one.action) for one in result.decisions]


@given(st.lists(waivers, max_size=6), assessments, st.data())
@settings(max_examples=150, deadline=None)
def test_a_waiver_more_never_makes_a_decision_stricter(listed, found, data) -> None:
    fewer = [one for one in listed if data.draw(st.booleans())]
    more = zip(ranks(judged(listed, found)), ranks(judged(fewer, found)), strict=True)
    assert all(with_more <= with_fewer for with_more, with_fewer in more)


@given(st.lists(waivers, max_size=6), assessments, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_waivers_does_not_matter_for_an_action(listed, found, random) -> None:
    shuffled = list(listed)
    random.shuffle(shuffled)
    assert ranks(judged(listed, found)) == ranks(judged(shuffled, found))


@given(st.lists(waivers, max_size=6), assessments, st.data())
@settings(max_examples=100, deadline=None)
def test_what_the_change_brings_never_softens_where_that_is_refused(listed, found, data) -> None:
    inline = [one for one in listed if one.covers is not None]
    new = [one.location for one in inline if data.draw(st.booleans())]
    old = [one for one in listed if one.covers is None or one.location not in new]
    assert ranks(judged(listed, found, new=new)) == ranks(judged(old, found))


@given(st.lists(waivers, max_size=6), assessments)
@settings(max_examples=150, deadline=None)
def test_what_ended_covers_nothing_or_is_shadowed_can_go(listed, found) -> None:
    result = judged(listed, found)
    goes = {"expired", "unused", "refused", "not_yet_valid", "shadowed"}
    kept = [use.waiver for use in result.waivers if goes.isdisjoint(use.states)]
    assert ranks(judged(kept, found)) == ranks(result)


@given(st.lists(waivers, max_size=8), findings)
@settings(max_examples=200, deadline=None)
def test_the_index_leaves_out_no_waiver_that_covers(listed: list[Waiver], found: Finding) -> None:
    written = [one for one in listed if one.covers is None]
    about = WaiverIndex(written).about(found)
    assert [one for one in about if waiver_covers(one, found)] == [one for one in written if waiver_covers(one, found)]

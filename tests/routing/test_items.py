"""A saved verdict is read with care: whoever wrote it, it is used, or refused with a sentence."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.problems import UsageError
from gatepost.routing.files import slug
from gatepost.routing.items import read_routing
from tests.fuzz.routed_verdict import fuzz
from tests.routing.verdicts import finding, verdict

JIRA = {"jira": {"project": "SB"}}


@pytest.mark.parametrize(
    "data",
    [None, [], "x", {}, {"version": 2, "findings": []}, {"version": 1}, {"version": 1, "findings": {}}],
)
def test_what_is_no_verdict_is_refused(data: Any) -> None:
    with pytest.raises(UsageError, match="the verdict cannot be used"):
        read_routing(data)


@pytest.mark.parametrize(
    "to",
    [
        {"fax": {}},
        {"jira": None},
        {"jira": {"project": "SB", "url": "https://evil.example"}},
        {"jira": {"project": 'SB" OR project = "X'}},
        {"slack": {"webhook": "AWS_SECRET_ACCESS_KEY"}},
        {"webhook": {"url": "https://evil.example", "secret": "GATEPOST_S"}},
        {"github": []},
        {"github": {"repository": "../../x/y"}},
        {"servicenow": {"table": "incident/../sys_user"}},
    ],
)
def test_settings_that_a_policy_may_not_have_are_refused(to: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="the verdict cannot be used"):
        read_routing(verdict(finding(1), to=to))


def test_groups_and_lone_findings_have_identities_that_no_line_moves() -> None:
    one = read_routing(verdict(finding(1), finding(2, group="g"), finding(3, group="g"), to=JIRA))
    moved = {"start_line": 7, "start_column": 1, "end_line": 7, "end_column": 2}
    other = read_routing(verdict(finding(3, group="g", region=moved), finding(1, region=moved), to=JIRA))
    assert {item.key for item in one.batches[0].items} == {item.key for item in other.batches[0].items}
    elsewhere = read_routing(verdict(finding(1), to=JIRA, repository="acme/other"))
    below = read_routing(verdict(finding(1), to=JIRA, root="infra"))
    keys = {routing.batches[0].items[0].key for routing in (one, elsewhere, below)}
    assert len(keys) == 3


def test_the_order_of_findings_never_matters() -> None:
    findings = [finding(n, group="g" if n % 3 else None, severity=("high", "low")[n % 2]) for n in range(1, 20)]
    first = read_routing(verdict(*findings, to=JIRA)).batches[0].items
    random.Random(3).shuffle(findings)
    assert read_routing(verdict(*findings, to=JIRA)).batches[0].items == first


def test_a_commit_or_a_date_that_is_none_is_not_told() -> None:
    waiver = {"until": "@everyone", "by": "x", "why": "y"}
    decision = {"action": "block", "because": None, "waiver": waiver, "notes": [], "due": "https://evil"}
    routing = read_routing(verdict(finding(1, decision=decision), to=JIRA, commit="@everyone"))
    assert routing.about.commit == ""
    assert routing.batches[0].items[0].due == ""
    assert set(routing.here.values()) == {"waived"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(finding(1))), _JSON)
def test_no_value_of_a_finding_makes_it_crash(name: str, value: Any) -> None:
    data = verdict({**finding(1), name: value, "routes": ["net"]}, to=JIRA)
    try:
        routing = read_routing(data)
    except UsageError:
        return
    assert len(routing.batches) == 1


@pytest.mark.parametrize("name", ["a b", "A", "../x", "", "ü", "x" * 300, "con/../..", "\x00"])
def test_a_file_name_holds_nothing_but_letters_digits_and_hyphens(name: str) -> None:
    made = slug(name)
    assert made.replace("-", "").isalnum()
    assert made.isascii()
    assert len(made) < 80


def test_names_that_differ_get_files_that_differ() -> None:
    assert len({slug(name) for name in ("Team A", "team a", "team-a", "team_a", "TEAM A")}) == 5


_WHOLE = json.dumps(verdict(finding(1, group="g"), finding(2), to={**JIRA, "slack": {"channel": "C0"}})).encode()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(_WHOLE)), st.integers(0, 40), st.binary(max_size=12))
def test_no_bytes_make_it_crash(begin: int, length: int, put: bytes) -> None:
    fuzz(_WHOLE[:begin] + put + _WHOLE[begin + length :])

"""`settings` of a policy: names and values are held to the vocabulary, and each rule gets what is meant for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gate_samples import error, shipped
from hypothesis import given as given_examples
from hypothesis import settings
from hypothesis import strategies as st

from gatepost.gate import Policy, load
from gatepost.gate.given_settings import settings_for
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.model.shared_settings import VOCABULARY

KEY = "arn:aws:kms:eu-central-1:111122223333:key/1"
RULES: dict[str, dict[str, Any]] = {
    "aws/s3/bucket-customer-key": {"kms_key": None},
    "google/storage/bucket-customer-key": {"kms_key": None},
    "aws/ec2/ssh-open-to-internet": {"trusted_networks": None, "many": 65536},
    "docker/url-added": {"checksum": None},
    "acme/owner-unknown": {"cost_centre": None},
}


def read(text: str, extends: str = "extends: recommended\n") -> Policy:
    return load(Source("gatepost.yaml", f"version: 1\n{extends}{text}", "policy"), shipped, RULES)


def given(text: str, rule: str) -> dict[str, Any]:
    return settings_for(read(text).settings, rule, RULES[rule])


def test_a_key_goes_to_the_rules_of_its_own_cloud() -> None:
    text = f"settings: {{kms_key: '{KEY}'}}\n"
    assert given(text, "aws/s3/bucket-customer-key") == {"kms_key": KEY}
    assert given(text, "google/storage/bucket-customer-key") == {}


def test_what_is_given_for_a_provider_counts_there_before_what_is_given_for_all() -> None:
    other = "arn:aws:kms:eu-west-1:111122223333:key/2"
    google = "projects/p/locations/eu/keyRings/r/cryptoKeys/k"
    text = f"settings: {{aws: {{kms_key: '{other}'}}, kms_key: '{KEY}', google: {{kms_key: {google}}}}}\n"
    assert given(text, "aws/s3/bucket-customer-key") == {"kms_key": other}
    assert given(text, "google/storage/bucket-customer-key") == {"kms_key": google}


def test_one_network_is_a_list_of_one() -> None:
    text = "settings: {trusted_networks: 10.0.0.0/8}\n"
    assert given(text, "aws/ec2/ssh-open-to-internet") == {"trusted_networks": ["10.0.0.0/8"]}


def test_a_rule_of_ones_own_names_a_setting_of_its_own() -> None:
    assert given("settings: {cost_centre: 4711}\n", "acme/owner-unknown") == {"cost_centre": 4711}


def test_a_rule_gets_only_what_it_takes() -> None:
    assert given(f"settings: {{kms_key: '{KEY}', trusted_networks: 10.0.0.0/8}}\n", "docker/url-added") == {}


def fault(text: str) -> UsageError:
    with pytest.raises(UsageError) as raised:
        read(text)
    return raised.value


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("settings: {kms_keys: a}", 12, 'no rule takes a setting "kms_keys"', 'did you mean "kms_key"?'),
        ("settings: {cost_center: a}", 12, 'no rule takes a setting "cost_center"', 'did you mean "cost_centre"?'),
        ("settings: {goggle: {kms_key: a}}", 12, 'no rule takes a setting "goggle"', 'did you mean "google"?'),
        ("settings: {google: {kms_kye: a}}", 21, 'no rule takes a setting "kms_kye"', 'did you mean "kms_key"?'),
        ("settings: {many: 7}", 12, "`many` is a setting of single rules",
         "write rules: {aws/ec2/ssh-open-to-internet: {many: …}}"),
        ("settings: {checksum: a}", 12, "`checksum` is a setting of single rules",
         "write rules: {docker/url-added: {checksum: …}}"),
        ("settings: {kms_key: }", 12, "`kms_key` has no value", "give one, or leave it out"),
        ("settings: {kms_key: alias/a}", 21, '`kms_key` cannot be "alias/a"', None),
        ("settings: {google: {kms_key: 'arn:aws:kms:x:1:key/1'}}", 30,
         '`kms_key` cannot be "arn:aws:kms:x:1:key/1"', None),
        ("settings: {trusted_networks: [10.0.0.0/8, office]}", 30,
         '`trusted_networks` cannot be "10.0.0.0/8", "office"',
         "it is written as in 10.20.0.0/16"),
        ("settings: {trusted_networks: []}", 30, "`trusted_networks` is an empty list", None),
        ("settings: {retention_days: long}", 28, "`retention_days` has to be a number", None),
        ("settings: [kms_key]", 11, "`settings` has to be a mapping", None),
    ],
)  # fmt: skip
def test_what_cannot_take_effect_is_refused_at_its_place(
    text: str, column: int, message: str, hint: str | None
) -> None:
    found = fault(text + "\n")
    assert found.location is not None
    assert (found.location.region.start_line, found.location.region.start_column) == (3, column)
    assert found.message == message
    assert hint is None or found.hint == hint


def test_names_are_held_to_the_vocabulary_where_no_rules_are_known() -> None:
    assert error("version: 1\nextends: recommended\nsettings: {trusted_netwrks: 10.0.0.0/8}\n").hint


def test_ours_count_before_those_of_the_policy_that_is_extended() -> None:
    def lower(name: str) -> Source:
        text = "version: 1\ngate: []\nsettings: {trusted_networks: 10.1.0.0/16, kms_key: 'arn:aws:kms:x:1:key/1'}\n"
        return Source(name, text, "policy")

    text = "version: 1\nextends: strict\nsettings: {trusted_networks: 10.2.0.0/16}\n"
    given = load(Source("gatepost.yaml", text, "policy"), lower, RULES).settings
    assert settings_for(given, "aws/x", ("trusted_networks", "kms_key")) == {
        "trusted_networks": ["10.2.0.0/16"],
        "kms_key": "arn:aws:kms:x:1:key/1",
    }


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given_examples(
    st.dictionaries(st.sampled_from([*VOCABULARY, "aws", "google", "acme", "many", ""]), _VALUES, max_size=4)
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_is_taken_or_refused_at_a_place(written: dict[str, Any]) -> None:
    try:
        policy = read("settings: " + json.dumps(written) + "\n")
    except UsageError as refused:
        assert refused.location is not None and refused.location.region.start_line == 3
    else:
        for rule, names in RULES.items():
            settings_for(policy.settings, rule, names)

"""One shared vocabulary of settings: what a policy has to give has one name in every rule."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from gatepost.model.shared_settings import VOCABULARY, fits
from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files

POLICIES = Path(__file__).parent.parent.parent / "policies"


@cache
def rules():
    return load(*policy_files(str(POLICIES))).rules()


def test_what_a_policy_has_to_give_is_called_by_a_name_of_the_vocabulary() -> None:
    named = {(rule.id, name) for rule in rules() for name, default in rule.settings.items() if default is None}
    unknown = sorted(f"{id}: {name}" for id, name in named if name not in VOCABULARY)
    assert not unknown, "VOCABULARY in src/gatepost/model/shared_settings.py has the names and what they mean"


def test_every_name_of_the_vocabulary_is_taken_by_a_rule_so_that_giving_it_has_an_effect() -> None:
    assert VOCABULARY.keys() <= {name for rule in rules() for name in rule.settings}


def test_a_setting_of_the_vocabulary_has_a_form_for_each_provider_whose_rules_take_it() -> None:
    taken = {(name, rule.id.partition("/")[0]) for rule in rules() for name in rule.settings if name in VOCABULARY}
    lacking = sorted(
        pair for pair in taken if pair[1] not in VOCABULARY[pair[0]].forms and "" not in VOCABULARY[pair[0]].forms
    )
    assert not lacking


@pytest.mark.parametrize("name", VOCABULARY)
def test_the_examples_of_the_vocabulary_fit_their_own_form(name: str) -> None:
    meaning = VOCABULARY[name]
    assert meaning.forms and meaning.what and not meaning.what.endswith(".")
    for provider, form in meaning.forms.items():
        assert form.example and re.compile(form.pattern)
        assert fits(name, provider, form.example)


def test_a_key_of_one_cloud_is_none_of_another() -> None:
    key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd"
    assert fits("kms_key", "aws", key)
    assert not fits("kms_key", "google", key) and not fits("kms_key", "azure", key)


def test_a_network_is_written_as_one() -> None:
    assert fits("trusted_networks", "aws", ["10.0.0.0/8", "fd00::/8", "203.0.113.7"])
    assert not fits("trusted_networks", "aws", ["10.0.0.0/8", "office"])


def test_a_long_value_is_refused_at_once() -> None:
    assert not fits("trusted_networks", "aws", ["::" * 200_000 + "x"])

"""How a policy infers environments: what of it is understood, and what is an error."""

from __future__ import annotations

import pytest

from gatepost.gate.policy import Policy, load
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.sources.shipped import shipped_policy

LINE = "gate:\n  - {name: x, when: {environment: stagin}, decide: warn}\n"
BEGIN = "version: 1\nextends: recommended\n"


def policy(text: str, begin: str = BEGIN) -> Policy:
    return load(Source("gatepost.yaml", begin + text, "policy"), shipped_policy)


def test_recommended_infers_and_its_own_word_counts_first() -> None:
    assert policy("").inference is not None
    assert policy("environments: {infer: false}\n").inference is None
    assert policy("gate: []\n", "version: 1\n").inference is None


def test_an_account_defines_its_environment() -> None:
    found = policy('environments: {accounts: {"123456789012": shop}, staging: {path: a}}\n')
    assert found.inference is not None
    assert [(account, name) for account, (name, _) in found.inference.accounts.items()] == [("123456789012", "shop")]
    assert {"shop", "staging", "production", "development", "unknown"} <= set(found.known_environments)


def test_a_policy_keeps_its_own_word() -> None:
    names = policy("environments: {prod: {path: a}}\n").inference
    assert names is not None and names.names == {"production": "prod"}
    spoken = policy("gate:\n  - {name: x, when: {environment: prd}, decide: warn}\n").inference
    assert spoken is not None and spoken.names == {"production": "prd"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("environments: {infer: perhaps}\n", "`infer` has to be true or false"),
        ('environments: {infer: false, accounts: {"123456789012": production}}\n', "take effect only where"),
        ("environments: {accounts: {}}\n", "`accounts` is empty"),
        ("environments: {accounts: [a]}\n", "`accounts` has to be a mapping"),
        ("environments: {accounts: {1234: production}}\n", '"1234" is no account'),
        ('environments: {accounts: {"123456789012": unknown}}\n', "cannot be called"),
        ('environments: {accounts: {"123456789012": [a]}}\n', "has to be text"),
        ("environments: {production: {infer: true}}\n", "stands beside the environments"),
        (f"environments: {{a: {{path: a}}}}\n{LINE}", "unknown environment"),
    ],
)
def test_what_cannot_take_effect_is_an_error(text: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        policy(text)
    assert message in raised.value.message
    assert raised.value.location is not None

"""Which words mean which environment, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.environment_words import WORDS, folders_of, plain_name, spoken_of, usual_name
from gatepost.pipeline.environments import environment_named


@pytest.mark.parametrize(
    "name", ["prod", "PROD", "prd", "live", "production", "prod-eu", "eu_prod1", "AcmeProd", "prod.json"]
)
def test_words_for_production(name: str) -> None:
    assert spoken_of(name) == ("production",)


@pytest.mark.parametrize(
    "name", ["stage", "stg", "staging2", "pre-prod", "PreProd", "uat", "qa", "non-prod", "nonprod", "pre_live"]
)
def test_words_for_staging(name: str) -> None:
    assert spoken_of(name) == ("staging",)


@pytest.mark.parametrize("name", ["dev", "development", "develop", "test", "sandbox-1", "eksDev"])
def test_words_for_development(name: str) -> None:
    assert spoken_of(name) == ("development",)


@pytest.mark.parametrize(
    "name",
    ["product", "products", "reprod", "liveness", "alive", "delivery", "stages", "backstage", "devops", "device",
     "developer", "tests", "latest", "contest", "attest", "qatar", "main", "ρrod", "ｐrod", ""],
)  # fmt: skip
def test_what_only_looks_like_an_environment_is_none(name: str) -> None:
    assert spoken_of(name) == ()


def test_a_name_may_speak_of_two() -> None:
    assert spoken_of("dev-to-prod") == ("development", "production")
    assert usual_name("dev-to-prod") == "dev-to-prod"


def test_each_folder_is_told_with_the_way_to_it() -> None:
    assert folders_of("live/dev/main.tf") == (("production", "live"), ("development", "live/dev"))


def test_keys_are_compared_without_case_hyphens_and_prefix() -> None:
    assert plain_name("acme:Environment-Name") == "environmentname"


@pytest.mark.parametrize("word", sorted(WORDS))
def test_var_files_know_no_word_otherwise(word: str) -> None:
    assert usual_name(environment_named(word) or word) == WORDS[word]


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_any_text_speaks_of_known_environments(text: str) -> None:
    assert set(spoken_of(text)) <= set(WORDS.values())

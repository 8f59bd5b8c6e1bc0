"""Laws of inferring: what is not certain only adds, production always counts, and no order matters."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.context.inferring import infer
from gatepost.model.findings import Sign
from gatepost.model.places import Location, Region
from gatepost.model.policy import Comparison, Inference, Surroundings

NAMES = ("production", "staging", "development")


def _sign(name: str, weak: bool) -> Sign:
    return Sign(name, "told", None, weak)


_signs = st.lists(st.builds(_sign, st.sampled_from(NAMES), st.booleans()), max_size=4)
_weak = st.lists(st.builds(_sign, st.sampled_from(NAMES), st.just(True)), max_size=3)
_paths = st.sampled_from(("main.tf", "dev/main.tf", "prod/main.tf", "a/stage/main.tf"))


def environments(path: str, signs: list[Sign], base: Comparison | None = None) -> set[str]:
    around = Surroundings({}, tuple(signs[:1]))
    return {fact.name for fact in infer(path, (), signs[1:], (), Inference(), around, base)}


@settings(max_examples=60)
@given(_paths, _signs, _weak)
def test_what_is_not_certain_only_adds(path: str, signs: list[Sign], weak: list[Sign]) -> None:
    before = environments(path, signs)
    after = environments(path, [*signs, *weak])
    # `unknown` goes only where production takes its place
    assert before - {"unknown"} <= after
    assert "unknown" not in before or "unknown" in after or "production" in after


@settings(max_examples=60)
@given(_paths, _signs)
def test_production_that_is_told_is_never_lost(path: str, signs: list[Sign]) -> None:
    told = any(sign.environment == "production" for sign in signs) or path.startswith("prod/")
    assert ("production" in environments(path, signs)) == told


@settings(max_examples=60)
@given(_paths, _signs)
def test_no_order_matters(path: str, signs: list[Sign]) -> None:
    assert environments(path, signs) == environments(path, signs[::-1])


@settings(max_examples=60)
@given(_paths, _signs)
def test_what_a_change_writes_is_no_certainty(path: str, signs: list[Sign]) -> None:
    written = [sign._replace(location=Location("x.tf", Region(1, 1, 1, 2))) for sign in signs]
    base = Comparison({}, frozenset(), {"x.tf": [(1, 9)]}, brought=frozenset(("dev", "a/stage")))
    found = environments(path, written, base)
    assert "production" in found or "unknown" in found


def test_there_is_always_an_answer() -> None:
    assert environments("main.tf", []) == {"unknown"}

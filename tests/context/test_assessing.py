from __future__ import annotations

from gatepost.context import assess, place
from gatepost.model.decisions import Fact
from gatepost.model.findings import Finding
from gatepost.model.places import Location, Region
from gatepost.model.policy import EnvironmentClause, Facts

NO_FACTS = Facts()
HERE = Location("gatepost.yaml", Region(5, 3, 5, 20))


def clause(name: str, **keys: str) -> EnvironmentClause:
    return EnvironmentClause(
        name, tuple((key.replace("__", "."), tuple(value.split())) for key, value in keys.items()), HERE
    )


def reached(
    path: str, *clauses: EnvironmentClause, tags: dict[str, str] | None = None, facts: Facts = NO_FACTS
) -> list:
    return [tuple(fact) for fact in place(path, tags or {}, clauses, facts).environments]


def test_an_environment_is_told_with_its_evidence() -> None:
    live = clause("production", path="live/prod/** live/eu/**")
    assert reached("live/eu/main.tf", live) == [("production", "path live/eu/** (gatepost.yaml:5)")]


def test_all_environments_that_match_apply() -> None:
    both = (clause("production", path="live/**"), clause("europe", path="live/eu/**"))
    assert [name for name, _ in reached("live/eu/main.tf", *both)] == ["production", "europe"]


def test_all_keys_of_a_clause_have_to_hold() -> None:
    live = clause("production", path="live/**", tag__env="prod production")
    assert reached("live/a.tf", live) == [("unknown", "no clause of the policy matches")]
    assert reached("live/a.tf", live, tags={"env": "production"}) == [
        ("production", "path live/**, tag.env production (gatepost.yaml:5)")
    ]


def test_a_branch_is_matched_as_a_whole() -> None:
    release = clause("production", branch="main release/*")
    assert reached("a.tf", release, facts=Facts(branch="release/1.2", branch_how="GITHUB_BASE_REF")) == [
        ("production", "branch release/1.2 (GITHUB_BASE_REF) (gatepost.yaml:5)")
    ]
    assert reached("a.tf", release, facts=Facts(branch="feature/main"))[0][0] == "unknown"


def test_a_branch_that_is_not_known_is_told() -> None:
    how = reached("a.tf", clause("production", branch="main"))[0][1]
    assert how == "no clause of the policy matches, and the branch is not known"


def test_the_caller_overrides_every_clause() -> None:
    live = clause("production", path="live/**")
    assert reached("live/a.tf", live, facts=Facts(environment="staging")) == [("staging", "--environment")]


def test_without_clauses_the_environment_is_unknown() -> None:
    assert reached("a.tf") == [("unknown", "the policy names no environments")]


def test_findings_keep_their_order_and_nothing_else_is_made_up() -> None:
    found = [
        Finding("r", "t", "m", "high", "high", "c", Location(path, HERE.region), tags=tags)
        for path, tags in (("live/a.tf", {}), ("b.tf", {"env": "prod"}), ("live/a.tf", {"env": "test"}))
    ]
    clauses = [clause("production", path="live/**"), clause("tagged", tag__env="prod")]
    assessed = assess(found, clauses, Facts())
    assert [one.finding for one in assessed] == found
    names = [[fact.name for fact in one.context.environments] for one in assessed]
    assert names == [["production"], ["tagged"], ["production"]]
    context = assessed[0].context
    assert (context.owners, context.is_new, context.age, context.root_cause) == (None, None, None, None)
    assert isinstance(context.environments[0], Fact)

"""Attempts on the policy: the change edits, deletes, shadows or renames what decides about it."""

from __future__ import annotations

import pytest

from gatepost.model.problems import UsageError
from tests.redteam.attempts import attempt
from tests.redteam.repository import FAULT, PLACE, POLICY, PUBLIC, Repository, not_passed, of_rule, stopped, told

G = "the policy"
LAX = "version: 1\ngate:\n  - {name: all is well, when: {severity: {at_least: info}}, decide: allow}\n"


def with_policy(repo: Repository, text: str, base: str = POLICY) -> Repository:
    return repo.based({"gatepost.yaml": base}).write({"gatepost.yaml": text, PLACE: PUBLIC})


@attempt(1, G, "softens the lines of `gatepost.yaml`", "the policy of the base decides; the effect is told")
def test_softer_lines(repo: Repository) -> None:
    verdict = with_policy(repo, LAX).judged()
    stopped(verdict)
    assert "would let pass" in told(verdict)


@attempt(2, G, "sets `mode: observe`", "the mode of the base counts")
def test_observe(repo: Repository) -> None:
    stopped(with_policy(repo, POLICY + "mode: observe\n").judged())


@attempt(3, G, "excludes the folder", "the base's excluded paths count")
def test_excluded(repo: Repository) -> None:
    stopped(with_policy(repo, POLICY + 'exclude: ["live/**"]\n').judged())


@attempt(4, G, "switches the rule off", "the base's switches count")
def test_rule_off(repo: Repository) -> None:
    stopped(with_policy(repo, POLICY + f"rules:\n  {FAULT}: {{enabled: false}}\n").judged())


@attempt(5, G, "lowers the severity of the rule", "the base's severities count")
def test_severity_lowered(repo: Repository) -> None:
    base = POLICY.replace("at_least: info}}", "at_least: medium}}")
    verdict = with_policy(repo, base + f"rules:\n  {FAULT}: {{severity: info}}\n", base).judged()
    stopped(verdict)


@attempt(6, G, "extends the shipped policy that never fails a build", "the base's policy is not extended by the change")
def test_extends_observe(repo: Repository) -> None:
    stopped(with_policy(repo, "version: 1\nextends: observe\n").judged())


@attempt(7, G, "renames the environment, so that production is somewhere else", "the base's clauses count")
def test_environment_renamed(repo: Repository) -> None:
    base = POLICY.replace(
        "when: {severity: {at_least: info}}, decide: block", "when: {environment: production}, decide: block"
    )
    verdict = with_policy(repo, base.replace("live/prod/**", "elsewhere/**"), base).judged()
    stopped(verdict)


@attempt(8, G, "deletes the policy", "the policy of the base decides")
def test_deleted(repo: Repository) -> None:
    repo.based().write({PLACE: PUBLIC}).remove("gatepost.yaml")
    stopped(repo.judged())


@attempt(9, G, "adds a policy where the base has none", "the shipped policy `recommended` decides")
def test_first_policy(repo: Repository) -> None:
    repo.remove("gatepost.yaml").based().write({PLACE: PUBLIC, "gatepost.yaml": LAX})
    verdict = repo.judged()
    not_passed(verdict)
    assert "recommended" in verdict.policy


@attempt(10, G, "adds a second policy in a subfolder, or one higher up", "only the one where the check runs is read")
@pytest.mark.parametrize(
    "place", ["live/prod/gatepost.yaml", "live/gatepost.yaml", ".github/gatepost.yaml", "gatepost.yml"]
)
def test_second_policy(repo: Repository, place: str) -> None:
    stopped(repo.based().write({place: LAX, PLACE: PUBLIC}).judged())


@attempt(
    11,
    G,
    "adds a policy to the folder in which the pipeline runs the check, below the one that has counted",
    "the base had none there, so `recommended` decides",
)
def test_policy_nearer(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.based().write({"live/gatepost.yaml": LAX, PLACE: PUBLIC}).commit()
    from tests.redteam.repository import judged_in

    verdict = judged_in(repo.folder / "live", base="main")
    not_passed(verdict)
    assert "recommended" in verdict.policy


@attempt(12, G, "makes `gatepost.yaml` a link to a softer file", "the base's text decides")
def test_policy_is_a_link(repo: Repository) -> None:
    repo.based().write({"soft.yaml": LAX, PLACE: PUBLIC}).remove("gatepost.yaml")
    (repo.folder / "gatepost.yaml").symlink_to("soft.yaml")
    stopped(repo.judged())


@attempt(13, G, "changes the target of a policy that was a link", "the base's target decides")
def test_target_of_a_linked_policy(repo: Repository) -> None:
    repo.remove("gatepost.yaml").write({"rules/policy.yaml": POLICY})
    (repo.folder / "gatepost.yaml").symlink_to("rules/policy.yaml")
    repo.based().write({"rules/policy.yaml": LAX, PLACE: PUBLIC})
    stopped(repo.judged())


@attempt(14, G, "replaces a folder on the way to `--policy` by a link", "the base's file decides, or `recommended`")
def test_folder_of_the_policy_is_a_link(repo: Repository) -> None:
    repo.based({"gate/policy.yaml": POLICY, "soft/policy.yaml": LAX})
    repo.write({PLACE: PUBLIC}).remove("gate/policy.yaml")
    (repo.folder / "gate").rmdir()
    (repo.folder / "gate").symlink_to("soft")
    not_passed(repo.judged(policy="gate/policy.yaml"))


@attempt(
    15,
    G,
    "breaks the policy, so that it does not load",
    "the base's loads, and the note says that the new one does not",
)
def test_policy_broken(repo: Repository) -> None:
    verdict = with_policy(repo, "version: [\n").judged()
    stopped(verdict)
    assert "does not load" in told(verdict)


@attempt(
    16, G, "writes the policy with a key twice or a merge key", "an error where it would count, and the base decides"
)
@pytest.mark.parametrize("more", ["mode: enforce\nmode: observe\n", "x: &a {mode: observe}\n<<: *a\n"])
def test_policy_with_tricks(repo: Repository, more: str) -> None:
    stopped(with_policy(repo, POLICY + more).judged())
    with pytest.raises(UsageError):
        repo.judged(base=None)


@attempt(17, G, "softens the organisation's policy that lies in the same repository", "the base's counts")
def test_organisations_policy(repo: Repository) -> None:
    repo.based({"gatepost.yaml": LAX, "org.yaml": POLICY}).write({"org.yaml": LAX, PLACE: PUBLIC})
    stopped(repo.judged(organisation_policy="org.yaml"))


@attempt(
    18,
    G,
    "commits a folder of feeds in which nothing is known to be exploited",
    "the policy of the base names the folder",
)
def test_feeds(repo: Repository) -> None:
    verdict = with_policy(repo, POLICY + "feeds: {path: feeds}\n")
    verdict.write({"feeds/known_exploited_vulnerabilities.json": "{}"})
    result = verdict.judged()
    stopped(result)
    assert not result.feeds


def test_the_fault_alone_is_stopped_and_the_base_alone_is_not(repo: Repository) -> None:
    verdict = repo.based().judged()
    assert verdict.exit_code == 0, told(verdict)
    assert not of_rule(verdict)
    stopped(repo.write({PLACE: PUBLIC}).judged())

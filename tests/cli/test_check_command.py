"""`gatepost check`: exit codes, where reports go, how options that cannot take effect are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_blocked_change_ends_with_1(gatepost: Run) -> None:
    ran = gatepost("check")
    assert ran.code == 1 and "BLOCKED" in ran.out and not ran.err


def test_observing_never_fails(gatepost: Run, shop: Path) -> None:
    policy = shop / "gatepost.yaml"
    policy.write_text(policy.read_text().replace("version: 1\n", "version: 1\nmode: observe\n"))
    assert gatepost("check").code == 0


def test_nothing_to_read_is_3_and_may_be_allowed(gatepost: Run) -> None:
    assert gatepost("check", "requirements.txt").code == 3
    assert gatepost("check", "--allow-empty", "requirements.txt").code == 0


def test_a_broken_file_is_3_unless_something_blocks(gatepost: Run, shop: Path) -> None:
    (shop / "alone").mkdir()
    (shop / "alone/main.tf").write_text('resource "aws_s3_bucket" {{{\n')
    assert gatepost("check", "alone").code == 3
    assert gatepost("check", "alone", "infra").code == 1


USAGE = [
    ["check", "--no-such-option"],
    ["check", "no/such/path"],
    ["check", "--policy", "none.yaml"],
    ["check", "--organisation-policy", "none.yaml"],
    ["check", "--var-file", "none.tfvars"],
    ["check", "--report", "none.json"],
    ["check", "--report", "reports/trivy.json=nothing"],
    ["check", "--environment", "prodution"],
    ["check", "--format", "pdf"],
    ["check", "--format", "json="],
    ["check", "--format", "json", "--format", "sarif"],
    ["check", "--format", "json=a", "--format", "sarif=a"],
    ["check", "--format", "json=no/folder/a.json"],
    ["check", "--today", "tomorrow"],
    ["check", "--jobs", "0"],
    ["fix", "--rule", "aws/ec2/shh-open"],
    ["report", "none.json"],
    ["report", "reports/trivy.json", "--as", "nothing"],
    ["explain", "no/such/rule"],
    ["explain", "00000000", "--verdict", "none.json"],
    ["rules", "--provider", "nobody"],
    ["test", "none.yaml"],
    ["new", "rule", "Not An Id"],
    ["chek"],
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_what_cannot_take_effect_is_an_error_of_usage(gatepost: Run, arguments: list[str]) -> None:
    ran = gatepost(*arguments)
    assert ran.code == 2, ran
    assert ran.err.strip() and "Traceback" not in ran.err
    assert not ran.out


def test_a_misspelt_word_gets_the_nearest_one(gatepost: Run) -> None:
    assert "did you mean 'sarif'?" in gatepost("check", "--format", "sarf").err
    assert "ssh-open-to-internet" in gatepost("fix", "--rule", "aws/ec2/ssh-open-to-internt").err


@pytest.mark.parametrize("text", ["::error::x", "##vso[task.complete result=Succeeded;]", "##[error]x"])
@pytest.mark.parametrize("place", ['"a\\n{}": 1\n', "gate:\n  - {{name: '{}', wen: 1}}\n", "'{}': 1\n"])
def test_a_policy_gives_no_commands_to_the_pipeline_it_fails_in(
    gatepost: Run, shop: Path, place: str, text: str
) -> None:
    (shop / "gatepost.yaml").write_text("version: 1\nextends: recommended\n" + place.format(text))
    ran = gatepost("check")
    assert ran.code == 2
    assert "##vso[" not in ran.err and "##[" not in ran.err
    assert not any(line.strip().startswith("::") for line in ran.err.splitlines())


def test_files_get_their_reports_and_the_screen_its_own(gatepost: Run, shop: Path) -> None:
    ran = gatepost("check", "--format", "terminal", "--format", "json=v.json", "--format", "sarif=s.sarif")
    assert ran.code == 1 and "BLOCKED" in ran.out
    verdict = json.loads((shop / "v.json").read_text())
    assert verdict["verdict"]["action"] == "blocked"
    assert json.loads((shop / "s.sarif").read_text())["version"] == "2.1.0"
    assert not list(shop.glob("*.tmp"))


def test_reports_in_files_are_the_same_bytes_every_time(gatepost: Run, shop: Path) -> None:
    formats = ("json", "sarif", "junit", "markdown", "html", "github", "terminal")
    for turn in ("1", "2"):
        gatepost("check", *(part for name in formats for part in ("--format", f"{name}={name}.{turn}")))
    for name in formats:
        assert (shop / f"{name}.1").read_bytes().replace(b"json.1", b"json.2") == (shop / f"{name}.2").read_bytes()


def test_colour_is_shown_when_asked_and_not_otherwise(gatepost: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in gatepost("check").out
    assert "\x1b[" in gatepost("check", "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in gatepost("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in gatepost("check").out


def test_an_expired_waiver_no_longer_counts(gatepost: Run, shop: Path) -> None:
    policy = shop / "gatepost.yaml"
    waiver = "  - {rule: aws/ec2/ssh-open-to-internet, until: 2026-12-31, why: moving, by: me@example.com}\n"
    policy.write_text(policy.read_text().replace("waivers:\n", f"waivers:\n{waiver}"))
    before = gatepost("check", "infra", "--format", "json")
    after = gatepost("check", "infra", "--format", "json", "--today", "2027-01-01")
    assert _decision(before.out, "aws/ec2/ssh-open-to-internet") == "allow"
    assert _decision(after.out, "aws/ec2/ssh-open-to-internet") == "block"


def _decision(report: str, rule: str) -> str:
    return next(f["decision"]["action"] for f in json.loads(report)["findings"] if f["rule"] == rule)

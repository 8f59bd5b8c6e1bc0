"""A policy names a key or a network once, and every rule that asks for it writes its fix with it."""

from __future__ import annotations

from pathlib import Path

from gatepost.rules.catalogue import Part, load_shipped
from gatepost.rules.compiled import read_compiled
from gatepost.rules.compiled_writing import compile_shipped
from gatepost.rules.folders import shipped_folder
from tests.pipeline.stories import found, judged

SSH, RDP = "aws/ec2/ssh-open-to-internet", "aws/ec2/rdp-open-to-internet"
PORTS = """\
resource "aws_security_group" "web" {
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 3389
    to_port     = 3389
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
POLICY = "version: 1\nextends: recommended\n"
OWN = """\
title: A network is not ours
severity: medium
category: network
why: It is a stranger's.
applies_to: terraform.aws_vpc
settings: {trusted_networks: null}
forbid: {cidr_block: {exists: true, not: {in: "${trusted_networks}"}}}
no_fix: Only a person knows.
"""


def written(folder: Path, policy: str, rule: str, **more: str) -> list[str]:
    """Return what the fixes of a rule write."""
    verdict = judged(folder, {"main.tf": PORTS, "gatepost.yaml": POLICY + policy, **more})
    return [
        edit.replacement for one in found(verdict, rule) for fix in one.assessment.finding.fixes for edit in fix.edits
    ]


def test_it_is_named_once_and_every_rule_takes_it(tmp_path: Path) -> None:
    policy = "settings: {trusted_networks: [10.20.0.0/16]}\n"
    for rule in (SSH, RDP):
        assert any("10.20.0.0/16" in text for text in written(tmp_path, policy, rule))


def test_what_is_said_about_one_rule_counts_there(tmp_path: Path) -> None:
    policy = f"settings: {{trusted_networks: [10.20.0.0/16]}}\nrules: {{{RDP}: {{trusted_networks: 10.9.0.0/16}}}}\n"
    assert any("10.9.0.0/16" in text for text in written(tmp_path, policy, RDP))
    assert any("10.20.0.0/16" in text for text in written(tmp_path, policy, SSH))


def test_null_for_one_rule_takes_it_away_there(tmp_path: Path) -> None:
    policy = f"settings: {{trusted_networks: [10.20.0.0/16]}}\nrules: {{{RDP}: {{trusted_networks: null}}}}\n"
    assert not written(tmp_path, policy, RDP) and written(tmp_path, policy, SSH)


def test_without_it_the_finding_says_what_to_write(tmp_path: Path) -> None:
    (one,) = found(judged(tmp_path, {"main.tf": PORTS, "gatepost.yaml": POLICY}), SSH)
    reason = "the policy gives no value for trusted_networks: write it once, as settings: {trusted_networks: …}"
    assert one.assessment.finding.no_fix == reason


def test_a_repository_cannot_soften_an_organisation_with_it(tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "aws_vpc" "a" {\n  cidr_block = "198.51.100.0/24"\n}\n',
        "own/rules/acme/network-strange.yaml": OWN,
        "gatepost.yaml": POLICY + "settings: {trusted_networks: [198.51.100.0/24]}\n",
        "company.yaml": POLICY + "settings: {trusted_networks: [10.0.0.0/8]}\n",
    }
    alone = judged(tmp_path, files, rules=("own",))
    assert not found(alone, "acme/network-strange")
    both = judged(tmp_path, files, rules=("own",), organisation_policy="company.yaml")
    assert found(both, "acme/network-strange")


def test_the_compiled_catalogue_says_who_takes_what_without_being_read(tmp_path: Path) -> None:
    compile_shipped(shipped_folder(), str(tmp_path))
    compiled = read_compiled(str(tmp_path))
    assert compiled is not None
    told = compiled.shared_settings()
    assert {id: list(names) for id, names in told.items()} == {
        id: list(names) for id, names in load_shipped().shared_settings().items()
    }
    assert compiled._rules == {}
    compiled.add(Part({SSH: {**load_shipped().rule(SSH).plain, "settings": {}}}, {}))
    assert SSH not in compiled.shared_settings()

"""A run that is traced tells every file that it read, by the bytes that it read, and on what its rules were judged."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from gatepost.model.problems import UsageError
from gatepost.model.traces import Trace
from gatepost.pipeline import Request, check
from gatepost.rules.compiled import read_compiled
from gatepost.rules.compiled_writing import compile_shipped
from gatepost.sources import reading
from tests.pipeline.stories import TODAY, inside, write

FILES = {
    "live/main.tf": 'module "data" {\n  source = "../modules/data"\n}\n',
    "modules/data/main.tf": 'resource "aws_ebs_volume" "v" {\n  size = 1\n}\n',
    "Dockerfile": "FROM scratch\n",
    "notes.yaml": "just: notes\n",
    "gatepost.yaml": "version: 1\nextends: recommended\n",
    "README.md": "not read\n",
}


def traced(folder: Path, **more: object) -> Trace:
    with inside(folder):
        verdict = check(Request(paths=(".",), today=TODAY, traced=True, **more))  # type: ignore[arg-type]
    assert verdict.trace is not None
    return verdict.trace


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_every_file_that_was_read_is_told_with_its_digest(tmp_path: Path) -> None:
    trace = traced(write(tmp_path, FILES))
    told = {one.name: (one.role, one.sha256) for one in trace.inputs}
    assert told.pop("recommended (shipped)")[0] == "policy (extended)"
    assert told == {
        "live/main.tf": ("source", sha256(FILES["live/main.tf"])),
        "modules/data/main.tf": ("source", sha256(FILES["modules/data/main.tf"])),
        "Dockerfile": ("source", sha256(FILES["Dockerfile"])),
        "notes.yaml": ("looked at", sha256(FILES["notes.yaml"])),
        "gatepost.yaml": ("policy", sha256(FILES["gatepost.yaml"])),
    }


def test_other_processes_tell_what_they_read(tmp_path: Path) -> None:
    files = {f"r{number}/main.tf": f'variable "v{number}" {{}}\n' for number in range(8)}
    write(tmp_path, files)
    alone, together = traced(tmp_path, jobs=1), traced(tmp_path, jobs=3)
    assert alone == together
    assert {name: sha256(text) for name, text in files.items()}.items() <= {
        one.name: one.sha256 for one in together.inputs
    }.items()


def test_nobody_listens_after_the_run(tmp_path: Path) -> None:
    traced(write(tmp_path, FILES))
    assert reading._listener is None
    with pytest.raises(UsageError):
        traced(tmp_path, policy="missing.yaml")
    assert reading._listener is None


def test_a_file_that_changes_while_it_is_judged_gives_no_receipt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, FILES)
    from gatepost.pipeline import tracing

    real = tracing._sha256
    monkeypatch.setattr(tracing, "_sha256", lambda pieces: real(pieces) if next(counter) < 4 else "other")
    counter = iter(range(10**6))
    with pytest.raises(UsageError, match="changed while it was judged"):
        traced(tmp_path)


def test_a_rule_counts_the_resources_it_applies_to(tmp_path: Path) -> None:
    volume = 'resource "aws_ebs_volume" "{}" {{\n  size = 1\n  encrypted = true\n}}\n'
    write(tmp_path, {"main.tf": "".join(volume.format(name) for name in "abc")})
    looked = {one.rule: one for one in traced(tmp_path).looked}
    assert looked["aws/ec2/volume-unencrypted"].resources == 3
    assert looked["aws/s3/bucket-public-acl"].resources == 0
    assert looked["aws/ec2/volume-unencrypted"].standards["nist_csf_2"] == ("PR.DS-01",)


def test_a_rule_that_does_not_apply_has_not_looked(tmp_path: Path) -> None:
    # the rule speaks of ingress rules, and this group has none
    write(tmp_path, {"main.tf": 'resource "aws_security_group" "a" {\n  name = "a"\n}\n'})
    assert {one.rule: one.resources for one in traced(tmp_path).looked}["aws/ec2/ssh-open-to-internet"] == 0


def test_a_rule_that_the_policy_switches_off_is_told_so(tmp_path: Path) -> None:
    policy = "version: 1\nextends: recommended\nrules:\n  aws/ec2/volume-unencrypted: {enabled: false}\n"
    write(tmp_path, {"main.tf": 'resource "aws_ebs_volume" "a" {\n  size = 1\n}\n', "gatepost.yaml": policy})
    off = {one.rule: (one.enabled, one.resources) for one in traced(tmp_path).looked}
    assert off["aws/ec2/volume-unencrypted"] == (False, 0)
    assert off["aws/s3/bucket-customer-key"] == (False, 0)  # it is for the audience thorough


def test_the_commit_is_told_and_what_of_it_was_judged(tmp_path: Path) -> None:
    git(write(tmp_path, FILES), "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    head = git(tmp_path, "rev-parse", "HEAD")
    clean = traced(tmp_path)
    assert (clean.commit, clean.dirty, clean.folder) == (head, False, "")
    assert all(one.in_commit for one in clean.inputs if not one.name.endswith("(shipped)"))
    write(tmp_path, {"trivy.json": '{"SchemaVersion": 2, "ArtifactName": "a", "Results": []}'})
    assert not traced(tmp_path, reports=(("trivy.json", "trivy"),)).dirty, "what a pipeline makes is no edit"
    write(tmp_path, {"live/more.tf": 'variable "x" {}\n'})
    dirty = traced(tmp_path)
    assert dirty.dirty
    assert {one.name: one.in_commit for one in dirty.inputs}["live/more.tf"] is False


def test_the_policy_of_a_base_is_told_with_the_commit_it_is_of(tmp_path: Path) -> None:
    git(write(tmp_path, FILES), "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    base = git(tmp_path, "rev-parse", "HEAD")
    write(tmp_path, {"gatepost.yaml": "version: 1\nextends: observe\n"})
    git(tmp_path, "commit", "-qam", "softer")
    trace = traced(tmp_path, base=base)
    policy = next(one for one in trace.inputs if one.role == "policy")
    assert (policy.name, policy.commit, policy.sha256) == ("gatepost.yaml", base, sha256(FILES["gatepost.yaml"]))
    assert (trace.base, trace.commit) == (base, git(tmp_path, "rev-parse", "HEAD"))


def test_the_digest_of_the_rules_is_the_same_in_a_checkout_and_in_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gatepost.rules import library
    from gatepost.rules.folders import shipped_folder

    here = library.library_digest()
    compile_shipped(shipped_folder(), str(tmp_path))
    monkeypatch.setattr(library, "load_shipped", lambda: read_compiled(str(tmp_path)))
    assert library.library_digest() == here


def test_what_decides_beside_the_policy_is_told_by_what_it_is(tmp_path: Path) -> None:
    policy = "version: 1\nextends: recommended\nwaiver_files: w/*.yaml\nbaseline: old.json\n"
    waiver = "waivers:\n  - {rule: x/y, until: 2027-01-01, why: w, by: b}\n"
    write(
        tmp_path, {"gatepost.yaml": policy, "w/a.yaml": waiver, "CODEOWNERS": "* @a\n", "main.tf": 'variable "a" {}\n'}
    )
    (tmp_path / "old.json").write_text('[{"version": 1}]')
    roles = {one.name: one.role for one in traced(tmp_path).inputs}
    assert (roles["w/a.yaml"], roles["old.json"]) == ("waivers", "baseline")


def test_rules_of_the_base_are_told_with_their_commit(tmp_path: Path) -> None:
    rule = "title: T\nseverity: low\ncategory: x\nwhy: W.\napplies_to: terraform.a\nforbid: {b: true}\n"
    git(write(tmp_path, {**FILES, "policies/rules/own/a.yaml": rule}), "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    base = git(tmp_path, "rev-parse", "HEAD")
    write(tmp_path, {"policies/rules/own/a.yaml": rule.replace("low", "info")})
    git(tmp_path, "commit", "-qam", "y")
    told = next(one for one in traced(tmp_path, base=base, rules=("policies",)).inputs if one.role == "rule")
    assert (told.name, told.commit, told.sha256) == ("policies/rules/own/a.yaml", base, sha256(rule))

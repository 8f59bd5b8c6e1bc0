"""Lists of tags come from the command line and from the policy, and a change does not bring its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.findings import Finding
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request, check
from gatepost.pipeline.fixing import Chosen, fix_all

VULNERABLE = {
    "VulnerabilityID": "CVE-2024-2961",
    "PkgName": "libc6",
    "InstalledVersion": "2.36-9",
    "FixedVersion": "2.36-10",
    "Severity": "HIGH",
}
REPORT = {
    "SchemaVersion": 2,
    "ArtifactName": "shop:1",
    "ArtifactType": "container_image",
    "Results": [{"Target": "shop:1", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [VULNERABLE]}],
}
POLICY = "version: 1\nextends: recommended\nimages: {tags: TAGS}\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    Path("Dockerfile").write_text("FROM python:3.11.8-slim\nUSER app\n")
    Path("trivy.json").write_text(json.dumps(REPORT))
    return tmp_path


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def judged(*image_tags: tuple[str, str], **more: object) -> Verdict:
    given = {"reports": (("trivy.json", None),), "image_tags": image_tags, **more}
    return check(Request(paths=(".",), today="2026-11-22", jobs=1, **given))  # type: ignore[arg-type]


def base_image(verdict: Verdict) -> Finding:
    found = [one.assessment.finding for one in verdict.decisions]
    return next(one for one in found if one.package is not None)


def raised_to(verdict: Verdict) -> str:
    return "".join(edit.replacement for fix in base_image(verdict).fixes for edit in fix.edits)


@pytest.mark.usefixtures("repository")
def test_tags_of_the_command_line_are_taken() -> None:
    Path("tags.txt").write_text("python:3.11.9-slim\n")
    Path("bare.txt").write_text("3.11.10-slim\n")
    assert raised_to(judged(("", "tags.txt"))) == "3.11.9-slim"
    assert raised_to(judged(("", "tags.txt"), ("python", "bare.txt"))) == "3.11.10-slim"


@pytest.mark.parametrize("tags", ["tags.txt", "[tags.txt, more.json]"])
@pytest.mark.usefixtures("repository")
def test_tags_of_the_policy_lie_beside_it(tags: str) -> None:
    Path("policies").mkdir()
    Path("policies/policy.yaml").write_text(POLICY.replace("TAGS", tags))
    Path("policies/tags.txt").write_text("python:3.11.9-slim\n")
    Path("policies/more.json").write_text('{"name": "library/python", "tags": ["3.11.10-slim"]}')
    expected = "3.11.10-slim" if "more" in tags else "3.11.9-slim"
    assert raised_to(judged(policy="policies/policy.yaml")) == expected


@pytest.mark.usefixtures("repository")
def test_tags_that_the_change_brings_do_not_count() -> None:
    Path("tags.txt").write_text("python:3.11.9-slim\n")
    Path("gatepost.yaml").write_text(POLICY.replace("TAGS", "tags.txt"))
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    git("checkout", "-q", "-b", "change")
    Path("tags.txt").write_text("python:3.11.99-slim\n")
    Path("new.txt").write_text("python:3.11.98-slim\n")
    git("add", "-A")
    git("commit", "-q", "-m", "y")
    verdict = judged(base="main")
    assert raised_to(verdict) == "3.11.9-slim"
    assert "this change edits tags.txt: it counts as main has it" in verdict.notes
    assert raised_to(judged(("", "new.txt"), base="main")) == "3.11.9-slim"
    Path("made.txt").write_text("python:3.11.97-slim\n")  # the pipeline made it just now
    assert raised_to(judged(("", "made.txt"), base="main")) == "3.11.97-slim"
    assert raised_to(judged(base="none")) == "3.11.99-slim"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("python:3.11\n3.12\n", 'cannot be read: the tag "3.12" has no name of an image', 2),
        ('{"name": "python", "tags": [', "cannot be read: the list is not JSON from here on", 1),
        (b"\xff\xfea", "cannot be read: the file is UTF-16 text", 0),
    ],
)
@pytest.mark.usefixtures("repository")
def test_a_list_that_cannot_be_read_is_a_fault_of_the_configuration(text: str, message: str, line: int) -> None:
    Path("tags.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError, match=message) as caught:
        judged(("", "tags.txt"))
    place = caught.value.location
    assert (place.region.start_line if place else 0) == line
    with pytest.raises(UsageError, match=r"'none\.txt' cannot be read"):
        judged(("", "none.txt"))


@pytest.mark.usefixtures("repository")
def test_tags_for_no_report_are_worth_a_note() -> None:
    Path("tags.txt").write_text("python:3.11.9-slim\n")
    assert judged(("", "tags.txt"), reports=()).notes == (
        "--image-tags changes nothing here: no report names a package",
    )
    with pytest.raises(UsageError, match=r"'none\.txt' cannot be read"):
        judged(("", "none.txt"), reports=())


@pytest.mark.usefixtures("repository")
def test_fix_takes_the_edit_once_when_it_is_asked_to() -> None:
    Path("tags.txt").write_text("python:3.11.9-slim\npython:3.11.10-slim\n")
    request = Request(
        paths=(".",), today="2026-11-22", jobs=1, reports=(("trivy.json", None),), image_tags=(("", "tags.txt"),)
    )
    assert fix_all(request, Chosen(unsafe=True)).applied == ()
    fixed = fix_all(request, Chosen(unsafe=True, unproved=True))
    assert fixed.after == {"Dockerfile": "FROM python:3.11.10-slim\nUSER app\n"}
    assert len(fixed.applied) == 1

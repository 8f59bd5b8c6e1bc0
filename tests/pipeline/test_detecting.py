"""Scanners that are run: what they find is merged, and one that does not do its work is never a pass."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from gatepost.gate.taking_in import DETECTORS
from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline.fixing import Chosen, fix_all
from gatepost.pipeline.scanners import SCANNERS
from gatepost.services.processes import find_program
from tests.pipeline.stories import inside, judged, request, write

DOCKERFILE = "FROM debian:12\nRUN cd $HOME && \\\n    # a remark\n    rm -rf $1\nUSER app\n"
# Where scanners may be that are not on the search path.
PYTHON = sys.executable
ELSEWHERE = tuple(filter(None, os.environ.get("GATEPOST_SCANNERS", "").split(os.pathsep)))


def fake(folder: Path, name: str, body: str) -> None:
    """Put a program of this name on the search path that runs some Python."""
    program = folder / name
    program.write_text(f"#!{PYTHON}\nimport json, os, sys, time\n{dedent(body)}")
    program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    return folder


def run(tmp_path: Path, *names: str, files: dict[str, str] | None = None, **more: object) -> Verdict:
    return judged(tmp_path / "repo", files or {"Dockerfile": DOCKERFILE}, detectors=names, **more)


def told(verdict: Verdict) -> list[str]:
    return [one.problem.what for one in verdict.problems]


def seen(verdict: Verdict, tool: str) -> list[tuple[str, int, int]]:
    found = [one.assessment.finding for one in verdict.decisions]
    return [
        (each.id.partition("/")[2], one.location.region.start_line, one.location.region.start_column)
        for one in found
        for each in one.detectors
        if each.tool == tool
    ]


def test_the_policy_and_the_table_know_the_same_scanners() -> None:
    assert set(DETECTORS) == set(SCANNERS)


def test_what_a_scanner_finds_is_merged_with_ours(tmp_path: Path, programs: Path) -> None:
    fake(programs, "hadolint", """
        row = {"line": 1, "code": "DL3006", "message": "m", "column": 1, "file": sys.argv[-1], "level": "warning"}
        print(json.dumps([row]))
    """)  # fmt: skip
    verdict = run(tmp_path, "hadolint")
    assert (seen(verdict, "hadolint"), told(verdict), verdict.counts.reports) == ([("DL3006", 1, 1)], [], 1)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit(3)", "hadolint failed with exit code 3"),
        ("print('disk full', file=sys.stderr); sys.exit(3)", "hadolint failed with exit code 3: disk full"),
        ("print('all good')", "hadolint: this is not a report of the format hadolint"),
        ("", "hadolint: the report is empty"),
        ("print('[{\"line\": 1,')", "hadolint: the report ends in the middle"),
        ("time.sleep(30)", "hadolint gave no report: it took longer than 1 seconds"),
        ("os.system('sleep 30')", "hadolint gave no report: it took longer than 1 seconds"),
    ],
)
def test_one_that_does_not_do_its_work_is_a_problem(tmp_path: Path, programs: Path, body: str, why: str) -> None:
    fake(programs, "hadolint", body)
    policy = {"gatepost.yaml": "version: 1\nextends: recommended\ndetectors: {hadolint: {seconds: 1}}\n"}
    if "sleep" not in body:
        policy = {"gatepost.yaml": "version: 1\nextends: recommended\ndetectors: [hadolint]\n"}
    verdict = run(tmp_path, files={"Dockerfile": DOCKERFILE, **policy})
    assert told(verdict)[0].startswith(why)
    assert (verdict.problems[0].problem.kind, verdict.problems[0].action) == ("detector", "block")


def test_one_that_prints_without_end_is_stopped(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatepost.pipeline.detecting.MOST_REPORT_BYTES", 1 << 20)
    fake(programs, "hadolint", "while True: print('x' * 100000)")
    assert told(run(tmp_path, "hadolint")) == ["hadolint gave no report: it printed more than 1 MB"]


def test_one_that_is_not_there_is_a_problem(tmp_path: Path, programs: Path) -> None:
    assert told(run(tmp_path, "trivy")) == ["trivy is to be run and is not installed"]


def test_a_program_that_lies_in_what_is_scanned_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "repo"
    repository.mkdir()
    fake(repository, "hadolint", "open('/dev/null')")
    monkeypatch.setenv("PATH", str(repository))
    assert told(run(tmp_path, "hadolint")) == ["hadolint lies in what is scanned (hadolint), so it is not run"]


def test_the_environment_holds_no_secrets_and_no_way_to_the_network(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("HADOLINT_IGNORE", "DL3006")
    fake(
        programs, "hadolint", f"open({str(tmp_path / 'seen')!r}, 'w').write(json.dumps(dict(os.environ)) + os.getcwd())"
    )
    run(tmp_path, "hadolint")
    environment = (tmp_path / "seen").read_text()
    assert "AWS_SECRET" not in environment
    assert "HADOLINT" not in environment
    assert '"HTTPS_PROXY": "http://127.0.0.1:9"' in environment
    assert not environment.endswith("repo")


def test_what_is_passed_over_is_told_and_not_found(tmp_path: Path, programs: Path) -> None:
    fake(programs, "gitleaks", """
        row = {"RuleID": "x", "File": sys.argv[-1] + "/vendor/a.py", "StartLine": 1, "EndLine": 1, "Description": "d"}
        path = sys.argv[sys.argv.index("--report-path") + 1]
        open(path, "w").write(json.dumps([row]))
    """)  # fmt: skip
    files = {
        "Dockerfile": DOCKERFILE,
        "vendor/Dockerfile": "FROM a\n",
        "gatepost.yaml": "version: 1\nextends: recommended\nexclude: [vendor]\n",
    }
    verdict = run(tmp_path, "gitleaks", files=files)
    assert seen(verdict, "gitleaks") == []
    assert "gitleaks found 1 more in what is passed over" in verdict.notes


def test_where_there_is_nothing_for_a_scanner_it_is_not_run_and_that_is_told(tmp_path: Path, programs: Path) -> None:
    fake(programs, "cfn-lint", "sys.exit(99)")
    fake(programs, "bandit", "sys.exit(99)")
    verdict = run(tmp_path, "cfn-lint", "bandit")
    assert verdict.notes == tuple(
        f"{name} was not run: there is nothing for it here" for name in ("bandit", "cfn-lint")
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("hadolnt", "there is no scanner 'hadolnt' to run"),
        ("semgrep", "semgrep has no rules of its own"),
        ("semgrep=p/ci", "of semgrep are not there"),
        ("hadolint=x", "--run hadolint takes no rules"),
    ],
)
def test_what_cannot_be_run_is_an_error(tmp_path: Path, given: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        run(tmp_path, given)


def test_no_scanner_is_run_for_fixes(tmp_path: Path, programs: Path) -> None:
    fake(programs, "hadolint", f"open({str(tmp_path / 'ran')!r}, 'w')")
    policy = "version: 1\nextends: recommended\ndetectors: [hadolint]\n"
    with inside(write(tmp_path / "repo", {"Dockerfile": DOCKERFILE, "gatepost.yaml": policy})):
        fix_all(request("."), Chosen((), False))
        with pytest.raises(UsageError, match="no scanner is run"):
            fix_all(request(".", detectors=("hadolint",)), Chosen((), False))
    assert not (tmp_path / "ran").exists()


# From here on with the real programs.


@pytest.fixture
def real(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a real scanner on the search path, or skip where it is not installed."""
    name = request.param
    program = find_program(name) or next(
        (path for folder in ELSEWHERE if os.access(path := f"{folder}/{name}", os.X_OK)), None
    )
    if program is None:
        pytest.skip(f"{name} is not installed")
    monkeypatch.setenv("PATH", f"{os.path.dirname(program)}{os.pathsep}{os.environ['PATH']}")
    return name


TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketNam: x}}
"""
TERRAFORM = """
resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = "sg-1"
}
"""
RULES = """
rules:
  - {id: no-eval, languages: [python], severity: ERROR, message: eval, pattern: eval(...)}
"""
FILES = {
    "Dockerfile": DOCKERFILE,
    "main.tf": TERRAFORM,
    "stack.yaml": TEMPLATE,
    "app.py": "import subprocess\nsubprocess.call('ls ' + input(), shell=True)  # nosec\neval(input())  # nosemgrep\n",
    "app.env": "AWS_SECRET=wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzzzz\ntoken=ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8\n",
    "rules/eval.yaml": RULES,
}


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        ("hadolint", "DL3003"),
        ("shellcheck", "SC2086"),
        ("cfn-lint", "E3002"),
        ("trivy", "AWS-0107"),
        ("checkov", "CKV_AWS_24"),
        ("gitleaks", "github-pat"),
        ("bandit", "B602"),
        ("semgrep", "no-eval"),
    ],
    indirect=["real"],
)
def test_a_real_scanner_is_run_and_read(tmp_path: Path, real: str, expected: str) -> None:
    verdict = run(tmp_path, f"semgrep={tmp_path}/repo/rules" if real == "semgrep" else real, files=FILES)
    assert told(verdict) == []
    assert any(expected in rule for rule, _, _ in seen(verdict, real)), seen(verdict, real)


@pytest.mark.parametrize("real", ["shellcheck"], indirect=True)
def test_places_in_scripts_are_mapped_back_to_the_dockerfile(tmp_path: Path, real: str) -> None:
    files = {"Dockerfile": DOCKERFILE + "RUN <<EOF\necho one\n  rm $2\nEOF\nRUN bash -c <<-X\n\techo $3\nX\n"}
    places = [place for place in seen(run(tmp_path, real, files=files), real) if place[0] == "SC2086"]
    # cd $HOME at 2:8; $1 at 4:12; $2 in the document at 8:6.
    assert {(line, column) for _, line, column in places} >= {(4, 12), (8, 6)}
    assert {line for _, line, _ in places} <= {2, 4, 8, 11}


@pytest.mark.parametrize("real", ["checkov", "cfn-lint", "hadolint", "trivy", "gitleaks", "bandit"], indirect=True)
def test_a_repository_s_own_configuration_neither_runs_nor_hides_anything(tmp_path: Path, real: str) -> None:
    ran = tmp_path / "ran"
    evil = f"open({str(ran)!r}, 'w').write('x')\n"
    hostile = {
        **FILES,
        "evil/__init__.py": evil,
        "evil/check.py": evil,
        ".checkov.yaml": f"external-checks-dir: [{tmp_path}/repo/evil]\nskip-check: [CKV_AWS_24]\n",
        ".cfnlintrc": f"append_rules: [{tmp_path}/repo/evil]\nignore_checks: [E]\n",
        ".hadolint.yaml": "ignored: [DL3003]\n",
        ".trivyignore": "AVD-AWS-0107\nAWS-0107\n",
        "trivy.yaml": "misconfiguration: {scanners: [helm]}\nseverity: [CRITICAL]\nscan: {skip-dirs: ['**']}\n",
        ".gitleaks.toml": "[allowlist]\npaths = ['.*']\n",
        ".gitleaksignore": "app.env:github-pat:2\n",
        ".bandit": "[bandit]\nexclude: /\nskips: B602\n",
    }
    expected = {
        "checkov": "CKV_AWS_24", "cfn-lint": "E3002", "hadolint": "DL3003", "trivy": "AWS-0107",
        "gitleaks": "github-pat", "bandit": "B602",
    }  # fmt: skip
    verdict = run(tmp_path, real, files=hostile)
    assert expected[real] in {rule for rule, _, _ in seen(verdict, real)}
    assert not ran.exists()


LOCKED = {"Dockerfile": DOCKERFILE, "requirements.txt": "requests==2.31.0\n"}
CLEAN = """
    scanners = sys.argv[sys.argv.index("--scanners") + 1]
    found = [{"Target": "requirements.txt", "Class": "lang-pkgs", "Type": "pip"}] if "vuln" in scanners else []
    print(json.dumps({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": found}))
"""


def database(monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes | None) -> None:
    """Make Trivy's folder of databases one with this content, or one without any."""
    monkeypatch.setenv("TRIVY_CACHE_DIR", str(folder))
    if content is not None:
        (folder / "db").mkdir(parents=True)
        (folder / "db/trivy.db").write_bytes(content)
        ends = '{"Version": 2, "NextUpdate": "2099-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z"}'
        (folder / "db/metadata.json").write_text(ends)


def test_trivy_without_a_database_has_not_looked_for_vulnerabilities(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(programs, "trivy", CLEAN)
    database(monkeypatch, tmp_path / "cache", None)
    assert told(run(tmp_path, "trivy")) == []  # nothing here has packages
    (problem,) = run(tmp_path, "trivy", files=LOCKED).problems
    assert problem.problem.what.startswith("trivy has no database of vulnerabilities here")
    assert (problem.problem.kind, problem.action) == ("detector", "block")


def test_trivy_with_a_database_looks_for_vulnerabilities(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(programs, "trivy", CLEAN)
    database(monkeypatch, tmp_path / "cache", b"anything")
    verdict = run(tmp_path, "trivy", files=LOCKED)
    assert (told(verdict), verdict.counts.reports) == ([], 1)


@pytest.mark.parametrize("real", ["trivy"], indirect=True)
@pytest.mark.parametrize("content", [b"no database", b""])
@pytest.mark.usefixtures("real")
def test_trivy_itself_fails_at_a_database_that_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    database(monkeypatch, tmp_path / "cache", content)
    (problem,) = run(tmp_path, "trivy", files=LOCKED).problems
    assert problem.problem.what.startswith("trivy failed with exit code 1: ")
    assert "DB error" in problem.problem.what
    assert problem.action == "block"

"""Builders of verdicts that read as sentences."""

from __future__ import annotations

from typing import Any

from gatepost.model.changes import Edit, Fix
from gatepost.model.decisions import (
    Assessment,
    Claim,
    Context,
    Counts,
    DecidedProblem,
    DecidedUndecided,
    Decision,
    Fact,
    PolicyLine,
    Verdict,
    Waiver,
    WaiverUse,
)
from gatepost.model.findings import (
    Cvss,
    Detector,
    Exploitability,
    Finding,
    OriginStep,
    Package,
    Related,
    Undecided,
)
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import Problem
from gatepost.model.traces import Input, Looked, Trace
from gatepost.reports.view import View

MAIN_TF = """\
resource "aws_security_group" "web" {
  name = "web"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.admin_networks
  }
}
"""
TFVARS = 'region         = "eu-west-1"\nadmin_networks = ["0.0.0.0/0"]\n'
BUCKET_TF = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n'
DOCKERFILE = "FROM python:3.9-slim\nCOPY . /app\n"
PLAIN = View()


def a_place(path: str = "live/prod/network/main.tf", line: int = 8, column: int = 19, to: int = 37) -> Location:
    return Location(path, Region(line, column, line, to))


def a_finding(**facts: Any) -> Finding:
    given: dict[str, Any] = {
        "rule": "aws/ec2/ssh-open-to-internet",
        "title": "SSH is open to the whole internet",
        "message": "SSH is open to the whole internet",
        "severity": "critical",
        "confidence": "high",
        "category": "network",
        "location": a_place(),
        "subject": "resource",
        "resource": 'module.net.aws_security_group.web["eu"]',
        "why": "Port 22 open to everyone is scanned within minutes.",
        "detectors": (Detector("gatepost", "gatepost/aws/ec2/ssh-open-to-internet", "critical", "0.1.0"),),
        "cwe": (284,),
        "standards": {"cis_aws_1_4": ("5.2",), "nist_csf_2": ("PR.AA-05",)},
        "fingerprint": "7f3a91c2d0e14b5a86c7",
    }
    return Finding(**(given | facts))


def an_edit(path: str, region: tuple[int, int, int, int], replacement: str) -> Edit:
    return Edit(Location(path, Region(*region)), replacement)


def a_fix(**facts: Any) -> Fix:
    given: dict[str, Any] = {
        "title": "Let only the trusted network in",
        "edits": (an_edit("live/prod/prod.tfvars", (2, 18, 2, 31), '["10.20.0.0/16"]'),),
        "safety": "unsafe",
        "proof": "proved",
        "why_unsafe": "may lock somebody out",
    }
    return Fix(**(given | facts))


def in_environment(name: str = "production", owner: str | None = "@acme/network", **facts: Any) -> Context:
    owners = None if owner is None else (Claim(owner, "CODEOWNERS:12"),)
    how = {"production": "path live/prod/**", "unknown": "no clause of the policy matches"}.get(name, f"path {name}/**")
    return Context(**({"owners": owners, "environments": (Fact(name, how),)} | facts))


LINES = {
    "block": PolicyLine("nothing critical reaches production", a_place("gatepost.yaml", 14, 5, 20)),
    "warn": PolicyLine("everybody hears about the rest", a_place("gatepost.yaml", 19, 5, 20)),
}


def decided(finding: Finding, action: str = "block", context: Context | None = None, **facts: Any) -> Decision:
    assessment = Assessment(finding, context or in_environment())
    return Decision(**({"assessment": assessment, "action": action, "because": LINES.get(action)} | facts))


def a_waiver(**facts: Any) -> Waiver:
    scope = {"rule": "aws/s3/bucket-public-acl", "resource": "aws_s3_bucket.public_site"}
    scope |= {key: facts.pop(key) for key in ("rule", "path", "resource") if key in facts}
    given: dict[str, Any] = {
        "scope": tuple((key, (one,)) for key, one in scope.items() if one),
        "until": "2027-03-31",
        "why": "A public web site; nothing in it is secret (SEC-1412).",
        "by": "security@example.com",
        "location": a_place("gatepost.yaml", 30, 5, 20),
    }
    return Waiver(**(given | facts))


def an_undecided(action: str = "warn", **facts: Any) -> DecidedUndecided:
    given: dict[str, Any] = {
        "rule": "aws/rds/storage-encrypted",
        "title": "Storage is not encrypted",
        "severity": "high",
        "location": a_place("modules/db/main.tf", 12, 25, 38),
        "resource": "aws_db_instance.main",
        "because": ("var.encrypted has no default and no var file gives it",),
        "hint": "gatepost check --var-file envs/prod.tfvars",
        "fingerprint": "aa11bb22cc33dd44",
    }
    return DecidedUndecided(Undecided(**(given | facts)), in_environment("unknown", None), action, LINES.get(action))


def a_problem(action: str = "warn", **facts: Any) -> DecidedProblem:
    given: dict[str, Any] = {
        "location": a_place("modules/old/main.tf", 3, 1, 2),
        "what": "this block is never closed",
        "hint": "add a } before the end of the file",
    }
    return DecidedProblem(Problem(**(given | facts)), action, LINES.get(action))


def a_trace() -> Trace:
    """What a run looked at, with something of each kind."""
    return Trace(
        today="2026-11-21",
        commit="0123456789abcdef0123456789abcdef01234567",
        folder="infra",
        base="89abcdef0123456789abcdef0123456789abcdef",
        revision="origin/main",
        paths=(".",),
        environment="production",
        branch="main",
        inputs=(
            Input("gatepost.yaml", "policy", "a" * 64, False, "89abcdef0123456789abcdef0123456789abcdef"),
            Input("live/prod/network/main.tf", "source", "b" * 64, True),
            Input("trivy.json", "report", "c" * 64),
        ),
        rules="d" * 64,
        looked=(
            Looked("aws/ec2/ssh-open-to-internet", "SSH", "network", "critical", {"nist_csf_2": ("PR.AA-05",)}, 4),
            Looked("aws/rds/storage-encrypted", "Unencrypted", "encryption", "high", {"nist_csf_2": ("PR.DS-01",)}, 1),
            Looked("aws/sqs/queue-unencrypted", "Unencrypted", "encryption", "high", {"nist_csf_2": ("PR.DS-01",)}),
        ),
        given=("region",),
        detectors=("trivy",),
    )


def sources(**more: str) -> dict[str, Source]:
    texts = {
        "live/prod/network/main.tf": MAIN_TF,
        "live/prod/prod.tfvars": TFVARS,
        "live/stage/logs.tf": BUCKET_TF,
        "Dockerfile": DOCKERFILE,
    } | more
    return {path: Source(path, text, "terraform") for path, text in texts.items()}


def a_verdict(*decisions: Decision, **facts: Any) -> Verdict:
    given: dict[str, Any] = {
        "mode": "enforce",
        "policy": "gatepost.yaml",
        "decisions": decisions,
        "undecided": (),
        "problems": (),
        "counts": Counts(files=48, roots=7, resources=212, reports=3),
        "sources": sources(),
    }
    return Verdict(**(given | facts))


def ssh_finding(**facts: Any) -> Finding:
    step = OriginStep("prod.tfvars", a_place("live/prod/prod.tfvars", 2, 18, 31), 'admin_networks = ["0.0.0.0/0"]')
    given: dict[str, Any] = {"message": "0.0.0.0/0", "origins": (step,), "fixes": (a_fix(),)}
    return a_finding(**(given | facts))


def a_vulnerability(number: int, severity: str = "high", **facts: Any) -> Finding:
    given: dict[str, Any] = {
        "rule": f"trivy/CVE-2026-{number:04}",
        "title": f"Overflow number {number} in libfoo",
        "message": f"libfoo{number} 1.{number} reads past its buffer",
        "severity": severity,
        "category": "vulnerability",
        "location": a_place("Dockerfile", 1, 6, 21),
        "subject": "package",
        "resource": "",
        "why": "",
        "detectors": (Detector("trivy", f"trivy/CVE-2026-{number:04}", "high", "0.59.1"),),
        "ids": (f"CVE-2026-{number:04}",),
        "package": Package(f"libfoo{number}", f"1.{number}", (f"1.{number}.1",), f"pkg:deb/libfoo{number}@1", "deb"),
        "cvss": Cvss(8.1, "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.1"),
        "exploitability": Exploitability(known_exploited=number == 3, epss=0.02 * number),
        "cwe": (),
        "standards": {},
        "cause": "Dockerfile#FROM 0",
        "fingerprint": f"{number:04}beefcafe00112233",
    }
    return a_finding(**(given | facts))


def a_bucket_finding(**facts: Any) -> Finding:
    added = '\nresource "aws_s3_bucket_versioning" "logs" {\n  bucket = aws_s3_bucket.logs.id\n}\n'
    given: dict[str, Any] = {
        "rule": "aws/s3/bucket-versioning",
        "title": "Objects of this bucket are lost when they are overwritten",
        "message": "No versioning is configured for this bucket",
        "severity": "medium",
        "category": "resilience",
        "location": Location("live/stage/logs.tf", Region(1, 1, 1, 32)),
        "resource": "aws_s3_bucket.logs",
        "why": "A mistake or an intruder can overwrite what is stored, and nothing brings it back.",
        "cwe": (),
        "fixes": (
            a_fix(
                title="Keep old versions of objects",
                edits=(an_edit("live/stage/logs.tf", (4, 1, 4, 1), added),),
                safety="safe",
                why_unsafe="",
            ),
        ),
        "related": (Related(a_place("live/stage/logs.tf", 2, 3, 9), "its name"),),
        "fingerprint": "0badc0de11223344aabb",
    }
    return a_finding(**(given | facts))


def waiver_uses() -> tuple[WaiverUse, ...]:
    """What became of waivers, one in each state."""
    inline = a_waiver(covers=a_place("live/prod/site.tf", 3, 1, 9), location=a_place("live/prod/site.tf", 2, 1, 9))
    return (
        WaiverUse(
            a_waiver(), ("expiring", "fix_exists"), ("1234567890abcdef1234",), 9, ("a fix",), policy="gatepost.yaml"
        ),
        WaiverUse(a_waiver(rule="aws/rds/*", resource="", path="old/**"), ("unused",), (), 129, policy="gatepost.yaml"),
        WaiverUse(
            inline, ("refused",), ("f",), 129, ("gatepost.yaml accepts none that the change itself brings",), True
        ),
        WaiverUse(a_waiver(until="2026-10-31", ticket="SEC-9"), ("expired",), ("a", "b"), -21, policy="gatepost.yaml"),
        WaiverUse(a_waiver(since="2026-12-01", status="fixed"), ("not_yet_valid",), (), 129, policy="gatepost.yaml"),
        WaiverUse(a_waiver(why="again"), ("shadowed",), ("f",), 129, ("another covers it",), policy="gatepost.yaml"),
        WaiverUse(a_waiver(why="and again"), ("active",), ("f",), 129, policy="gatepost.yaml"),
    )


def one_of_everything() -> Verdict:
    """A verdict with something of each kind in it."""
    staging = in_environment("staging", "@acme/payments")
    image = in_environment("unknown", None, root_cause="FROM python:3.9-slim (Dockerfile:1)", is_new=True)
    waived = a_finding(
        rule="aws/s3/bucket-public-acl",
        title="The bucket is public",
        message="acl is public-read",
        severity="high",
        location=a_place("live/prod/site.tf", 3, 9, 22),
        resource="aws_s3_bucket.public_site",
        fingerprint="1234567890abcdef1234",
    )
    old = a_finding(
        rule="docker/no-healthcheck",
        title="Nobody notices when the container hangs",
        severity="low",
        location=a_place("Dockerfile", 2, 1, 12),
        resource="stage 0",
        no_fix="only you know the command that tells whether the program is well",
        fingerprint="feedface000000000001",
    )
    return a_verdict(
        *(decided(a_vulnerability(n, "critical" if n == 3 else "high"), "warn", image) for n in range(1, 8)),
        decided(old, "allow", in_environment("unknown", None, is_new=False), because=None),
        decided(ssh_finding()),
        decided(waived, "allow", waiver=a_waiver(), because=None),
        decided(a_bucket_finding(), "warn", staging, notes=("the waiver in gatepost.yaml:41 ended on 2026-10-31",)),
        undecided=(an_undecided(),),
        problems=(a_problem(),),
        unused_waivers=(a_waiver(rule="aws/rds/*", resource="", path="old/**"),),
        notes=("known_exploited is asked for, but no feed was given",),
        waivers=waiver_uses(),
        counts=Counts(48, 7, 212, 3, (("ignored by git", 12), ("excluded by the policy", 3))),
    )

"""`python -m tests.benchmarks.reports`: seconds and memory to read, merge, identify and decide reports as they grow.

Each figure comes from a process of its own: CPU seconds for reading one report, for merging it with a second one that
tells the same, for fingerprints, and for deciding under a policy of two hundred lines with two thousand waivers, with
the most memory of the process. Growth is the time beside that of a tenth of the rows; 10 is a straight line.

`python -m tests.benchmarks.reports large [MB]`: the same for reading reports of a size (200 MB), of 20,000 findings
with long texts, from a file; beside it the memory for as many findings with short texts.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

from gatepost.context import assess
from gatepost.findings.detectors import merge_detectors
from gatepost.findings.fingerprints import with_fingerprints
from gatepost.gate import Side, decide, load
from gatepost.model.findings import Finding
from gatepost.model.places import Source
from gatepost.model.policy import Facts
from gatepost.scans import read_report
from gatepost.sources.reading import open_bytes
from gatepost.sources.shipped import shipped_policy

SIZES = (1_000, 10_000, 100_000)
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def trivy(rows: int) -> bytes:
    known = [
        {
            "VulnerabilityID": f"CVE-2024-{10_000 + number}",
            "PkgName": f"package-{number % 500}",
            "PkgIdentifier": {"PURL": f"pkg:deb/debian/package-{number % 500}@1.{number % 90}"},
            "InstalledVersion": f"1.{number % 90}",
            "FixedVersion": "2.0",
            "Severity": ("CRITICAL", "HIGH", "MEDIUM", "LOW")[number % 4],
            "SeveritySource": "nvd",
            "CVSS": {"nvd": {"V3Score": 9.8, "V3Vector": VECTOR}},
            "Title": "A flaw in a package, told in one line",
            "References": [f"https://example.com/{number}"],
        }
        for number in range(rows)
    ]
    result = {"Target": "shop:1.2 (debian 12.5)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": known}
    return _json(
        {"SchemaVersion": 2, "ArtifactName": "shop:1.2", "ArtifactType": "container_image", "Results": [result]}
    )


def gitlab(rows: int) -> bytes:
    scan = {
        "type": "container_scanning",
        "status": "success",
        "scanner": {"id": "trivy", "name": "Trivy", "version": "1"},
    }
    known = [
        {
            "id": f"{number:x}",
            "severity": "High",
            "description": "A flaw",
            "solution": "Upgrade to version 2.0",
            "location": {
                "image": "shop:1.2",
                "operating_system": "debian 12",
                "dependency": {"package": {"name": f"package-{number % 500}"}, "version": f"1.{number % 90}"},
            },
            "identifiers": [{"type": "cve", "name": "CVE", "value": f"CVE-2024-{10_000 + number}"}],
        }
        for number in range(rows)
    ]
    return _json({"version": "15.0.4", "scan": scan, "vulnerabilities": known})


def securityhub(rows: int) -> bytes:
    known = [
        {
            "SchemaVersion": "2018-10-08",
            "Id": f"arn:aws:securityhub:eu-west-1:1:finding/{number}",
            "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
            "ProductName": "Security Hub",
            "GeneratorId": f"security-control/S3.{number % 30}",
            "Severity": {"Label": "HIGH"},
            "Title": "S3 buckets should block public access",
            "Description": "This control checks a bucket.",
            "Resources": [{"Type": "AwsS3Bucket", "Id": f"arn:aws:s3:::bucket-{number}"}],
            "Compliance": {"Status": "FAILED", "SecurityControlId": f"S3.{number % 30}"},
            "Workflow": {"Status": "NEW"},
            "RecordState": "ACTIVE",
        }
        for number in range(rows)
    ]
    return _json({"Findings": known})


def prowler(rows: int) -> bytes:
    head = "ACCOUNT_UID;CHECK_ID;CHECK_TITLE;STATUS;STATUS_EXTENDED;MUTED;SEVERITY;RESOURCE_UID;RISK;COMPLIANCE\n"
    row = "1;check_{0};A check;FAIL;Bucket {1} is public.;False;high;arn:aws:s3:::bucket-{1};Public.;CIS-3.0: 2.1.4\n"
    return (head + "".join(row.format(number % 300, number) for number in range(rows))).encode()


def zap(rows: int) -> bytes:
    one = "<instance><uri>https://shop.example.com/{0}</uri><method>GET</method><param>q</param></instance>"
    instances = "".join(one.format(number) for number in range(rows))
    return (
        '<?xml version="1.0"?><OWASPZAPReport version="2.15.0"><site name="https://shop.example.com"><alerts><alertitem>'
        "<pluginid>1</pluginid><alert>A flaw</alert><riskcode>2</riskcode><confidence>2</confidence><cweid>79</cweid>"
        f"<instances>{instances}</instances></alertitem></alerts></site></OWASPZAPReport>\n"
    ).encode()


def nuclei(rows: int) -> bytes:
    info = {"name": "A flaw", "severity": "high", "tags": ["cve"], "classification": {"cve-id": ["CVE-2024-1234"]}}
    lines = (
        json.dumps(
            {"template-id": f"t-{number % 200}", "info": info, "matched-at": f"https://shop.example.com/{number}"}
        )
        for number in range(rows)
    )
    return ("\n".join(lines) + "\n").encode()


MAKERS: dict[str, Callable[[int], bytes]] = {
    "trivy": trivy,
    "gitlab": gitlab,
    "securityhub": securityhub,
    "prowler": prowler,
    "zap": zap,
    "nuclei": nuclei,
}


def _json(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def policy() -> str:
    """A policy that nothing on its first two hundred lines decides, with waivers of which few are met."""
    lines = [
        f"  - {{name: line {number}, when: {{rule: other/rule-{number}, severity: {{at_least: high}}}}, decide: block}}"
        for number in range(200)
    ]
    here = "path: 'service{}/**', until: 2027-01-01, why: known, by: a@example.com"
    waivers = [f"  - {{rule: tool/rule-{number}, {here.format(number)}}}" for number in range(2_000)]
    return "\n".join(["version: 1", "extends: recommended", "gate:", *lines, "waivers:", *waivers, ""])


def decided(findings: Sequence[Finding]) -> float:
    """Seconds for the contexts and the decisions of all findings."""
    loaded = load(Source("gatepost.yaml", policy(), "policy"), shipped_policy, None)
    began = time.process_time()
    side = Side(loaded, assess(findings, loaded.environments, Facts()), [], [], frozenset())
    assert len(decide(side, today="2026-11-22").decisions) == len(findings)
    return time.process_time() - began


def measure(name: str, rows: int) -> dict[str, float]:
    """Return seconds of reading, merging and identifying, megabytes of the report and of memory."""
    content = MAKERS[name](rows)
    began = time.process_time()
    result = read_report(content, "report", name)
    read = time.process_time()
    assert len(result.findings) == rows, (result.format, len(result.findings), result.problems)
    other = [one._replace(detectors=(one.detectors[0]._replace(tool="other"),)) for one in result.findings]
    between = time.process_time()
    merged = merge_detectors((), (*result.findings, *other))
    joined = time.process_time()
    identified = with_fingerprints(merged)
    known = time.process_time()
    return {
        "megabytes": len(content) / 1e6,
        "read": read - began,
        "merge": joined - between,
        "identify": known - joined,
        "decide": decided(identified),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


LARGE = {"trivy": "utf-8", "trivy in UTF-16": "utf-16", "nuclei": "utf-8", "zap": "utf-8"}
LARGE_ROWS = 20_000


def read_large(what: str, megabytes: float) -> dict[str, float]:
    """Write a report with texts so long that it has a size, and return what reading it from the file costs."""
    name, encoding = what.partition(" ")[0], LARGE[what]
    with tempfile.NamedTemporaryFile() as file:
        # The maker's own memory would be counted too, so it works in another process.
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.reports", "write", name, encoding, str(megabytes), file.name],
            check=True,
        )
        content = open_bytes(file.name, 1 << 30)
        began = time.process_time()
        result = read_report(content, "report", name)
        seconds = time.process_time() - began
        content.close()
        assert len(result.findings) == LARGE_ROWS, (result.format, len(result.findings), result.problems)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"megabytes": os.path.getsize(file.name) / 1e6, "read": seconds, "memory": memory}


def write_large(name: str, encoding: str, megabytes: float, path: str) -> None:
    """Write a report of so many rows whose texts are long enough."""
    content = MAKERS[name](LARGE_ROWS).decode()
    width = 2 if encoding == "utf-16" else 1
    longer = max(0, int((megabytes * 1e6 / width - len(content)) / LARGE_ROWS))
    text, key = {"trivy": ('"Title": "', "A flaw"), "nuclei": ('"name": "', "A flaw"), "zap": ("<param>", "q")}[name]
    more = "<param>q</param><otherinfo>" if name == "zap" else f'"Description": "{"x" * longer}", {text}'
    if name == "zap":
        content = content.replace("<param>q</param>", f"{more}{'x' * longer}</otherinfo>")
    else:
        content = content.replace(f"{text}{key}", f"{more}{key}")
    with open(path, "w", encoding=encoding) as file:
        file.write(content)


def main_large(megabytes: float) -> None:
    """Print a line for each kind of large report."""
    print("".join(f"{one:>18}" for one in ("format", "MB", "read s", "memory MB", "of 1 MB")))
    for what in LARGE:
        found, small = (_run("large", what, str(size)) for size in (megabytes, 1))
        cells = (
            what,
            f"{found['megabytes']:.0f}",
            f"{found['read']:.1f}",
            round(found["memory"]),
            round(small["memory"]),
        )
        print("".join(f"{one:>18}" for one in cells), flush=True)


def _run(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.reports", *arguments]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["large"]:
        if len(arguments) == 3:
            print(json.dumps(read_large(arguments[1], float(arguments[2]))))
        else:
            main_large(float(arguments[1]) if len(arguments) > 1 else 200)
        return
    if arguments[:1] == ["write"]:
        write_large(arguments[1], arguments[2], float(arguments[3]), arguments[4])
        return
    if len(arguments) == 2:
        print(json.dumps(measure(arguments[0], int(arguments[1]))))
        return
    names = ("format", "findings", "MB", "read s", "growth", "merge s", "identify s", "decide s", "memory MB")
    print("".join(f"{one:>12}" for one in names))
    for name in arguments or MAKERS:
        before = 0.0
        for rows in SIZES:
            found = _run(name, str(rows))
            growth = f"{found['read'] / before:.1f}" if before else ""
            before = found["read"]
            figures = (f"{found[key]:.2f}" for key in ("merge", "identify", "decide"))
            cells = (
                name,
                rows,
                f"{found['megabytes']:.1f}",
                f"{found['read']:.2f}",
                growth,
                *figures,
                round(found["memory"]),
            )
            print("".join(f"{one:>12}" for one in cells), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

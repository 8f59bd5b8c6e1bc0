"""`python -m tests.benchmarks.deciding`: seconds to decide findings under a large policy, as they grow.

A policy of two hundred lines and two thousand waivers, alone, and with what looks at every finding beside its lines:
deadlines and ages, five budgets of which two compare with a base that had as many findings. Each figure is CPU time
of a process of its own, with the most memory of the last; growth is the time beside that of a tenth of the findings.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

from gatepost.context import assess
from gatepost.gate import Policy, Side, decide, load
from gatepost.model.decisions import Assessment
from gatepost.model.findings import Cvss, Detector, Finding, Package
from gatepost.model.places import Location, Region, Source
from gatepost.model.policy import Facts
from gatepost.pipeline.ageing import Ages, aged
from gatepost.sources.shipped import shipped_policy
from tests.benchmarks.reports import policy

SIZES = (1_000, 10_000, 100_000)
TODAY = "2026-11-22"
KINDS = ("lines", "deadlines", "budgets")
_SEVERITIES = ("critical", "high", "medium", "low")
DEADLINES = """\
deadlines:
  - {critical: 14 days, from: published, only: {known_exploited: {known: true, in: [true]}}}
  - {critical: 7 days, high: 30 days, medium: 90 days, only: {not: {path: {like: "vendor/*"}}}}
"""
BUDGETS = """\
budgets:
  - {name: criticals, when: {severity: critical, environment: unknown}, at_most: 10}
  - {name: highs, when: {severity: high}, at_most: 100, never_more_than_base: true}
  - {name: causes, when: {severity: {at_least: medium}}, at_most: 50, count: groups, decide: warn}
  - {name: overdue, when: {overdue: true}, never_more_than_base: true}
  - {name: unfixed, when: {fix_available: false, cvss: {at_least: 9}}, at_most: 5}
"""


def findings(count: int) -> list[Finding]:
    """Findings of a scanner in five hundred packages of as many folders."""
    return [
        Finding(
            f"trivy/CVE-2024-{number % 20_000}",
            "A flaw in a package",
            "A flaw in a package, told in one line",
            _SEVERITIES[number % 4],
            "high",
            "vulnerability",
            Location(f"service{number % 500}/Dockerfile", Region(1, 1, 1, 20)),
            "package",
            detectors=(Detector("trivy", f"trivy/CVE-2024-{number % 20_000}"),),
            ids=(f"CVE-2024-{number % 20_000}",),
            package=Package(f"package-{number % 500}", f"1.{number % 90}", ("2.0",), ecosystem="deb"),
            cvss=Cvss(9.8 - number % 7),
            cause=f"service{number % 500}/Dockerfile#FROM 0",
            fingerprint=f"{number:016x}",
            published=f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}",
        )
        for number in range(count)
    ]


def decided(kind: str, count: int) -> float:
    """Seconds for the contexts and the decisions of all findings, with what `kind` adds to the lines."""
    more = {"lines": "", "deadlines": DEADLINES, "budgets": DEADLINES + BUDGETS}[kind]
    loaded = load(Source("gatepost.yaml", policy() + more, "policy"), shipped_policy, None)
    found = findings(count)
    history = {one.fingerprint: ("2026-09-01", TODAY) for one in found[::2]}
    ages = Ages(history, "first seen, by a history", True, TODAY)
    began = time.process_time()
    assessments = _assessed(found, loaded, ages, kind)
    before = _assessed(found, loaded, ages, kind) if kind == "budgets" else None
    result = decide(Side(loaded, assessments, before=before), today=TODAY)
    assert len(result.decisions) == count and (kind == "lines") == (result.decisions[0].due is None)
    return time.process_time() - began


def _assessed(found: list[Finding], loaded: Policy, ages: Ages, kind: str) -> list[Assessment]:
    assessments = assess(found, loaded.environments, Facts())
    return list(assessments) if kind == "lines" else [aged(one, ages) for one in assessments]


def _apart(kind: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.deciding", kind, str(count)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def main(arguments: list[str]) -> None:
    if len(arguments) == 2:
        seconds = decided(arguments[0], int(arguments[1]))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "memory": memory}))
        return
    print("".join(f"{one:>12}" for one in ("findings", *(word for kind in KINDS for word in (kind, "growth")), "MB")))
    before: dict[str, float] = {}
    for count in SIZES:
        cells = [f"{count:>12}"]
        memory = 0.0
        for kind in KINDS:
            found = _apart(kind, count)
            growth = f"{found['seconds'] / before[kind]:.1f}" if kind in before else ""
            before[kind], memory = found["seconds"], found["memory"]
            cells += [f"{found['seconds']:>12.2f}", f"{growth:>12}"]
        print("".join(cells) + f"{round(memory):>12}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

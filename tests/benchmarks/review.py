"""`python -m tests.benchmarks.review`: what it takes to tell a large pull request; never part of the tests.

A verdict of 5,000 findings on 300 changed files is told to the fake GitHub on the loopback interface, once anew, once
again unchanged and once with half of it mended. Time and memory are those of a process of its own that only tells;
waiting is done on a clock that waiting moves, so the limits of the host show as seconds and take none.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from tests.reviewing.github_host import FakeGitHub
from tests.reviewing.hosts import finding, suggested, verdict
from tests.routing.hosts.host import Answer, serving

LINES = 60
_LIMIT = Answer(403, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "60"})


class Told(NamedTuple):
    """One run: requests by the host's count, CPU seconds and megabytes of the process that told, seconds waited."""

    requests: int
    writes: int
    cpu: float
    memory: float
    waited: float
    done: dict[str, Any]


def patch(lines: int = LINES) -> str:
    """Return the diff of a file whose every line is new."""
    return f"@@ -0,0 +1,{lines} @@\n" + "\n".join(f"+open {line}" for line in range(1, lines + 1))


def findings(count: int, files: int, only: int = 1) -> list[dict[str, Any]]:
    """Return findings spread over files, each with its fix; every `only`-th of them."""
    made: list[dict[str, Any]] = []
    for number in range(0, count, only):
        path, line = f"infra/m{number % files}/main.tf", number // files % LINES + 1
        fix = suggested(path, line, f"open {line}")
        made.append(
            finding(f"aws/x/rule-{number}", path, line, fixes=[fix], diff=[f"{path}:{line}", "- open", "+ closed"])
        )
    return made


def host_with(files: int, lines: int = LINES) -> FakeGitHub:
    """Return a fake GitHub whose pull request changes files."""
    return FakeGitHub({f"infra/m{number}/main.tf": patch(lines) for number in range(files)})


def tell(host: FakeGitHub, data: dict[str, Any], most: int) -> Told:
    """Tell the host a verdict in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "verdict.json"
        path.write_text(json.dumps(data))
        before, wrote = len(host.asked), len(_writes(host))
        command = [sys.executable, "-m", "tests.benchmarks.review", "--tell", str(path)]
        asked = subprocess.run(
            [*command, host.address, host.token, str(most)], capture_output=True, text=True, check=True, timeout=600
        )
        out = json.loads(asked.stdout)
        done = out["done"]
        requests = len(host.asked) - before
        return Told(requests, len(_writes(host)) - wrote, out["cpu"], out["memory"], out["waited"], done)


def _writes(host: FakeGitHub) -> list[Any]:
    return [one for one in host.writes() if one.path != "/graphql"]


def _one(path: str, address: str, token: str, most: int) -> None:
    from gatepost.reviewing.carrying_out import Wishes, review
    from gatepost.reviewing.hunks import read_hunks
    from gatepost.reviewing.marks import read_mark
    from gatepost.reviewing.told import read_told
    from gatepost.services.github_reviews import GitHubReviews
    from gatepost.services.patience import Patience

    waits: list[float] = []
    patience = Patience(3_600, lambda: 2e9 + sum(waits), waits.append)
    client = GitHubReviews(address, "acme/shop", 7, token, patience, read_hunks, read_mark)
    done = review(read_told(json.loads(Path(path).read_text("utf-8"))), client, Wishes(most=most))
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1e3, "waited": sum(waits)}
    print(json.dumps({**told, "done": done._asdict()}))


def show(name: str, told: Told) -> None:
    """Print one run."""
    counts = ", ".join(f"{told.done[key]} {key}" for key in ("posted", "edited", "unchanged", "fixed"))
    print(
        f"{name:34} {told.requests:5} requests ({told.writes} write) {told.cpu:6.2f} s CPU {told.memory:6.0f} MB"
        f" {told.waited:5.0f} s waited; {counts}; summary {told.done['summary']}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=5_000)
    parser.add_argument("--files", type=int, default=300)
    parser.add_argument("--most", type=int, default=20)
    parser.add_argument("--tell", nargs=4)
    given = parser.parse_args()
    if given.tell:
        path, address, token, most = given.tell
        _one(path, address, token, int(most))
        return
    count, files, most = given.findings, given.files, given.most
    with serving(host_with(files)) as host:
        assert isinstance(host, FakeGitHub)
        host.fail("POST", "/reviews", _LIMIT)
        show(f"{count} findings on {files} files, anew", tell(host, verdict(*findings(count, files)), most))
        show("the same again", tell(host, verdict(*findings(count, files)), most))
        show("every second one mended", tell(host, verdict(*findings(count, files, 2)), most))
    with serving(host_with(files)) as host:
        assert isinstance(host, FakeGitHub)
        show("a tenth of the findings, anew", tell(host, verdict(*findings(count // 10, files)), most))


if __name__ == "__main__":
    main()

"""`gatepost feeds` and `--feeds`, against a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gatepost.cli.feeds import command
from tests.cli.conftest import Run

KEV = {"dateReleased": "2026-11-20T10:00:00Z", "count": 1, "vulnerabilities": [{"cveID": "CVE-2024-3094"}]}
EPSS = "#model_version:v1,score_date:2026-11-21T00:00:00Z\ncve,epss,percentile\nCVE-2024-3094,0.85,0.99\n"
TRIVY: dict[str, Any] = {
    "SchemaVersion": 2, "ArtifactName": "shop:1", "ArtifactType": "container_image",
    "Results": [{"Target": "shop:1 (debian 12)", "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": [
        {"VulnerabilityID": "CVE-2024-3094", "PkgName": "liblzma5", "InstalledVersion": "5.6.0", "Severity": "LOW"}]}],
}  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    served = tmp_path / "served"
    served.mkdir()
    (served / "kev.json").write_text(json.dumps(KEV))
    (served / "epss.csv").write_text(EPSS)
    (served / "page.html").write_text("<html>please log in</html>")

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given, directory=str(served))

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


def update(gatepost: Run, kev: str, epss: str, *more: str) -> Any:
    return gatepost("feeds", "update", "--kev", kev, "--epss", epss, "--today", "2026-11-22", *more)


def test_feeds_are_fetched_shown_and_used_by_a_check(gatepost: Run, server: str, shop: Path) -> None:
    ran = update(gatepost, f"{server}/kev.json", f"{server}/epss.csv")
    assert (ran.code, ran.err) == (0, "")
    shown = gatepost("feeds", "--today", "2026-11-22").out
    assert "KEV   2026-11-20  2 days old" in shown
    assert "EPSS  2026-11-21  1 day old" in shown
    (shop / "trivy.json").write_text(json.dumps(TRIVY))
    arguments = ("check", "Dockerfile", "--report", "trivy.json", "--policy", "recommended", "--format", "json")
    (found,) = [one for one in json.loads(gatepost(*arguments).out)["findings"] if one["package"]]
    assert (found["decision"]["action"], found["context"]["exploitability"]["known_exploited"]) == ("allow", None)
    verdict = json.loads(gatepost(*arguments, "--feeds", ".gatepost/feeds").out)
    (found,) = [one for one in verdict["findings"] if one["package"]]
    assert found["decision"]["because"] == "nothing that is known to be exploited"
    assert found["context"]["exploitability"]["epss_by"] == "EPSS of 2026-11-21"
    assert [feed["age_days"] for feed in verdict["verdict"]["feeds"]] == [2, 1]


def test_what_cannot_be_fetched_or_is_no_feed_leaves_what_is_there(gatepost: Run, server: str, shop: Path) -> None:
    update(gatepost, f"{server}/kev.json", f"{server}/epss.csv", "--feeds", "feeds")
    before = [one.read_bytes() for one in sorted((shop / "feeds").iterdir())]
    ran = update(gatepost, f"{server}/page.html", f"{server}/none", "--feeds", "feeds")
    assert ran.code == 3
    assert "it is not JSON; the one that is there stays" in ran.err
    assert "the server answers 404; the one that is there stays" in ran.err
    assert [one.read_bytes() for one in sorted((shop / "feeds").iterdir())] == before


def test_a_first_fetch_that_fails_leaves_nothing(gatepost: Run, server: str, shop: Path) -> None:
    assert update(gatepost, f"{server}/page.html", f"{server}/page.html", "--feeds", "feeds").code == 3
    assert list((shop / "feeds").iterdir()) == []


def test_the_policy_says_where_feeds_are_and_how_old_they_may_be(gatepost: Run, server: str, shop: Path) -> None:
    (shop / "strict.yaml").write_text("version: 1\nextends: observe\nfeeds: {path: feeds, max_age: 1d}\n")
    arguments = ("check", "Dockerfile", "--policy", "strict.yaml", "--format", "json")
    assert gatepost(*arguments).code == 2
    update(gatepost, f"{server}/kev.json", f"{server}/epss.csv", "--feeds", "feeds")
    problems = json.loads(gatepost(*arguments).out)["problems"]
    assert [(one["kind"], one["what"]) for one in problems] == [
        ("feed", "the KEV feed is 2 days old, and may be 1 at most")
    ]


def test_a_folder_without_feeds_is_an_error(gatepost: Run) -> None:
    ran = gatepost("check", "--feeds", "nowhere")
    assert (ran.code, "gatepost feeds update --feeds nowhere" in ran.err) == (2, True)


def test_only_this_command_names_addresses() -> None:
    assert set(command.commands) == {"update"}

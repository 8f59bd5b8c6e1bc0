"""The step of docs/pipelines.md for Bitbucket, run: a report and annotations arrive through the proxy of a pipeline."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.delivery.real_parts import commit_all, git
from tests.docs.pages import blocks
from tests.reviewing.other_hosts import FakeBitbucket
from tests.routing.hosts.host import handler

PROXY = ("127.0.0.1", 29418)  # where every pipeline of Bitbucket has it
VOLUME = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "eu-west-1a"\n  size = 10\n}\n'
POLICY = "version: 1\ngate:\n  - {name: everything, when: {severity: {at_least: info}}, decide: block}\n"


@pytest.fixture
def proxy() -> Iterator[FakeBitbucket]:
    made = FakeBitbucket({})
    try:
        server = ThreadingHTTPServer(PROXY, handler(made))
    except OSError:
        pytest.skip("the port of the proxy is taken")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A repository whose last commit brings what the policy blocks."""
    (tmp_path / "gatepost.yaml").write_text(POLICY)
    commit_all(tmp_path)
    (tmp_path / "main.tf").write_text(VOLUME)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "change")
    return tmp_path


def step() -> list[str]:
    """Return what the step does, without what installs Gatepost."""
    (block,) = [b for b in blocks("yaml") if b.page.name == "pipelines.md" and "--check-run" in b.text]
    (request,) = yaml.safe_load(block.text)["pipelines"]["pull-requests"].values()
    return [line for line in request[0]["step"]["script"] if not line.startswith("pip ")]


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    lines = [
        line.replace("gatepost check", f"{shlex.quote(sys.executable)} -m gatepost check --base HEAD~1")
        for line in step()
    ]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "BITBUCKET_PIPELINE_UUID": "{1}",
        "BITBUCKET_PR_ID": "7",
        "BITBUCKET_REPO_FULL_NAME": "acme/shop",
        "BITBUCKET_COMMIT": git(folder, "rev-parse", "HEAD"),
    }
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(lines)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_report_and_its_annotations_arrive_and_the_gate_decides(proxy: FakeBitbucket, change: Path) -> None:
    done = run(change)
    assert done.returncode == 1 and "the pull request is not told: BITBUCKET_TOKEN is not set" in done.stderr
    ((commit, _),) = proxy.reports
    assert commit == git(change, "rev-parse", "HEAD")
    (report,) = proxy.reports.values()
    (rows,) = proxy.annotations.values()
    assert report["result"] == "FAILED" and {row["path"] for row in rows.values()} == {"main.tf"}
    assert (change / "test-results" / "gatepost.xml").is_file() and (change / "gatepost.html").is_file()


def test_without_the_proxy_the_exit_code_is_the_same(change: Path) -> None:
    done = run(change)
    assert done.returncode == 1 and "the check run is not written" in done.stderr

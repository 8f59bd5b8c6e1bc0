"""What docs/pipelines.md sends to Bitbucket, sent: through a proxy, in requests that Code Insights takes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import blocks
from tests.routing.hosts.host import Answer, Asked, Host, serving

REPORT = "/2.0/repositories/acme/shop/commit/4be1c90/reports/gatepost"
MISSING = [name for name in ("bash", "curl", "jq") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not here: {', '.join(MISSING)}")


class Proxy(Host):
    """The proxy of a pipeline with Bitbucket behind it: one report, and annotations by their id."""

    def __init__(self) -> None:
        super().__init__()
        self.report: dict[str, object] = {}
        self.annotations: dict[str, dict[str, object]] = {}

    def answer(self, asked: Asked) -> Answer:
        if not asked.path.startswith(REPORT):
            return Answer(404)
        if asked.method == "PUT" and asked.path == REPORT:
            self.report = asked.data
            return Answer(200, self.report)
        if asked.method == "POST" and asked.path == f"{REPORT}/annotations" and self.report:
            if not 1 <= len(asked.data) <= 100:
                return Answer(400, {"key": "report-service.general.bad-request"})
            self.annotations |= {one["external_id"]: one for one in asked.data}
            return Answer(200, asked.data)
        return Answer(405)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    with serving(made):
        yield made


def script() -> list[str]:
    """Return what the snippet does after the gate, without what installs the tools."""
    (block,) = [b for b in blocks("yaml") if b.page.name == "pipelines.md" and "after-script:" in b.text]
    (request,) = yaml.safe_load(block.text)["pipelines"]["pull-requests"].values()
    return [line for line in request[0]["step"]["after-script"] if not line.startswith("apt-get")]


def send(proxy: Proxy, folder: Path) -> subprocess.CompletedProcess[str]:
    lines = "\n".join(script()).replace("http://localhost:29418", proxy.address)
    environment = {"PATH": "/usr/bin:/bin", "BITBUCKET_REPO_FULL_NAME": "acme/shop", "BITBUCKET_COMMIT": "4be1c90"}
    return subprocess.run(
        ["bash", "-e", "-c", lines],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def insights(count: int) -> str:
    rows = [{"external_id": f"gatepost-{n}", "summary": 'a \\n "b" %s'} for n in range(count)]
    batches = [rows[start : start + 100] for start in range(0, count, 100)]
    return json.dumps({"report": {"title": "Gatepost", "result": "FAILED"}, "annotations": batches})


@pytest.mark.parametrize("count", [0, 1, 250])
def test_the_report_and_all_annotations_arrive(proxy: Proxy, tmp_path: Path, count: int) -> None:
    (tmp_path / "insights.json").write_text(insights(count))
    done = send(proxy, tmp_path)
    assert done.returncode == 0, done.stderr
    assert proxy.report == {"title": "Gatepost", "result": "FAILED"}
    assert len(proxy.annotations) == count
    assert all(one["summary"] == 'a \\n "b" %s' for one in proxy.annotations.values())


def test_a_gate_that_wrote_nothing_sends_nothing(proxy: Proxy, tmp_path: Path) -> None:
    assert send(proxy, tmp_path).returncode == 0
    assert proxy.asked == []


def test_a_refusal_is_seen(proxy: Proxy, tmp_path: Path) -> None:
    (tmp_path / "insights.json").write_text(insights(1))
    proxy.fail("PUT", REPORT, Answer(403, {"message": "no"}))
    assert send(proxy, tmp_path).returncode != 0

"""The HTML page: whole in itself, safe, and alive in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from verdict_builders import (
    PLAIN,
    a_bucket_finding,
    a_finding,
    a_place,
    a_problem,
    a_verdict,
    a_waiver,
    an_undecided,
    decided,
    in_environment,
    one_of_everything,
    sources,
    ssh_finding,
)

from gatepost.reports import render
from gatepost.reports.view import View

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here (apt-get install chromium)")
QUIETLY = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]


def page(verdict: Any, view: View = PLAIN) -> str:
    return render("html", verdict, view).body


@pytest.fixture
def browser(tmp_path: Path) -> Callable[..., str]:
    """Open a page in Chromium; returns its DOM after its scripts have run."""

    def opened(text: str, *flags: str) -> str:
        assert BROWSER is not None
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        arguments = [BROWSER, *QUIETLY, f"--user-data-dir={tmp_path / 'profile'}", *flags, "--dump-dom", file.as_uri()]
        done = subprocess.run(arguments, capture_output=True, timeout=120, check=True)
        return done.stdout.decode("utf-8")

    return opened


def test_the_first_line_is_the_verdict_and_its_reason() -> None:
    heading = re.search(r"<h1>(.*?)</h1>", page(one_of_everything()), re.DOTALL)
    assert heading is not None
    words = " ".join(re.sub(r"<[^>]+>", "", heading.group(1)).split())
    assert words == "Blocked 1 finding stops this change from reaching production"


def test_nothing_is_fetched_from_anywhere() -> None:
    text = page(one_of_everything())
    assert "default-src 'none'" in text
    assert not re.search(r"""(?:src|href|action)=["'](?!#)""", text)
    assert "url(" not in text and "@import" not in text


def test_every_finding_undecided_and_problem_is_on_the_page() -> None:
    verdict = one_of_everything()
    text = page(verdict)
    assert text.count('<details class="finding') == len(verdict.decisions)
    assert 'id="undecided"' in text and 'id="problems"' in text and 'id="waivers"' in text


def test_what_blocks_stands_before_the_findings() -> None:
    verdict = a_verdict(
        decided(a_bucket_finding(), "warn"), problems=(a_problem("block"),), undecided=(an_undecided(),)
    )
    text = page(verdict)
    assert text.index('id="problems"') < text.index('id="findings"') < text.index('id="undecided"')


def test_waivers_are_listed_by_expiry() -> None:
    waivers = [a_waiver(until=day, why=f"why {day}") for day in ("2027-05-01", "2026-11-25", "2026-01-01")]
    verdict = a_verdict(*(decided(a_finding(fingerprint=w.until), "allow", waiver=w) for w in waivers))
    text = page(verdict, View(today="2026-11-21"))
    assert re.findall(r"<time>(.*?)</time>", text) == ["2026-01-01", "2026-11-25", "2027-05-01"]
    assert "ended" in text and "4 days left" in text


def test_ids_stay_unique_when_fingerprints_are_not() -> None:
    text = page(a_verdict(*(decided(a_finding(rule=f"a/b/{n}")) for n in range(5))))
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(set(ids)) == len(ids)


def test_a_secret_is_not_on_the_page() -> None:
    secret = a_finding(subject="secret", location=a_place("s.tf", 1, 13, 29), message="hunter2-and-more", fixes=())
    verdict = a_verdict(decided(secret), sources=sources(**{"s.tf": 'password = "hunter2-and-more"\n'}))
    assert "hunter2" not in page(verdict)


def test_what_can_be_copied_is_exactly_the_patch() -> None:
    assert "copy needs-js" in page(a_verdict(decided(ssh_finding())))
    hidden = a_verdict(decided(ssh_finding()), sources={})
    assert "copy needs-js" not in page(hidden), "without the file the patch is not whole"


SCRIPT = """
<script>
addEventListener("load", () => {
  const told = {};
  const shown = () => document.querySelectorAll(".finding:not([hidden])").length;
  const click = (what) => document.querySelector(what).click();
  const key = (name) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
  told.all = shown();
  click(".cell.critical[aria-label$='production']"); told.cell = shown();
  told.pressed = document.querySelectorAll(".cell[aria-pressed=true]").length;
  click(".cell.critical[aria-label$='production']"); told.again = shown();
  click(".row[data-own='2']"); told.owner = shown();
  key("Escape"); told.escape = shown();
  click(".tile.warn"); told.warned = shown();
  click("#clear");
  click(".row[data-grp='0']"); told.cause = shown();
  click("#clear");
  key("/"); told.focused = document.activeElement.id;
  const text = document.getElementById("text");
  text.value = "versioning LOGS"; text.dispatchEvent(new Event("input"));
  setTimeout(() => {
    told.text = shown(); told.count = document.getElementById("shown").textContent;
    text.value = "no such thing"; text.dispatchEvent(new Event("input"));
    setTimeout(() => {
      told.none = shown(); told.empty = !document.getElementById("none").hidden;
      told.undecided = document.querySelector("#undecided").checkVisibility();
      told.problems = document.querySelector("#problems").checkVisibility();
      click("#clear"); document.activeElement.blur(); key("j");
      told.stepped = document.activeElement.tagName;
      dispatchEvent(new Event("beforeprint"));
      told.closed = document.querySelectorAll("main details:not([open])").length;
      document.title = JSON.stringify(told);
    }, 30);
  }, 30);
});
</script>
"""


@in_a_browser
def test_pictures_text_and_keys_filter_the_findings(browser: Callable[..., str]) -> None:
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page(one_of_everything()))
    dom = browser(text.replace("</body>", SCRIPT + "</body>"), "--virtual-time-budget=3000")
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title is not None
    told = json.loads(title.group(1).replace("&quot;", '"'))
    assert told == {
        "all": 11,
        "cell": 1,
        "pressed": 1,
        "again": 11,
        "owner": 1,
        "escape": 11,
        "warned": 8,
        "cause": 7,
        "focused": "text",
        "text": 1,
        "count": "1 of 11",
        "none": 0,
        "empty": True,
        "undecided": True,
        "problems": True,
        "stepped": "SUMMARY",
        "closed": 0,
    }


@in_a_browser
def test_its_own_script_runs_under_its_policy_and_nothing_else_does(browser: Callable[..., str]) -> None:
    evil = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    finding = ssh_finding(title=evil, message=evil, resource=evil, location=a_place(f"x/{evil}", 1))
    verdict = a_verdict(decided(finding, context=in_environment(evil, evil)), notes=(evil,))
    injected = page(verdict).replace("</body>", "<script>document.title='owned'</script></body>")
    dom = browser(injected)
    assert '<html lang="en" class="js">' in dom
    assert "<title>owned" not in dom


@in_a_browser
@pytest.mark.parametrize("look", ["light", "dark"])
def test_it_can_be_photographed(browser: Callable[..., str], tmp_path: Path, look: str) -> None:
    picture = tmp_path / f"{look}.png"
    dark = ["--blink-settings=preferredColorScheme=0"] if look == "dark" else []
    browser(page(one_of_everything()), f"--screenshot={picture}", "--window-size=1200,1600", *dark)
    assert picture.stat().st_size > 50_000, "the page is not empty"

"""`gatepost docs` writes a site of all rules: what is on its pages, and how they work in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from gatepost.rules.catalogue import load_shipped
from tests.cli.conftest import Run
from tests.reports.chromium import BROWSER, Tab, browsing

in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here (apt-get install chromium)")
SSH = "aws/ec2/ssh-open-to-internet"
EVIL = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>\"' onload='x"
HOSTILE = """\
title: {evil}
severity: low
category: {evil}
why: {evil}
also_known_as: [{evil}]
references: ["javascript:alert(1)", {evil}]
applies_to: docker.USER
settings: {{word: {evil}}}
forbid: {{name: root}}
no_fix: {evil}
cases:
  - name: {evil}
    dockerfile: |
      FROM scratch
      # <img src=x onerror=document.title='owned'>
      # finding
      USER root
  - name: right
    dockerfile: |
      FROM scratch
      USER 1000
"""


@pytest.fixture
def site(gatepost: Run, tmp_path: Path) -> Path:
    """The site of the shipped rules."""
    assert gatepost("docs", str(tmp_path / "site")).code == 0
    return tmp_path / "site"


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    """A page of a browser; when the test is done, nothing was fetched but files, and nothing was complained of."""
    with browsing(tmp_path / "profile") as opened:
        yield opened
        opened.run("1")
        assert not [one for one in opened.requests if not one.startswith(("file:", "about:"))]
        assert not opened.complaints


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.found.append(value or "")
            elif name in ("src", "href", "action", "style") or name.startswith("on"):
                self.fetched.append(f"{tag} {name}={value}")


def links(text: str) -> _Links:
    parser = _Links()
    parser.feed(text)
    return parser


def test_every_rule_has_a_page_and_the_index_leads_to_it(site: Path) -> None:
    ids = load_shipped().ids()
    written = sorted(str(path.relative_to(site / "rules"))[:-5] for path in (site / "rules").rglob("*.html"))
    assert written == sorted(ids)
    index = links((site / "index.html").read_text())
    assert {f"rules/{id}.html" for id in ids} <= set(index.found)


def test_every_link_of_the_site_leads_to_a_page_and_nothing_is_fetched(site: Path) -> None:
    for page in site.rglob("*.html"):
        read = links(page.read_text())
        assert not read.fetched, page
        for target in read.found:
            if not target.startswith(("https://", "#")):
                assert (page.parent / unquote(target.partition("#")[0])).resolve().is_file(), f"{page}: {target}"


def test_a_page_tells_all_that_the_file_of_the_rule_says(site: Path) -> None:
    text = (site / f"rules/{SSH}.html").read_text()
    rule = load_shipped().rule(SSH)
    for told in (rule.title, rule.why, *rule.also_known_as, *rule.references, "trusted_networks", "Unsafe", "5.2"):
        assert told in text, told
    assert "forbid:" in text and "cidrs: {covers: internet" in text
    assert "10.20.0.0/16" in text and text.count("<h3>Bad</h3>") == text.count("<h3>Good</h3>") == 2


def test_the_same_rules_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gatepost", "docs", str(tmp_path / "again")]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "7"}, check=True, capture_output=True)
    for page in site.rglob("*.html"):
        assert page.read_bytes() == (tmp_path / "again" / page.relative_to(site)).read_bytes()


def test_pages_of_rules_that_are_gone_go_and_files_of_others_are_never_touched(gatepost: Run, site: Path) -> None:
    (site / "rules/aws/gone.html").write_text("old")
    (site / "CNAME").write_text("rules.example.com")
    assert "1 of rules that are gone removed" in gatepost("docs", str(site)).out
    assert not (site / "rules/aws/gone.html").exists() and (site / "CNAME").exists()
    other = site.parent / "other"
    other.mkdir()
    (other / "index.html").write_text("mine")
    ran = gatepost("docs", str(other))
    assert ran.code == 2 and "something else" in ran.err and (other / "index.html").read_text() == "mine"


def hostile(gatepost: Run, folder: Path) -> Path:
    """Write the site with a rule whose every text wants out."""
    (folder / "own/rules/acme").mkdir(parents=True)
    quoted = '"' + EVIL.replace('"', '\\"') + '"'
    (folder / "own/rules/acme/evil & <b>.yaml").write_text(HOSTILE.format(evil=quoted))
    ran = gatepost("docs", str(folder / "site"), "--rules", str(folder / "own"))
    assert ran.code == 0, ran.err
    return folder / "site"


def test_the_text_of_a_rule_is_text_on_its_page(gatepost: Run, tmp_path: Path) -> None:
    site = hostile(gatepost, tmp_path)
    for page in (site / "index.html", site / "rules/acme/evil & <b>.html"):
        read = links(page.read_text())
        assert not read.fetched
        assert not [target for target in read.found if target.startswith("javascript:")]


@in_a_browser
def test_nothing_that_a_rule_says_runs(gatepost: Run, tmp_path: Path, tab: Tab) -> None:
    site = hostile(gatepost, tmp_path)
    tab.open((site / "index.html").as_uri())
    tab.run("document.querySelector('a[href*=evil]').click()")
    while "evil" not in tab.run("location.href") or tab.run("document.readyState") != "complete":
        pass
    assert tab.run("document.title").endswith("· Gatepost") and not tab.run("document.images.length")


def shown(tab: Tab) -> list[str]:
    script = "[...document.querySelectorAll('.rules li')].filter((one) => one.checkVisibility())"
    return tab.run(f"{script}.map((one) => one.querySelector('code').textContent)")


@in_a_browser
def test_words_and_filters_find_rules_and_the_address_remembers_them(site: Path, tab: Tab) -> None:
    tab.open((site / "index.html").as_uri())
    ids = list(load_shipped().ids())
    assert sorted(shown(tab)) == sorted(ids)
    tab.press("/")
    tab.write("ckv_aws_24")
    assert SSH in shown(tab) and len(shown(tab)) < 5
    tab.press("Escape")
    tab.run("new Promise((done) => setTimeout(done, 20))")
    assert len(shown(tab)) == len(ids)
    choose = (
        "(name, value) => { const one = document.getElementById('f-' + name); one.value = value; "
        "one.dispatchEvent(new Event('change')); }"
    )
    for name, value in (("severity", "critical"), ("provider", "aws"), ("standard", "cis_aws_3_0")):
        tab.run(f"({choose})({name!r}, {value!r})")
    rules = load_shipped().rules()
    wanted = [
        one.id
        for one in rules
        if one.severity == "critical" and one.id.startswith("aws/") and "cis_aws_3_0" in one.standards
    ]
    assert shown(tab) == wanted and SSH in wanted
    address = tab.run("location.href")
    tab.open("about:blank#")
    tab.open(address)
    assert shown(tab) == wanted
    tab.run("const q = document.getElementById('q'); q.value = 'no such thing'; q.dispatchEvent(new Event('input'))")
    assert shown(tab) == [] and tab.run("document.getElementById('none').checkVisibility()")


@in_a_browser
def test_everything_can_be_done_with_the_keys(site: Path, tab: Tab) -> None:
    tab.open((site / "index.html").as_uri())
    tab.press("Tab")
    assert tab.run("document.activeElement.textContent") == "Skip to the rules"
    tab.press("Tab")
    assert tab.run("document.activeElement.id") == "q"
    tab.write("ssh internet terraform")
    first = shown(tab)[0]
    tab.press("ArrowDown")
    assert tab.run("document.activeElement.closest('li').querySelector('code').textContent") == first
    tab.press("j")
    assert tab.run("document.activeElement.closest('li').querySelector('code').textContent") == shown(tab)[1]
    tab.press("k")
    tab.press("Enter")
    while not tab.run("location.pathname").endswith(f"{first}.html"):
        pass


@in_a_browser
def test_every_field_and_every_link_has_a_name_and_no_id_stands_twice(site: Path, tab: Tab) -> None:
    tab.open((site / "index.html").as_uri())
    assert not tab.run("[...document.querySelectorAll('input, select')].filter((one) => !one.labels.length).length")
    assert not tab.run("[...document.querySelectorAll('a')].filter((one) => !one.textContent.trim()).length")
    ids = re.findall(r' id="([^"]+)"', (site / "index.html").read_text())
    assert len(ids) == len(set(ids))
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")

"""Whatever a scanned file or report says, no report carries it out."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from host_demands import BITBUCKET, GERRIT, RDJSON, codequality_complaints, gitlab_secure
from sarif_demands import complaints
from verdict_builders import (
    PLAIN,
    a_finding,
    a_fix,
    a_place,
    a_problem,
    a_verdict,
    a_waiver,
    an_edit,
    an_undecided,
    decided,
    in_environment,
)

from gatepost.model.decisions import Fact, PolicyLine, Verdict, WaiverUse
from gatepost.model.findings import Detector, OriginStep, Package, Related
from gatepost.model.places import Location, Region, Source
from gatepost.reports import FORMATS, render, schema, shapes
from gatepost.reports.view import View

EVIL = [
    "\x1b]0;owned\x07\x1b[2J\x9b31m",
    "\u202eterces\u2066\u200b",
    "::error file=x::owned",
    "x\n::add-mask::a\r\n##[group]b\n##vso[task.complete result=Succeeded;]",
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "\" onmouseover='alert(1)' ]]> <!-- --> &lt;",
    "@acme/everybody #1 https://evil.example [a](javascript:alert(1)) `b` ```\n# c\n| d |",
    "\x00\ufffe\ud800\U000e0041",
    "]]>&xxe;<!DOCTYPE a>",
    "{{7*7}} ${env} %0A%25 $(id) {x:>99999999999}",
    "",
]


def evil_verdict(evil: str) -> Verdict:
    path = f"dir/{evil}"
    place = Location(path, Region(1, 1, 1, 5))
    finding = a_finding(
        rule=f"tool/{evil}",
        title=evil,
        message=evil + " message",
        category=evil,
        why=evil + " why",
        resource=evil,
        location=place,
        detectors=(Detector(evil, evil, "high", evil),),
        ids=(evil,),
        package=Package(evil, evil, (evil,), evil, evil),
        standards={evil: (evil,)},
        also_known_as=(evil,),
        related=(Related(place, evil),),
        origins=(OriginStep(evil, place, evil),),
        references=(evil, "https://" + evil),
        fixes=(a_fix(title=evil, why_unsafe=evil, edits=(an_edit(path, (1, 1, 1, 2), evil),)),),
        advice=evil,
        no_fix=evil,
        cause=evil,
        fingerprint=evil or "f",
    )
    context = in_environment(evil, evil or None, root_cause=evil, environments=(Fact(evil, evil),))
    line = PolicyLine(evil, place)
    waiver = a_waiver(rule=evil, path=evil, resource=evil, until=evil, why=evil, by=evil, location=place)
    return a_verdict(
        decided(finding, "block", context, because=line, notes=(evil,)),
        decided(finding._replace(fixes=()), "warn", context, because=line),
        decided(finding._replace(cause="other"), "allow", context, because=None, waiver=waiver),
        undecided=(
            an_undecided("block", rule=evil, title=evil, location=place, resource=evil, because=(evil,), hint=evil),
        ),
        problems=(a_problem("block", location=place, what=evil, hint=evil),),
        unused_waivers=(waiver,),
        waivers=(WaiverUse(waiver, ("expired", "unused"), (evil,), -1, (evil,), True, evil),),
        notes=(evil,),
        policy=evil,
        sources={path: Source(path, f"{evil}\n{evil}\n", "terraform")},
    )


@pytest.fixture(params=EVIL, ids=range(len(EVIL)))
def evil(request: pytest.FixtureRequest) -> str:
    return request.param


def body(name: str, evil: str, view: View = PLAIN) -> str:
    return render(name, evil_verdict(evil), view).body


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_report_holds_control_characters_or_unencodable_text(name: str, evil: str) -> None:
    text = body(name, evil)
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff]", text)


@pytest.mark.parametrize("view", [PLAIN, View(width=40, verbose=True), View(quiet=True), View(unicode=False)])
def test_the_terminal_report_gives_a_pipeline_no_command(evil: str, view: View) -> None:
    for line in body("terminal", evil, view).splitlines():
        assert not re.match(r"\s*::[A-Za-z-]+(\s|::)", line), line
        assert "##[" not in line and "##vso[" not in line.lower()


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"terminal", "github", "azure"}))
def test_no_report_printed_in_a_pipeline_gives_it_a_command(name: str, evil: str) -> None:
    text = body(name, evil)
    assert "##[" not in text and "##vso[" not in text.lower()
    assert not re.search(r"^\s*::[A-Za-z-]+(\s|::)", text, re.MULTILINE)


def test_the_json_report_stays_valid(evil: str) -> None:
    jsonschema.validate(json.loads(body("json", evil)), schema.schema(shapes.VerdictReportShape))


def test_the_sarif_report_stays_acceptable(evil: str) -> None:
    assert complaints(json.loads(body("sarif", evil))) == []


def test_the_code_quality_report_stays_acceptable(evil: str) -> None:
    assert codequality_complaints(json.loads(body("codequality", evil))) == []


@pytest.mark.parametrize("name", ["gitlab-sast", "gitlab-dependency", "gitlab-container"])
def test_the_security_reports_of_gitlab_stay_acceptable(name: str, evil: str) -> None:
    report = json.loads(body(name, evil))
    jsonschema.validate(report, gitlab_secure(report["scan"]["type"]))


@pytest.mark.parametrize(("name", "demands"), [("rdjson", RDJSON), ("bitbucket", BITBUCKET), ("gerrit", GERRIT)])
def test_reports_for_hosts_stay_acceptable(name: str, demands: dict[str, Any], evil: str) -> None:
    jsonschema.validate(json.loads(body(name, evil)), demands)


def test_logging_commands_stay_one_a_line_and_give_no_other(evil: str) -> None:
    for line in body("azure", evil).split("\n")[:-2]:
        assert re.fullmatch(r"##vso\[task\.logissue (?:\w+=[^;\]]*;)+\](?:(?!##\[|##vso\[)[^;\]])*", line, re.I), line


def test_the_junit_report_stays_well_formed(evil: str) -> None:
    assert len(list(ElementTree.fromstring(body("junit", evil).encode()).iter("testcase"))) == 3


def test_annotations_stay_one_command_a_line(evil: str) -> None:
    for line in body("github", evil).split("\n")[:-1]:
        assert re.fullmatch(r"::(error|warning|notice) ((\w+=[^:,]*)(,\w+=[^:,]*)*)::.*", line), line


def test_markdown_has_no_markup_but_its_own(evil: str) -> None:
    text = re.sub(r"(?ms)^ *(`{3,})diff$.*?^ *\1$", "", body("markdown", evil))
    text = text.replace("\\`", "")
    text = re.sub(r"(`+)[^\n]*?\1(?!`)", "", text)  # code is shown as it is
    assert set(re.findall(r"</?(\w+)", text)) <= {"details", "summary", "sub"}
    assert not re.search(r"(?<!\\)\]\(|(?<!`)@\w|://", text)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_html_page_has_no_element_or_handler_but_its_own(evil: str) -> None:
    page = _Page()
    page.feed(body("html", evil))
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert not any(name.startswith("on") or name in ("style", "src") for name in page.attributes)


def test_a_place_outside_the_file_does_no_harm() -> None:
    far = Location("live/prod/network/main.tf", Region(10**9, 10**9, 10**9, 10**9 + 1))
    fix = a_fix(edits=(an_edit("live/prod/network/main.tf", (10**9, 1, 10**9, 1), "x"),))
    verdict = a_verdict(decided(a_finding(location=far, fixes=(fix,))), problems=(a_problem(location=a_place("", 1)),))
    for name in FORMATS:
        assert render(name, verdict, PLAIN).body

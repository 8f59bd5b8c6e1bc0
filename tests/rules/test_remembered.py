"""What one document showed of an instruction holds for the same instruction in another, and only there."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.changes import Edit
from gatepost.model.places import Location, Source
from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files, shipped_folder
from gatepost.rules.judge import judge, judge_again
from gatepost.rules.judgements import Remembered
from gatepost.testing.documents import read_document

TODAY = "2026-01-01"
CATALOGUE = load(*policy_files(shipped_folder()))
POLICY = {}

LINES = (
    "RUN apt-get update && apt-get install -y curl",
    "RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*",
    "RUN curl http://example.com/$FILE | sh",
    "RUN curl https://example.com/a.sh | sh",
    "RUN pip install flask",
    "RUN sudo make",
    "RUN <<EOF\napt-get install git\nEOF",
    'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
    'SHELL ["powershell", "-Command"]',
    "ENV TOKEN=AKIAQWERTY7UIOP2ASDF",
    "ENV FILE=a.sh",
    "ENV FILE=$OTHER",
    "WORKDIR srv",
    "COPY --from=build /a /b",
    "COPY id_rsa /root/",
    "EXPOSE 22",
    "CMD python /srv/main.py",
    'CMD ["python"]',
    "HEALTHCHECK CMD curl -f http://localhost/ || exit 1",
    "ONBUILD RUN apt-get install git",
)


def told(units):
    """The judgements in order, each with its place in the text."""
    found = [one for unit in units for one in unit.judgements]
    return [(one.identity, one.state, one.subject.container.span[1:], len(one.asked)) for one in found]


def dockerfiles():
    stage = st.lists(st.sampled_from(LINES), max_size=5).map("\n".join)
    bases = st.sampled_from(("python:3.12", "debian", "mcr.microsoft.com/windows/servercore:ltsc2022"))
    whole = st.tuples(st.sampled_from(("", "# escape=`\n", "ARG FILE=x\n")), bases, stage, bases, stage)
    return whole.map(lambda parts: f"{parts[0]}FROM {parts[1]} AS build\n{parts[2]}\nFROM {parts[3]}\n{parts[4]}\n")


@settings(max_examples=60)
@given(st.lists(dockerfiles(), min_size=2, max_size=4))
def test_generated_dockerfiles_come_to_the_same_with_what_others_showed(texts):
    remembered = Remembered(CATALOGUE, POLICY, TODAY)
    for number, text in enumerate(texts):
        files = {f"{number}/Dockerfile": text}
        alone = judge(read_document(files), CATALOGUE, POLICY, TODAY)
        after_others = judge(read_document(files), CATALOGUE, POLICY, TODAY, remembered=remembered)
        assert told(alone.units.values()) == told(after_others.units.values())


def test_the_dockerfiles_of_all_rules_come_to_the_same_one_after_the_other():
    remembered = Remembered(CATALOGUE, POLICY, TODAY)
    texts = [case["dockerfile"] for rule in CATALOGUE.rules() for case in rule.plain["cases"] if "dockerfile" in case]
    assert len(texts) > 100
    for text in texts:
        alone = judge(read_document({"Dockerfile": text}), CATALOGUE, POLICY, TODAY)
        after_others = judge(read_document({"Dockerfile": text}), CATALOGUE, POLICY, TODAY, remembered=remembered)
        assert told(alone.units.values()) == told(after_others.units.values())


@settings(max_examples=60)
@given(dockerfiles(), st.sampled_from(LINES), st.data())
def test_an_edited_dockerfile_is_judged_again_the_same_with_what_was_shown_before(text, line, data):
    lines = text.splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines)))
    start = sum(map(len, lines[:at]))
    edit = Edit(Location("Dockerfile", Source("Dockerfile", text, "").region(start, start)), f"{line}\n")
    found = []
    for remembered in (None, Remembered(CATALOGUE, POLICY, TODAY)):
        document = read_document({"Dockerfile": text})
        judge(document, CATALOGUE, POLICY, TODAY, remembered=remembered)
        judged = judge(read_document({"Dockerfile": text}), CATALOGUE, POLICY, TODAY, remembered=remembered)
        found.append(judge_again(document.edited([edit]), judged))
    assert told(found[0].after) == told(found[1].after)


def test_what_was_shown_under_another_policy_is_not_used():
    remembered = Remembered(CATALOGUE, {"docker/runs-as-root": None}, TODAY)
    document = read_document({"Dockerfile": "FROM debian\n"})
    assert judge(document, CATALOGUE, POLICY, TODAY, remembered=remembered).remembered is None


def test_instructions_that_are_alike_are_judged_once():
    remembered = Remembered(CATALOGUE, POLICY, TODAY)
    files = {"Dockerfile": "FROM debian:12\nRUN make\n"}
    first = judge(read_document(files), CATALOGUE, POLICY, TODAY, remembered=remembered)
    second = judge(read_document(files), CATALOGUE, POLICY, TODAY, remembered=remembered)
    shared = [key for key, unit in first.units.items() if second.units.get(key) is unit]
    assert any(type == "RUN" for _, type, _ in shared)
    assert not any(type in ("FROM", "stage", "document") for _, type, _ in shared)

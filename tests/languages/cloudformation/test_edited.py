from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templates import CORPUS, everything, plain, resource, template
from test_writing import JSON, YAML

from gatepost.languages.cloudformation import CloudFormationDocument
from gatepost.model.changes import Edit, Set
from gatepost.model.documents import ReadKey
from gatepost.model.places import Location

SNIPPETS = [
    "",
    "\n",
    "x",
    "yes",
    "# gatepost: waive a",
    "\n  New:\n    Type: AWS::S3::Bucket\n",
    "\n      Added: !Ref Name",
    ',\n    "New": {"Type": "AWS::S3::Bucket"}',
    "{}",
    '"',
    "&a ",
    "*a",
    "\n---\n",
    "Condition: Maybe\n    ",
    "    ",
    "prod",
    "dev",
    "Web",
    "|+\n\n",
    "AWS::S3::Bucket",
    "Type",
    "\r\n",
]
LOOSE = """\
Resources:
  A:
    Type: AWS::S3::Bucket
    # gatepost: waive a
    Properties: {Name: x, Number: 012}
  # about B

  B:
    Type: AWS::S3::Bucket
    Metadata: {Gatepost: {waive: "x"}}
    Properties:
      Text: |+
        kept

  C: {Type: AWS::S3::Bucket, Condition: Nope}
Parameters:
  P: {Type: String, Default: a}
Conditions:
  Nope: !Equals [!Ref P, b]"""
TEXTS = [YAML, JSON, json.dumps(json.loads(JSON)), LOOSE, LOOSE.replace("\n", "\r\n")]


@st.composite
def edited_texts(draw) -> tuple[str, list[tuple[int, int, str]]]:
    text = draw(st.sampled_from(TEXTS))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=4, unique=True)))
    if len(cuts) % 2:
        cuts.append(cuts[-1])
    places = list(zip(cuts[::2], cuts[1::2], strict=True))
    if draw(st.booleans()):  # mostly small
        places = [(start, min(end, start + draw(st.integers(0, 12)))) for start, end in places]
    return text, [(start, end, draw(st.sampled_from(SNIPPETS))) for start, end in places]


def spliced(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def as_edits(document: CloudFormationDocument, edits: list[tuple[int, int, str]]) -> list[Edit]:
    return [Edit(Location(document.path, document.source.region(start, end)), new) for start, end, new in edits]


def judged(document: CloudFormationDocument) -> dict[object, tuple[object, frozenset[ReadKey]]]:
    """What readings give, without places, and what each of them notes."""
    ledger = document.ledger
    found: dict[object, tuple[object, frozenset[ReadKey]]] = {}

    def note(key, reading):
        before = ledger.begin()
        result = reading()
        found[key] = (result, ledger.forget(before))

    note("types", lambda: list(document.types()))
    note("values", lambda: [(item, path, v.literal) for item, path, v in document.values()])
    for type_ in document.types():
        note(("type", type_), lambda type_=type_: [r.address for r in document.resources(type_)])
        for one in document.resources(type_):
            for part in (one.body, one.beside):
                body = part.literal
                for name in ("Name", "Tags", "SecurityGroupIngress", "Nets", "Default", "Condition", "Text"):
                    note((one.address, type_, part is one.body, name), lambda b=body, n=name: plain(b.get(n)))
                note((one.address, type_, part is one.body), lambda b=body: sorted(b))
    return found


@given(edited_texts())
def test_an_edited_document_is_the_one_that_is_read_from_the_new_text(case):
    text, edits = case
    document = template(text)
    assert everything(document.edited(as_edits(document, edits)).document) == everything(template(spliced(text, edits)))


@given(edited_texts())
def test_a_reading_that_saw_nothing_changed_gives_the_same_again(case):
    text, edits = case
    document = template(text)
    before = judged(document)
    result = document.edited(as_edits(document, edits))
    after = judged(result.document)
    for key, (said, reads) in before.items():
        if key not in after:  # the resource is gone, which whoever found it by its type has to notice
            assert (f"type:{key[1]}", "*") in result.changed
        elif not reads & result.changed:
            assert after[key][0] == said, (key, reads, result.changed)


@given(edited_texts(), edited_texts())
def test_edits_can_follow_each_other(case, other):
    document, text = template(case[0]), case[0]
    for edits in (case[1], other[1]):
        held = [(min(start, len(text)), min(end, len(text)), new) for start, end, new in edits]
        document = document.edited(as_edits(document, held)).document
        text = spliced(text, held)
    assert everything(document) == everything(template(text))


def test_only_the_property_that_is_set_counts_as_changed():
    document = template(YAML)
    written = document.write(Set(resource(document, "Db").body, ("StorageEncrypted",), True))
    changed = document.edited(written.edits).changed
    assert changed == {("Db", "StorageEncrypted"), ("Db", "$.Properties"), ("Db", "**")}


def test_an_edit_without_meaning_changes_nothing():
    document = template(YAML)
    at = YAML.index("  # the front")
    assert document.edited(as_edits(document, [(at, at, "   ")])).changed == frozenset()


def many(n: int) -> str:
    parts = ["Parameters:\n  P: {Type: String, Default: x}\nResources:\n"]
    parts.extend(
        f"  B{i}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub 'b-${{P}}-{i}'\n"
        f"      Tags:\n        - Key: a\n          Value: b{i}\n      Encrypted: false\n"
        for i in range(n)
    )
    return "".join(parts)


def test_five_hundred_fixes_cost_about_as_much_as_reading_once():
    text = many(500)

    def reading() -> float:
        start = time.process_time()
        document = template(text)
        for one in document.resources("AWS::S3::Bucket"):
            plain(one.body)
        list(document.values())
        return time.process_time() - start

    once = min(reading() for _ in range(3))
    document = template(text)
    resources = document.resources("AWS::S3::Bucket")
    start = time.process_time()
    for one in resources:
        written = document.write(Set(one.body, ("Encrypted",), True))
        result = document.edited(written.edits)
        assert (one.address, "Encrypted") in result.changed
    spent = time.process_time() - start
    assert spent < 15 * once, (spent, once)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="GATEPOST_CORPORA names no folder with templates")
def test_edits_of_real_templates_equal_a_full_reading():
    for file in sorted(CORPUS.rglob("*.*"))[::3]:
        if file.suffix not in (".yaml", ".json"):
            continue
        document = template(file.read_text(), file.name)
        for type_ in document.types():
            one = document.resources(type_)[0]
            written = document.write(Set(one.body, ("Added", "Below"), "x"))
            result = document.edited(written.edits)
            assert everything(result.document) == everything(template(result.document.source.text, file.name))

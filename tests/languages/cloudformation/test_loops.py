"""Fn::ForEach and AWS::Include: what they make, where it stands, and how it is edited."""

from __future__ import annotations

import time

import pytest
from templates import after, plain, read, resource, template
from test_inputs import Files
from tests.fuzz.template import fuzz

from gatepost.languages.cloudformation import read_template
from gatepost.model.changes import Create, Set
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite

HEAD = """\
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a.1,b"}
  Unknown: {Type: CommaDelimitedList}
Resources:
"""
BUCKETS = """\
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - Bucket&{Name}:
        Type: AWS::S3::Bucket
        Properties:
          BucketName: !Sub "${Name}-x"
          AccessControl: PublicRead
          Tags: [{Key: n, Value: !Ref Name}]
"""


def test_each_round_makes_a_resource():
    document = template(HEAD + BUCKETS)
    assert document.problems == ()
    assert [r.address for r in document.resources("AWS::S3::Bucket")] == ["Bucketa1", "Bucketb"]
    assert plain(read(document, "Bucketa1", "BucketName")) == "a.1-x"
    assert plain(read(document, "Bucketb", "Tags")) == [{"Key": "n", "Value": "b"}]
    assert resource(document, "Bucketb").header.text == "Bucket&{Name}"


def test_loops_inside_loops_and_properties_and_outputs():
    document = template(
        HEAD
        + """\
  Fn::ForEach::Outer:
    - X
    - [p, q]
    - Fn::ForEach::Inner:
        - Y
        - ["1", "2"]
        - R${X}${Y}:
            Type: AWS::X::Y
            Properties:
              Name: !Sub "${X}/${Y}/${AWS::Region}"
              Map:
                Fn::ForEach::Keys: [K, [u, v], {"${K}${X}": !Ref Y}]
Outputs:
  Fn::ForEach::Out: [X, [p], {"O${X}": {Value: !Ref "R${X}1"}}]
"""
    )
    assert [r.address for r in document.resources("AWS::X::Y")] == ["Rp1", "Rp2", "Rq1", "Rq2"]
    assert plain(read(document, "Rq2", "Map")) == {"uq": "2", "vq": "2"}
    assert read(document, "Rp1", "Name").unknown.pieces == ("p/1/", None)
    assert document.evaluator.entry("Outputs", "Op") is not None


def test_a_loop_over_what_is_not_known_makes_one_unknown_resource():
    document = template(HEAD + BUCKETS.replace("!Ref Names", "!Ref Unknown"))
    (one,) = document.resources("AWS::S3::Bucket")
    assert one.address == "Bucket&{Name}"
    found = read(document, "Bucket&{Name}", "Tags", 0, "Value")
    assert found is not None and "the collection of Fn::ForEach::Buckets" in found.unknown.why
    assert plain(read(document, one.address, "AccessControl")) == "PublicRead"


def test_an_edit_of_the_body_changes_every_round():
    document = template(HEAD + BUCKETS)
    text = after(document, Set(resource(document, "Bucketb").body, ("AccessControl",), "Private"))
    assert "AccessControl: Private" in text
    written = document.write(Set(resource(document, "Bucketb").body, ("AccessControl",), "Private"))
    assert written.shared
    changed = document.edited(written.edits).changed
    assert {("Bucketa1", "AccessControl"), ("Bucketb", "AccessControl")} <= changed


def test_what_each_round_says_otherwise_is_not_written():
    document = template(HEAD + BUCKETS)
    one = resource(document, "Bucketb")
    with pytest.raises(CannotWrite, match="another value"):
        document.write(Set(one.body, ("BucketName",), "x"))
    with pytest.raises(CannotWrite, match="a loop makes it"):
        document.write(Create("AWS::S3::BucketPolicy", "P", {}, one))


def test_a_changed_collection_changes_which_resources_there_are():
    document = template(HEAD + BUCKETS)
    from gatepost.model.changes import Edit
    from gatepost.model.places import Location

    at = document.source.text.index("a.1,b")
    result = document.edited([Edit(Location(document.path, document.source.region(at, at + 5)), "b")])
    assert [r.address for r in result.document.resources("AWS::S3::Bucket")] == ["Bucketb"]
    assert {("type:AWS::S3::Bucket", "*"), ("Bucketa1", "@")} <= result.changed


def test_an_included_file_is_put_in():
    files = Files(
        {
            "a/more.yaml": "Extra: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}\n",
            "a/tags.json": '{"Tags": [{"Key": "a", "Value": "b"}]}',
        }
    )
    text = """\
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}
  B:
    Type: AWS::S3::Bucket
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./tags.json}}
      BucketName: x
  C:
    Type: AWS::S3::Bucket
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: "s3://b/x.yaml"}}
"""
    document = read_template(Source("a/t.yaml", text, ""), files)
    assert [r.address for r in document.resources("AWS::S3::Bucket")] == ["Extra", "B", "C"]
    assert plain(read(document, "B", "Tags")) == [{"Key": "a", "Value": "b"}]
    assert [resource(document, name).body.open for name in "BC"] == [False, True]
    with pytest.raises(CannotWrite):
        document.write(Set(resource(document, "Extra").body, ("AccessControl",), "Private"))


def explosions() -> dict[str, str]:
    letters = ",".join("abcdefghij" * 20)
    numbers = ",".join(map(str, range(400)))
    many = "".join(f"  Fn::ForEach::L{i}: [X, [{letters}], {{'R{i}${{X}}': {{Type: T}}}}]\n" for i in range(60))
    inner = f"Fn::ForEach::B: [B, [{numbers}], {{'R${{A}}x${{B}}': {{Type: T, Properties: {{P: {{Ref: A}}}}}}}}]"
    heads = "".join(f"Fn::ForEach::L{i}: [V{i}, ['{f'${{V{i - 1}}}' * 2 if i else 'a'}'], {{" for i in range(45))
    props = "  R:\n    Type: T\n    Properties: "
    return {
        "many": many,
        "squared": f"  Fn::ForEach::A: [A, [{numbers}], {{{inner}}}]\n",
        "deep": "  " + "Fn::ForEach::A: [A, [a], {" * 50 + "'R': {Type: T}" + "}]" * 50 + "\n",
        "doubling": props + "{Fn::ForEach::A: [A, [a, b], {'x${A}': " * 30 + "1" + "}]}" * 30 + "\n",
        "names": "  " + heads + "R: {Type: T, Properties: {P: '${V44}'}}" + "}]" * 45 + "\n",
        "texts": "  Fn::ForEach::A: [A, ['"
        + "x" * 900
        + "'], {'R': {Type: T, Properties: {P: '"
        + "${A}" * 5000
        + "'}}}]\n",
        "json": props + "{P: " + "{'Fn::ToJsonString': [" * 40 + "x" + "]}" * 40 + "}\n",
        "sub": props + "{P: " + "!Sub ['${A}${A}', {A: " * 40 + "x" + "}]" * 40 + "}\n",
        "base64": props + "{P: " + "{'Fn::Base64': " * 80 + "x" + "}" * 80 + "}\n",
    }


@pytest.mark.parametrize("body", explosions().values(), ids=explosions())
def test_what_explodes_is_cut_short(body):
    start = time.process_time()
    fuzz((HEAD + body).encode())
    assert time.process_time() - start < 8

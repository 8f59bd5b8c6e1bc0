from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templates import plain, read, resource, template
from tests.fuzz.template import fuzz

from gatepost.model.values import Reference

HEAD = """\
Parameters:
  Open: {Type: String, Default: 0.0.0.0/0}
  Key: {Type: String}
  Password: {Type: String, NoEcho: true}
  Weak: {Type: String, NoEcho: "true", Default: changeme}
  Only: {Type: String, AllowedValues: [one]}
  Nets: {Type: CommaDelimitedList, Default: "a, b"}
  Ami: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/ami}
  Stage: {Type: String, Default: prod}
Mappings:
  M: {prod: {size: big, same: s}, dev: {size: small, same: s}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Dev: !Not [!Condition Prod]
  Both: !And [!Condition Prod, !Condition Unsure]
  Never: {"Fn::And": [{Condition: Dev}, {Condition: Unsure}]}
  Unsure: !Equals [!Ref Key, x]
  Circle: !Or [!Condition Circle, !Condition Dev]
Resources:
  B: {Type: AWS::S3::Bucket}
  R:
    Type: AWS::X::Y
    Properties:
      P: """


def value(written: str):
    return read(template(HEAD + written + "\n"), "R", "P")


UNKNOWN = "unknown"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("!Ref Open", "0.0.0.0/0"),
        ("{Ref: Open}", "0.0.0.0/0"),
        ("!Ref Only", "one"),
        ("!Ref Weak", "changeme"),
        ("!Ref Nets", ["a", "b"]),
        ("!Ref AWS::NoValue", None),
        ("[a, !Ref 'AWS::NoValue', b]", ["a", "b"]),
        ("{a: !Ref 'AWS::NoValue', b: 1}", {"b": 1}),
        ('!Sub "${Open}"', "0.0.0.0/0"),
        ('!Sub "x-${Stage}-${!Literal}"', "x-prod-${Literal}"),
        ('!Sub ["${A}/${Stage}", {A: !Ref Open}]', "0.0.0.0/0/prod"),
        ("{'Fn::Join': ['-', [a, !Ref Stage, 3, true]]}", "a-prod-3-true"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Split ['.', 'x.y']]", "x"),
        ("!FindInMap [M, !Ref Stage, size]", "big"),
        ("!FindInMap [M, !Ref 'AWS::Region', same]", "s"),
        ("!FindInMap [M, nope, size, {DefaultValue: d}]", "d"),
        ("!If [Prod, a, b]", "a"),
        ("!If [Dev, a, b]", "b"),
        ("!If [Never, a, b]", "b"),
        ("!If [Unsure, [a], [a]]", ["a"]),
        ("!If [Dev, a, !Ref 'AWS::NoValue']", None),
        ("!Base64 ab", "YWI="),
        ("{'Fn::Base64': !Sub 'a${Stage}'}", "YXByb2Q="),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Length [a, b]", 2),
        ("yes", True),
        ("'yes'", "yes"),
        ("true", True),
        ("'true'", "true"),
        ("012345678901", "012345678901"),
        ("2012-10-17", "2012-10-17"),
        (
            "{Statement: [{Effect: Allow, Condition: {Bool: {a: b}}}]}",
            {"Statement": [{"Effect": "Allow", "Condition": {"Bool": {"a": "b"}}}]},
        ),
    ],
)
def test_what_the_template_says_is_known(written, known):
    assert plain(value(written)) == known


@pytest.mark.parametrize(
    ("written", "why", "pieces", "may_be_missing"),
    [
        ("!Ref Key", "parameter Key has no default", (), False),
        ("!Ref Password", "parameter Password has no default", (), False),
        ("!Ref Ami", "looked up in the parameter store", (), False),
        ("!Ref AWS::Region", "AWS::Region is known only", (), False),
        ("!Ref Gone", "Gone is not in the template", (), False),
        ("!GetAtt B.Arn", "B.Arn is known only", (), False),
        ('!Sub "arn:${AWS::Partition}:s3:::${Stage}/*"', "AWS::Partition", ("arn:", None, ":s3:::prod/*"), False),
        ("!Join ['', [!GetAtt B.Arn, '/*']]", "B.Arn", (None, "/*"), False),
        ("!Join [',', !Ref Key]", "Key has no default", (), False),
        ("!If [Unsure, a, b]", "the condition Unsure", (), False),
        ("!If [Unsure, a, !Ref 'AWS::NoValue']", "the condition Unsure", (), True),
        ("!If [Circle, a, b]", "the condition Circle", (), False),
        ("!If [Nowhere, a, b]", "the condition Nowhere", (), False),
        ("!FindInMap [M, !Ref Key, size]", "Key has no default", (), False),
        ("!FindInMap [Gone, a, b]", "Gone", (), False),
        ("!Select [0, !GetAZs '']", "availability zones", (), False),
        ("!Select [9, [a]]", "no such element", (), False),
        ("!ImportValue x", "another stack", (), False),
        ("!Transform {Name: x}", "worked out only", (), True),
        ("'{{resolve:secretsmanager:db:SecretString:pw}}'", "secret store", (), False),
        ("'a{{resolve:ssm:n}}'", "parameter store", ("a", None), False),
        ("!Split", "needs", (), False),
        ("!Cidr [10.0.0.0/16, 9999999, 8]", "cannot be cut", (), False),
        ("!Ref [a]", "not readable", (), False),
        ("!GetAtt [B, !Ref Key]", "computed", (), False),
    ],
)
def test_what_it_does_not_say_is_unknown_with_the_reason(written, why, pieces, may_be_missing):
    found = value(written)
    assert found is not None and found.unknown is not None
    assert why in found.unknown.why
    assert (found.unknown.pieces, found.unknown.may_be_missing) == (pieces, may_be_missing)


@pytest.mark.parametrize(
    ("written", "origin", "sensitive"),
    [
        ("x", "code", False),
        ("!Ref Open", "default", False),
        ("!Ref Key", "shown_input", False),
        ("!Ref Password", "input", True),
        ("!Ref Weak", "default", True),
        ("!Ref Ami", "shown_input", False),
        ("!Ref B", "resource", False),
        ("!GetAtt B.Arn", "resource", False),
        ("!Sub '${B}'", "resource", False),
        ("!Sub '${B}/x'", "code", False),
        ('!Sub "${Password}"', "input", True),
        ('!Sub "x-${Password}"', "input", True),
        ('!Sub "${Key}-${Password}"', "input", True),
        ('!Join ["", [a, !Ref Key]]', "shown_input", False),
        ('!Sub "x-${Open}"', "code", False),
        ("'{{resolve:secretsmanager:x}}'", "secret_store", True),
        ("'{{resolve:ssm-secure:x}}'", "secret_store", True),
        ("'{{resolve:ssm:x}}'", "shown_input", False),
        ("!FindInMap [M, prod, size]", "code", False),
        ("!ImportValue x", "shown_input", False),
    ],
)
def test_a_value_says_where_it_is_set(written, origin, sensitive):
    found = value(written)
    assert found is not None
    assert (found.origin, found.sensitive) == (origin, sensitive)


def test_a_value_leads_to_the_text_that_sets_it():
    found = value("!Ref Open")
    assert found is not None and found.span is not None and found.set_at is not None
    assert (found.span.text, found.set_at.text, found.origins[0].what) == ("!Ref Open", "0.0.0.0/0", "parameter Open")


@pytest.mark.parametrize(
    ("written", "reference"),
    [
        ("!Ref B", ("B", "")),
        ("!GetAtt B.Arn", ("B", "Arn")),
        ("{'Fn::GetAtt': [B, Outputs.X]}", ("B", "Outputs.X")),
        ('!Sub "${B.Arn}"', ("B", "Arn")),
        ("!If [Prod, !Ref B, x]", ("B", "")),
        ("!If [Unsure, !Ref B, {Ref: B}]", ("B", "")),
        ("!Ref Key", ("Parameters.Key", "")),
    ],
)
def test_a_value_says_which_resource_it_names(written, reference):
    found = value(written)
    assert found is not None and isinstance(found.refers_to, Reference)
    assert found.refers_to[:2] == reference


def test_encoded_text_keeps_what_it_was_made_from():
    found = value('!Base64\n        Fn::Sub: "echo ${Key}"')
    assert found is not None and found.tree.unknown.pieces == ("echo ", None)


def test_a_resource_whose_condition_is_false_is_not_there():
    document = template(
        HEAD + "x\n  Off: {Type: AWS::S3::Bucket, Condition: Dev}\n  On: {Type: AWS::S3::Bucket, Condition: Unsure}\n"
    )
    assert [r.address for r in document.resources("AWS::S3::Bucket")] == ["B", "On"]


def test_a_resource_tells_the_condition_that_is_not_known_and_the_construct_that_made_it():
    document = template(
        HEAD
        + "x\n  On: {Type: AWS::S3::Bucket, Condition: Unsure, Metadata: {'aws:cdk:path': Stack/Bucket/Resource}}\n"
        + "  Sure: {Type: AWS::S3::Bucket, Condition: Prod}\n"
    )
    on, construct = resource(document, "On").notes
    assert (on.text, on.span.text) == ("exists only if the condition Unsure holds, which is not known", "Unsure")
    assert (construct.text, construct.span.text) == (
        "made by the CDK construct Stack/Bucket/Resource",
        "Stack/Bucket/Resource",
    )
    assert resource(document, "Sure").notes == resource(document, "B").notes == ()


def test_what_stands_beside_the_properties_is_there_too():
    document = template(
        "Resources:\n  A:\n    Type: T\n    DeletionPolicy: Retain\n    DependsOn: [B]\n    Properties: {X: 1}\n"
    )
    found = resource(document, "A")
    assert plain(found.beside) == {"Type": "T", "DeletionPolicy": "Retain", "DependsOn": ["B"]}
    assert (found.span.text[:2], found.header.text, found.body.span.text) == ("A:", "A", "{X: 1}")


def test_parameters_are_resources():
    document = template(HEAD + "x\n")
    found = resource(document, "Parameters.Weak")
    assert (found.type, plain(found.body)) == ("parameter", {"Type": "String", "NoEcho": "true", "Default": "changeme"})


def test_reading_an_attribute_notes_what_it_depends_on():
    document = template(HEAD + "!If [Prod, !Ref Open, x]\n")
    body = resource(document, "R").body.literal
    for _ in range(2):  # the second time from memory
        before = document.ledger.begin()
        body.get("P")
        reads = document.ledger.end(before)
        assert {
            ("R", "P"),
            ("Conditions.Prod", "*"),
            ("Parameters.Stage", "Default"),
            ("Parameters.Open", "Default"),
        } <= reads


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("Resources:\n  A:\n    Type: T\n   B: 1\n", 4, "indentation"),
        ("- a\n", 1, "a template has to be a map"),
        ("a: b\n", 1, "no resources"),
        ("Resources: [a]\n", 1, "Resources has to be a map"),
        ("Resources:\n  A: {Type: T}\n  B: {Properties: {}}\n", 3, "B has no Type"),
        ("Resources:\n  A: x\n  B: {Type: T}\n", 2, "A is no map"),
        ("Resources:\n  'Fn::ForEach::X': [a, [b]]\n  B: {Type: T}\n", 2, "Fn::ForEach makes"),
        ('{"Resources": {"A": {"Type": "T",}}}', 1, ""),
        ('{"Resources": {\n"A": {"Type": "T"}', 1, "never closed"),
        ("Resources:\n  A: {Type: T}\n  A: {Type: T}\n", 3, "written twice"),
    ],
)
def test_what_is_broken_is_a_problem_with_its_line(text, line, what):
    document = template(text)
    if not what:
        assert document.problems == ()  # YAML in braces allows the comma
        return
    (problem,) = document.problems
    assert what in problem.what and problem.hint
    assert problem.location.region.start_line == line
    assert len(document.types()) == (1 if "B: {Type" in text or "B: {Prop" in text else 0)


def test_every_written_scalar_is_given_with_its_path():
    document = template(
        HEAD
        + '\n        - secret\n        - !Sub "a${Key}"\n        - !Ref Key\n'
        + "Outputs:\n  O: {Description: d, Value: v}\n"
    )
    values = {path: (item, value.literal) for item, path, value in document.values()}
    assert values["Resources.R.Properties.P.0"] == ("R", "secret")
    assert values["Resources.R.Properties.P.1"] == ("R", "a${Key}")
    assert values["Parameters.Weak.Default"] == ("Parameters.Weak", "changeme")
    assert values["Outputs.O.Value"] == ("Outputs.O", "v")
    assert not {"Resources.R.Type", "Resources.R.Properties.P.2", "Outputs.O.Description"} & values.keys()


@pytest.mark.parametrize(
    "text",
    [
        "Resources:\n  A:\n    Type: T\n    Properties:\n      P: " + "{'Fn::Join': ['', [" * 60 + "]]}" * 60,
        "Resources:\n  A:\n    Type: T\n    Properties:\n      P: " + "[" * 150 + "]" * 150,
        "Resources:\n  A:\n    Type: T\n    Properties:\n      P: !Sub '" + "${" * 50_000 + "'",
        "Conditions:\n"
        + "".join(f"  C{i}: !Not [!Condition C{i + 1}]\n" for i in range(3000))
        + "Resources: {A: {Type: T, Condition: C0}}",
        "Resources:\n  A:\n    Type: T\n    Properties: &a\n      P: &b [*b]\n",
        "Resources: &r\n  A: {Type: T, Properties: {P: {Ref: A}}}\n  B: *r\n",
    ],
    ids=["joins", "brackets", "holes", "conditions", "circle", "alias"],
)
def test_hostile_templates_are_read_in_time(text):
    start = time.process_time()
    fuzz(text.encode())
    assert time.process_time() - start < 5


@given(st.text(alphabet="Resoucs:{}[]!RfSub$\n -&*#'\"APTyp,.", max_size=80))
def test_no_text_does_harm(text):
    fuzz(("Resources:\n  A:\n    Type: T\n    Properties:\n      P: " + text).encode())
    fuzz(text.encode())

"""Statements of policy documents, from every notation, and back."""

from __future__ import annotations

import pytest

from gatepost.conditions import Attributes, compile_condition
from gatepost.model.changes import JsonText
from gatepost.model.places import Source, Span
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Reference, Value, unknown
from gatepost.rules.readers import reader

from .written import heredoc, plain, quoted, value_of

IAM = reader("iam_policy")
SCHEMA = Attributes({"statements": IAM.sort})

EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow","Action":"*","Resource":"*"}]}'
HTTPS = """{
  "Statement": {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:*"],
    "Resource": ["${aws_s3_bucket.b.arn}", "${aws_s3_bucket.b.arn}/*"],
    "Condition": {"Bool": {"aws:securetransport": false}}
  }
}
"""


def statements(value):
    return IAM.read(value, {})


def judge(value, condition):
    class Thing(dict):
        pass

    return compile_condition({"statements": condition}, SCHEMA).judge(Thing(statements=statements(value)), {}).truth


OPEN = {"some": {"effect": "Allow", "actions": {"covers": "all"}, "resources": {"covers": "all"}}}
ONLY_TLS = {
    "some": {
        "effect": "Deny",
        "principals": {"covers": "all"},
        "actions": {"covers": ["s3:*"]},
        "conditions": {"some": {"key": "aws:SecureTransport", "values": {"includes": "false"}}},
    }
}


@pytest.mark.parametrize("write", [Value, quoted, lambda text: heredoc(text + "\n")])
def test_everything_allowed_is_seen_in_every_notation_of_text(write):
    assert judge(write(EVERYTHING), OPEN) is True


def test_everything_allowed_is_seen_in_a_map():
    assert judge(value_of({"Statement": [{"Effect": "Allow", "NotAction": [], "Resource": ["*"]}]}), OPEN) is True
    assert judge(value_of({"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}), OPEN) is False


def test_a_policy_with_holes_is_read_around_them():
    value = heredoc(HTTPS)
    assert judge(value, ONLY_TLS) is True
    (statement,) = statements(value).literal
    assert statement.literal["effect"].span.text == '"Deny"'
    assert [u.span.text for u in statement.literal["resources"].literal.unknowns] == [
        '"${aws_s3_bucket.b.arn}"',
        '"${aws_s3_bucket.b.arn}/*"',
    ]


def test_places_survive_an_indented_heredoc_and_escapes():
    flush = statements(heredoc('    {"Statement": [\n      {"Effect": "Allow", "Action": "*"}\n    ]}\n', flush=True))
    assert flush.literal[0].literal["actions"].span.text == '"*"'
    assert flush.literal[0].notation == "json-in-hcl"
    inside = statements(quoted(EVERYTHING))
    assert inside.literal[0].literal["sid"].span.text == '\\"all\\"'


def test_a_hole_for_a_whole_part_is_not_known():
    value = heredoc('{"Statement": [{"Effect": "Allow", "Action": ${jsonencode(x)}, "Resource": "*"}]}\n')
    assert judge(value, OPEN) is None
    assert judge(heredoc('{"Statement": ${jsonencode(x)}}\n'), OPEN) is None


def test_a_hole_inside_an_arn_never_stands_for_everything():
    value = heredoc('{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::${x}"}]}\n')
    assert judge(value, OPEN) is False


def test_a_reference_is_some_arn_and_never_everything():
    bucket = unknown("known after apply", may_be_missing=False, refers_to=Reference("aws_s3_bucket.b", "arn"))
    document = value_of({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": bucket}]})
    assert judge(document, OPEN) is False
    assert judge(document, {"every": {"resources": {"exists": True}}}) is True


def test_not_action_is_everything_else():
    document = value_of({"Statement": [{"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"}]})
    assert judge(document, {"some": {"actions": {"includes": "s3:GetObject"}}}) is True
    assert judge(document, {"some": {"actions": {"includes": "IAM:PassRole"}}}) is False
    assert judge(document, {"some": {"not_actions": True}}) is True


PRINCIPALS = [
    ("*", True),
    ({"AWS": "*"}, True),
    ({"AWS": ["arn:aws:iam::123456789012:root", "*"]}, True),
    ({"AWS": "123456789012"}, False),
    ({"Service": "ec2.amazonaws.com"}, False),
    ({"AWS": unknown("w")}, None),
    ({"AWS": unknown("w", refers_to=Reference("aws_iam_role.r", "arn"))}, False),
    ({"AWS": unknown("w", pieces=("arn:aws:iam::", None, ":root"))}, False),
    (unknown("w"), None),
]


@pytest.mark.parametrize(("written", "everybody"), PRINCIPALS)
def test_who_is_everybody(written, everybody):
    document = value_of({"Statement": [{"Effect": "Allow", "Principal": written}]})
    assert judge(document, {"some": {"principals": {"covers": "all"}}}) is everybody


def test_everybody_but_some_is_not_everybody():
    document = value_of({"Statement": [{"Effect": "Deny", "NotPrincipal": {"AWS": "*"}}]})
    assert judge(document, {"some": {"principals": {"covers": "all"}}}) is False


def test_the_account_of_a_principal():
    document = value_of({"Statement": {"Principal": {"AWS": ["123456789012", "arn:aws:iam::210987654321:role/x"]}}})
    (statement,) = statements(document).literal
    assert [plain(p.literal["account"]) for p in statement.literal["principals"].literal] == [
        "123456789012",
        "210987654321",
    ]


def data_source():
    text = 'data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["*"]\n    resources = ["*"]\n  }\n}\n'
    source = Source("main.tf", text, "terraform")
    start = text.index("statement {")
    block = Value(
        {
            "actions": value_of(["*"], span=Span(source, text.index('["*"]'), text.index('["*"]') + 5), notation="hcl"),
            "resources": value_of(["*"]),
            "principals": Value((value_of({"type": "AWS", "identifiers": ["*"]}),), repeated=True),
            "condition": Value((value_of({"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}),)),
        },
        Span(source, start, text.index("  }\n}") + 3),
        notation="hcl",
    )
    body = Value(
        {"statement": Value((block,), repeated=True)}, Span(source, text.index("{") + 1, len(text) - 2), notation="hcl"
    )
    return unknown("json", tree=body)


def test_a_policy_document_data_source_is_read_as_it_stands():
    value = data_source()
    assert judge(value, OPEN) is True
    (statement,) = statements(value).literal
    assert plain(statement)["conditions"] == [{"operator": "Bool", "key": "aws:SecureTransport", "values": ["false"]}]
    assert judge(value, {"some": {"principals": {"covers": "all"}}}) is True


NEW = {
    "effect": "Deny",
    "principals": "all",
    "actions": ["s3:*"],
    "resources": ["a", "b"],
    "conditions": [{"operator": "Bool", "key": "aws:SecureTransport", "values": ["false"]}],
}


def test_a_new_statement_takes_the_form_of_its_document():
    json = IAM.add(statements(heredoc(EVERYTHING + "\n")), NEW)
    assert json.steps == ("Statement",)
    assert json.new == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["a", "b"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    block = IAM.add(statements(data_source()), NEW)
    assert block.steps == ("statement",)
    assert block.new == {
        "effect": "Deny",
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "actions": ["s3:*"],
        "resources": ["a", "b"],
        "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
    }


def test_a_first_statement_brings_its_document():
    written = IAM.add(Value((), None), {"effect": "Allow"})
    assert written.steps == ()
    assert type(written.new) is JsonText
    assert written.new == {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}


def test_an_attribute_is_written_under_the_key_of_the_document():
    (statement,) = statements(heredoc(EVERYTHING + "\n")).literal
    written = IAM.write(statement, "actions", ["s3:GetObject"])
    assert (written.steps, written.new) == (("Action",), "s3:GetObject")
    assert written.container.span.text.startswith('{"Sid"')
    (block,) = statements(data_source()).literal
    assert IAM.write(block, "actions", ["s3:GetObject"])[1:] == (("actions",), ["s3:GetObject"])


def test_what_cannot_be_written_is_said():
    (negative,) = statements(heredoc('{"Statement": [{"NotAction": "iam:*"}]}\n')).literal
    with pytest.raises(CannotWrite, match="NotAction"):
        IAM.write(negative, "actions", ["s3:*"])
    (nowhere,) = statements(value_of({"Statement": [{"Effect": "Allow"}]})).literal
    with pytest.raises(CannotWrite, match="pieces"):
        IAM.write(nowhere, "effect", "Deny")
    single = statements(heredoc('{"Statement": {"Effect": "Allow"}}\n'))
    with pytest.raises(CannotWrite, match="list"):
        IAM.add(single, NEW)


@pytest.mark.parametrize(
    "text", ["{", "not json", "[]", '{"Statement": 1}', '"x"', "{}", '{"Statement": [1, null, {}]}']
)
def test_what_is_no_policy_is_not_known_or_empty(text):
    found = statements(Value(text))
    assert found.unknown is not None or all(s.unknown is not None or s.is_map for s in found.literal)


def test_an_unknown_policy_stays_unknown():
    value = unknown("var.p has no default")
    assert statements(value).unknown == value.unknown


NAMED = Reference("aws_secretsmanager_secret.db", "arn")


def with_named(text, *named):
    value = heredoc(text)
    return value._replace(literal=value.literal._replace(named=named))


def test_what_a_hole_names_is_some_arn_and_never_everything():
    first = '{"Statement": [{"Sid": "${x}", "Effect": "Allow", "Action": "*", "Resource": "${x}"}]}\n'
    assert judge(heredoc(first), OPEN) is None
    assert judge(with_named(first, None, NAMED), OPEN) is False
    assert judge(with_named(first, NAMED, None), OPEN) is None


def test_a_hole_without_quotes_names_something_too():
    text = '{"Statement": [{"Effect": "${x}", "Action": ${x}, "Resource": ${x}}]}\n'
    (statement,) = statements(with_named(text, None, None, NAMED)).literal
    assert statement.literal["resources"].refers_to == NAMED
    assert statement.literal["actions"].refers_to is None


def test_a_hole_with_text_beside_it_names_nothing_by_itself():
    text = '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "${x}/*"}]}\n'
    (statement,) = statements(with_named(text, NAMED)).literal
    assert statement.literal["resources"].refers_to is None

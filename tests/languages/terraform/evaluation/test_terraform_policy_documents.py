"""Policy document data sources are the policy they make, sources merged, unknown parts kept."""

from __future__ import annotations

from terraform_roots import attribute, plain

from gatepost.model.values import Value

USE = '\nresource "t" "r" {\n  x = data.aws_iam_policy_document.p.json\n}\n'


def statements(text: str) -> Value:
    tree = attribute(text + USE).tree
    assert isinstance(tree, Value)
    return tree.literal["Statement"]


def document(inside: str, name: str = "p") -> str:
    return f'data "aws_iam_policy_document" "{name}" {{\n{inside}\n}}\n'


def test_a_statement_has_the_keys_of_json() -> None:
    found = statements(
        document(
            'statement {\n  sid = "S"\n  actions = ["s3:*"]\n  resources = ["arn:&{aws:username}"]\n'
            '  principals {\n    type = "AWS"\n    identifiers = ["a"]\n  }\n'
            '  principals {\n    type = "AWS"\n    identifiers = ["b"]\n  }\n'
            '  condition {\n    test = "Bool"\n    variable = "k"\n    values = ["false"]\n  }\n}'
        )
    )
    assert plain(found) == [
        {
            "Sid": "S",
            "Effect": "Allow",
            "Action": ["s3:*"],
            "Resource": ["arn:${aws:username}"],
            "Principal": {"AWS": ["a", "b"]},
            "Condition": {"Bool": {"k": ["false"]}},
        }
    ]
    (one,) = found.literal
    assert one.span.text.startswith("statement {") and one.literal["Action"].span.text == '["s3:*"]'


def test_everyone_is_one_principal() -> None:
    found = statements(document('statement {\n  principals {\n    type = "*"\n    identifiers = ["*"]\n  }\n}'))
    assert plain(found) == [{"Effect": "Allow", "Principal": "*"}]


def test_sources_come_first_and_own_statements_take_the_place_of_their_sid() -> None:
    text = document('statement {\n  sid = "A"\n  actions = ["old"]\n}\nstatement {\n  actions = ["kept"]\n}', "base")
    text += document(
        "source_policy_documents = [data.aws_iam_policy_document.base.json]\n"
        'statement {\n  sid = "A"\n  actions = ["new"]\n}'
    )
    assert [entry["Action"] for entry in plain(statements(text))] == [["new"], ["kept"]]


def test_an_unknown_source_leaves_the_statements_open() -> None:
    text = 'variable "v" {}\n' + document('source_policy_documents = [var.v]\nstatement {\n  actions = ["a"]\n}')
    found = statements(text)
    assert found.open and len(found.literal) == 1


def test_an_unknown_override_may_replace_what_has_a_sid() -> None:
    text = 'variable "v" {}\n' + document(
        'override_policy_documents = [var.v]\nstatement {\n  sid = "A"\n}\nstatement {\n  actions = ["a"]\n}'
    )
    assert [plain(one) == "?" for one in statements(text).literal] == [True, False]


def test_a_json_source_is_read() -> None:
    text = document('source_policy_documents = [jsonencode({Statement = [{Effect = "Deny", Action = "x"}]})]')
    assert plain(statements(text)) == [{"Effect": "Deny", "Action": "x"}]

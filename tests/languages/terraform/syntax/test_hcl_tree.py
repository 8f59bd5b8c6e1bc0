"""What the nodes of HCL say."""

from __future__ import annotations

from typing import Any

import pytest

from gatepost.languages.terraform import nodes as n
from gatepost.languages.terraform.syntax import parse


def value(source: str) -> Any:
    body, faults = parse(f"a = {source}\n")
    assert not faults
    return body.attributes["a"].value


def described(steps: list[n.Step]) -> list[object]:
    return [
        s.name if isinstance(s, n.Member) else s.key.value if isinstance(s, n.Index) else "*"
        for s in steps  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize(
    ("source", "meaning"),
    [("1", 1), ("1.5", 1.5), ("1e3", 1000), ("true", True), ("null", None), ('"x"', "x"), (r'"a\n\"\\é"', 'a\n"\\é')]
    + [('"$${x} %%{y}"', "${x} %{y}"), ('"$$${x}"', "$${x}"), (r'"\U0001F600"', "😀"), ('"100%"', "100%")],
)
def test_a_literal_has_its_value(source: str, meaning: object) -> None:
    node = value(source)
    assert isinstance(node, n.Literal)
    assert (node.value, type(node.value)) == (meaning, type(meaning))


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("var.a.b", ["a", "b"]),
        ("aws_x.y[0].z", ["y", 0, "z"]),
        ('aws_x.y["k.]"].z', ["y", "k.]", "z"]),
        ("aws_x.y[*].z", ["y", "*", "z"]),
        ("aws_x.y.*.z", ["y", "*", "z"]),
        ("aws_x.y.0.z", ["y", 0, "z"]),
        ("aws_x.y[ 0 ] .z", ["y", 0, "z"]),
    ],
)
def test_a_reference_has_its_steps(source: str, steps: list[object]) -> None:
    node = value(source)
    assert isinstance(node, n.Reference)
    assert described(node.steps) == steps
    assert node.end == 4 + len(source)
    assert node.steps[-1].end == node.end


def test_a_dynamic_index_gives_an_access() -> None:
    node = value("a.b[count.index].c")
    assert isinstance(node, n.Access)
    assert isinstance(node.source, n.Reference)
    assert [type(step) for step in node.steps] == [n.Index, n.Member]


def test_references_inside_larger_expressions_stand_where_they_are() -> None:
    text = 'a = x.y ? f("${var.z}-1", [for k, v in local.m : v.id if k != "n"]) : { (q.r) = 1 }\n'
    body, faults = parse(text)
    assert not faults
    found = {text[node.start : node.end] for node in n.below(body) if isinstance(node, n.Reference)}
    assert found == {"x.y", "var.z", "local.m", "v.id", "k", "q.r"}


def test_operators_bind_as_in_hcl() -> None:
    def shape(node: Any) -> str:
        if isinstance(node, n.Binary):
            return f"({shape(node.left)}{node.operator}{shape(node.right)})"
        return f"-{shape(node.operand)}" if isinstance(node, n.Unary) else node.text

    assert shape(value("a + b * -c - d == e && f || g")) == "(((((a+(b*-c))-d)==e)&&f)||g)"


def literal_text(parts: Any) -> str:
    out = ""
    for part in parts:
        out += part.value if isinstance(part, n.Piece) else "X" if isinstance(part, n.Interpolation) else ""
        if isinstance(part, n.IfDirective):
            out += literal_text(part.then)
    return out


# What `terraform console` 1.11 prints, X standing for local.x.
@pytest.mark.parametrize(
    ("source", "meaning"),
    [
        ("<<-E\n      one\n\n    two\n        three\n  E", "  one\n\ntwo\n    three\n"),
        ("<<-E\n      one\n    ${local.x} y\n  E", "  one\nX y\n"),
        ("<<-E\n      ${local.x}\n        y\n  E", "X\n  y\n"),
        ("<<-E\n${local.x}\n  y\n  E", "X\n  y\n"),
        ("<<-E\n      a\n\t  tab\n   \n    z\n  E", "   a\ntab\n   \n z\n"),
        ("<<E\n  a ${~ local.x ~}\n\n   b\nE", "  aX\n   b\n"),
        ("<<-E\n    %{ if true ~}\n    yes\n    %{ endif ~}\n    end\n  E", "    yes\n    end\n"),
        ('"  a \\n ${~ local.x ~}  \\n  b"', "  aXb"),
        ("<<E\n$$${x} \\n %%{ if } $\nE", "$${x} \\n %{ if } $\n"),
        ("<<E\nE", ""),
    ],
)
def test_templates_mean_what_terraform_prints(source: str, meaning: str) -> None:
    assert literal_text(value(source).parts) == meaning


def test_each_line_of_an_indented_heredoc_has_its_own_place() -> None:
    text = "a = <<-E\n    one\n      two\n  E\n"
    pieces = parse(text)[0].attributes["a"].value.parts  # type: ignore[union-attr]
    assert [text[piece.start : piece.end] for piece in pieces] == ["one\n", "  two\n"]


def test_directives_nest_into_a_tree() -> None:
    node = value('"%{ if a }x%{ for k, v in c }${v}%{ endfor }%{ else }y%{ endif }"').parts[0]
    assert isinstance(node, n.IfDirective)
    inner = node.then[1]
    assert isinstance(inner, n.ForDirective)
    assert (inner.key_name, inner.value_name) == ("k", "v")
    assert isinstance(inner.parts[0], n.Interpolation)
    assert [type(part) for part in node.otherwise] == [n.Piece]


def test_byte_order_marks_crlf_and_other_scripts_are_read() -> None:
    body, faults = parse('\ufeffgröße = 1\r\nb "ü" {\r\n  h = <<E\r\nx\r\nE\r\n}\r\n')
    assert not faults
    assert body.attributes["größe"].start == 1
    assert body.blocks("b")[0].labels == ("ü",)
    assert body.blocks("b")[0].body.attributes["h"].value.parts[0].value == "x\r\n"  # type: ignore[union-attr]


def test_objects_in_an_attribute_can_be_read_as_blocks() -> None:
    body, _ = parse("ingress = [{ a = 1 }, { b = 2 }]\n")
    blocks = n.as_blocks(body.attributes["ingress"])
    assert blocks is not None
    assert [list(block.body.attributes) for block in blocks] == [["a"], ["b"]]

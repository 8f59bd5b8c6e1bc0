"""Every expression of intrinsics.yaml comes to what the documentation says, and to what cfn-lint resolves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gatepost.languages.cloudformation import read_template
from gatepost.model.places import Source
from gatepost.model.values import Value

FILE = Path(__file__).parent / "intrinsics.yaml"
SAMPLE: dict[str, Any] = yaml.safe_load(FILE.read_text())
CASES: list[list[Any]] = SAMPLE["cases"]
LEAST = 150


def text_of(expression: str) -> str:
    return SAMPLE["head"].rstrip() + " " + expression + "\n"


def said(value: Value | None) -> Any:
    """What a value says; an unknown inside as its reason."""
    if value is None:
        return {"missing": True}
    if value.unknown is not None:
        return {"unknown": value.unknown.why}
    if value.is_list:
        return [said(one) for one in value.literal]
    if value.is_map:
        return {name: said(value.literal[name]) for name in value.literal}
    return value.literal


def ours(expression: str) -> Any:
    document = read_template(Source("t.yaml", text_of(expression), "cloudformation"))
    assert document.problems == ()
    (resource,) = document.resources("AWS::CloudFormation::CustomResource")
    return said(resource.body.literal.get("P"))


@pytest.mark.parametrize(("expression", "expected"), CASES, ids=[case[0][:60] for case in CASES])
def test_an_expression_comes_to_what_the_documentation_says(expression: str, expected: Any) -> None:
    found = ours(expression)
    if isinstance(expected, dict) and "unknown" in expected:
        assert set(found) == {"unknown"} and expected["unknown"] in found["unknown"]
    else:
        assert found == expected and type(found) is type(expected)


def test_there_are_enough_cases(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = sum(isinstance(expected, dict) and "unknown" in expected for _, expected in CASES)
    with capsys.disabled():
        print(f"\n{len(CASES)} expressions of templates, {unknown} of them not known before a stack is deployed")
    assert len(CASES) >= LEAST and len({case[0] for case in CASES}) == len(CASES)


def theirs(expression: str) -> list[Any]:
    """What cfn-lint resolves an expression to: a result for each value that parameters allow."""
    from cfnlint.context import create_context_for_template
    from cfnlint.decode import decode_str
    from cfnlint.jsonschema.validators import CfnTemplateValidator
    from cfnlint.template import Template

    decoded, problems = decode_str(text_of(expression))
    assert not problems
    template = Template("t.yaml", decoded, ["us-east-1"])
    validator = CfnTemplateValidator({}).evolve(cfn=template, context=create_context_for_template(template))
    written = decoded["Resources"]["R"]["Properties"]["P"]
    return [result for result, _, _ in validator.resolve_value(written)]


def plain(data: Any) -> Any:
    """Data as text, since cfn-lint keeps what is written and CloudFormation makes text of it."""
    if isinstance(data, list):
        return [plain(one) for one in data]
    if isinstance(data, dict):
        return {name: plain(one) for name, one in data.items()}
    return str(data).replace("True", "true").replace("False", "false")


def is_resolved(data: Any) -> bool:
    """Whether nothing in cfn-lint's result is a function that it left alone."""
    if isinstance(data, list):
        return all(map(is_resolved, data))
    if isinstance(data, dict):
        return all(name not in ("Ref", "Condition") and not name.startswith("Fn::") for name in data) and all(
            map(is_resolved, data.values())
        )
    return "${" not in str(data) and '"Ref"' not in str(data) and "Fn::" not in str(data)


def test_no_known_value_is_another_than_the_one_cfn_lint_resolves(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cfnlint", reason="cfn-lint is not installed")
    compared = 0
    for expression, expected in CASES:
        if isinstance(expected, dict) and ("unknown" in expected or "missing" in expected):
            continue
        # It writes JSON with blanks, and keeps what AWS::NoValue takes away.
        if "ToJsonString" in expression or "NoValue" in expression:
            continue
        results = [plain(result) for result in theirs(expression)]
        if not results or not all(map(is_resolved, results)):
            continue
        compared += 1
        assert plain(ours(expression)) in results, expression
    with capsys.disabled():
        print(f"\n{compared} of them compared with cfn-lint")
    assert compared >= 50

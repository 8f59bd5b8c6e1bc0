"""On real templates: what Gatepost knows of a property is what cfn-lint resolves it to, where both know."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gatepost.languages.cloudformation import is_template, read_template
from gatepost.model.places import Source
from gatepost.model.values import Value
from tests.conformance.templates.test_intrinsics import is_resolved, plain

CORPUS = Path(os.environ.get("GATEPOST_CORPORA", "/nowhere")) / "cloudformation"
# Results that cfn-lint gives one by one for lists and maps grow fast; scalars are where functions end.
_DEEPEST = 6


def scalars(value: Value, written: Any, depth: int = 0) -> list[tuple[Value, Any]]:
    """Pairs of our value and what is written there, down to functions and scalars."""
    call = isinstance(written, dict) and len(written) == 1 and next(iter(written)).startswith(("Fn::", "Ref"))
    if not call and isinstance(written, dict) and value.is_map and depth < _DEEPEST:
        return [
            pair
            for name, inner in written.items()
            if (mine := value.literal.get(str(name))) is not None
            for pair in scalars(mine, inner, depth + 1)
        ]
    if isinstance(written, list) and value.is_list and len(written) == len(value.literal) and depth < _DEEPEST:
        return [
            pair for mine, inner in zip(value.literal, written, strict=True) for pair in scalars(mine, inner, depth + 1)
        ]
    return [(value, written)]


def data(value: Value) -> Any:
    if value.is_list:
        return [data(one) for one in value.literal]
    if value.is_map:
        return {name: data(value.literal[name]) for name in value.literal}
    return None if value.unknown is not None else value.literal


@pytest.mark.skipif(not CORPUS.is_dir(), reason="GATEPOST_CORPORA names no folder with templates")
def test_no_value_of_a_real_template_is_another_than_cfn_lint_resolves(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cfnlint", reason="cfn-lint is not installed")
    from cfnlint.context import create_context_for_template
    from cfnlint.decode import decode_str
    from cfnlint.jsonschema.validators import CfnTemplateValidator
    from cfnlint.template import Template

    counted: Counter[str] = Counter()
    wrong: list[str] = []
    for file in sorted(CORPUS.rglob("*.*")):
        if file.suffix not in (".yaml", ".yml", ".json", ".template"):
            continue
        text = file.read_text(errors="replace")
        if not is_template(text, file.name):
            continue
        decoded, problems = decode_str(text)
        if problems:
            continue
        template = Template(file.name, decoded, ["us-east-1"])
        validator = CfnTemplateValidator({}).evolve(cfn=template, context=create_context_for_template(template))
        document = read_template(Source(file.name, text, "cloudformation"))
        counted["templates"] += 1
        for type_ in document.types():
            for one in document.resources(type_) if type_ != "parameter" else ():
                written = decoded["Resources"].get(one.name, {}).get("Properties", {})
                for name, inner in written.items() if isinstance(written, dict) else ():
                    mine = one.body.literal.get(str(name))
                    for value, there in scalars(mine, inner) if mine is not None else ():
                        if value.unknown is not None:
                            counted["unknown"] += 1
                            continue
                        results = [plain(result) for result, _, _ in validator.resolve_value(there)]
                        if not results or not all(map(is_resolved, results)):
                            counted["known to us alone"] += 1
                            continue
                        counted["compared"] += 1
                        if plain(data(value)) not in results:
                            wrong.append(f"{file.name} {one.name}.{name}: {data(value)!r} {results[:3]}")
    with capsys.disabled():
        print(f"\n{dict(counted)} values of real templates")
    assert wrong == []
    assert counted["compared"] > 100

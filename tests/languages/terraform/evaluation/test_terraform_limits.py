"""Many instances, many calls and long chains cost no more than they have to: work is counted, never timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from terraform_roots import plain, resource, root

from gatepost.fixes import proving
from gatepost.languages.terraform.conversions import NotComputed
from gatepost.languages.terraform.document import TerraformDocument
from gatepost.languages.terraform.state import MOST_STEPS
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.judge import judge

TODAY = "2026-01-01"
MODULE = """variable "name" {}
resource "aws_s3_bucket" "b" {
  bucket = var.name
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
}
output "id" {
  value = aws_s3_bucket.b.bucket
}
"""


def calls(number: int) -> TerraformDocument:
    text = "".join(f'module "m{i}" {{\n  source = "./m"\n  name   = "n{i}"\n}}\n' for i in range(number))
    return root({"main.tf": text, "m/main.tf": MODULE})


def reads_of(document: TerraformDocument) -> int:
    for one in document.instances():
        plain(one.body)
    document.resources("aws_s3_bucket")
    return sum(len(entry.reads) for entry in document.state.memo.values())


def test_a_thousand_calls_of_one_module_remember_ten_times_what_a_hundred_do() -> None:
    assert reads_of(calls(1000)) <= 10.5 * reads_of(calls(100))


def test_more_than_ten_thousand_instances_are_one_and_told() -> None:
    document = root('resource "t" "r" {\n  count = 100000\n  x     = count.index\n  y     = "same"\n}\n')
    (one,) = document.resources("t")
    assert one.address == "t.r[*]"
    assert plain(one.body) == {"x": "?", "y": "same"}
    (problem,) = document.problems
    assert problem.what == "t.r has more than 10000 instances, which are judged as one"
    assert problem.location.region.start_line == 2


def test_more_than_ten_thousand_elements_of_for_each_are_one_and_told() -> None:
    many = 'toset([for pair in setproduct(range(200), range(100)) : join("-", pair)])'
    document = root(f'resource "t" "r" {{\n  for_each = {many}\n  x = each.key\n}}\n')
    assert [one.address for one in document.resources("t")] == ["t.r[*]"]
    assert len(document.problems) == 1


def test_instances_that_are_alike_are_judged_as_one_whatever_their_number() -> None:
    document = root('resource "t" "r" {\n  count = 5000\n  y     = "same"\n}\n')
    assert [one.address for one in document.resources("t")] == ["t.r"]
    assert len(list(document.instances())) == 5000
    assert document.problems == ()


def test_references_to_thousands_of_instances_make_them_once() -> None:
    text = (
        'resource "t" "a" {\n  count = 2000\n  x = "a${count.index}"\n}\n'
        'resource "t" "b" {\n  count = 2000\n  x = t.a[count.index].x\n}\n'
    )
    document = root(text)
    assert plain(resource(document, "t.b[1999]").body) == {"x": "a1999"}
    for one in document.resources("t"):
        plain(one.body)
    assert document.state.steps < 20_000


def test_fifty_locals_that_double_their_text_are_bounded() -> None:
    lines = "".join(f'  v{i} = "${{local.v{i - 1}}}${{local.v{i - 1}}}"\n' for i in range(1, 51))
    document = root(f'locals {{\n  v0 = "x"\n{lines}}}\nresource "t" "r" {{\n  x = local.v50\n  y = local.v10\n}}\n')
    body = resource(document, "t.r").body.literal
    assert len(body["y"].literal) == 1024
    assert body["x"].unknown is not None


def test_one_edit_is_tried_once_for_all_calls_of_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    def tried(number: int) -> int:
        count = 0
        again: Callable[..., Any] = proving.judge_again

        def counted(*arguments: Any) -> Any:
            nonlocal count
            count += 1
            return again(*arguments)

        document = calls(number)
        judged = judge(document, load_shipped(), {}, TODAY)
        with monkeypatch.context() as patched:
            patched.setattr(proving, "judge_again", counted)
            known: dict[Any, proving.Tried] = {}
            for judgement in judged.violated():
                proving.with_fix(document, judged, judgement, known)
        return count

    assert tried(2) == tried(20) > 0


def test_what_a_loop_works_out_is_counted_pass_by_pass() -> None:
    large = "[for x in range(1000): [for y in range(1000): {}]]"
    document = root(
        {"main.tf": f'locals {{\n  a = {large.format("x * y")}\n}}\nresource "a" "b" {{\n  c = local.a[0]\n}}\n'}
    )
    assert "so large a computation" in resource(document, "a.b").body.literal.get("c").unknown.why
    plainly = f"[{', '.join('1' for _ in range(400))}]"
    document = root({"main.tf": f'resource "a" "b" {{\n  c = {large.format(plainly)}[0]\n}}\n'})
    assert "so large a computation" in resource(document, "a.b").body.literal.get("c").unknown.why


def test_more_dynamic_blocks_than_can_be_made_are_not_known() -> None:
    block = '  dynamic "r" {\n    for_each = range(1000)\n    content {\n      p = r.value + 1\n    }\n  }\n'
    text = "".join(f'resource "a" "b{i}" {{\n{block}}}\n' for i in range(60))
    last = root({"main.tf": text}).resources("a")
    made = [one.body.literal.get("r") for one in last]
    assert not made[0].open and made[-1].open
    assert "so large a computation" in made[-1].literal[0].unknown.why


def test_a_large_configuration_may_take_more_steps_than_a_small_one() -> None:
    document = root({"main.tf": 'resource "a" "b" {}\n', "more.tf": "# " + "x" * 100_000 + "\n"})
    state = document.state
    assert document.resources("a")
    state.steps = MOST_STEPS
    state.spend(100_000)
    with pytest.raises(NotComputed):
        state.spend(400_000)

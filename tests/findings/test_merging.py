"""When two findings are one."""

from __future__ import annotations

from gatepost.findings.detectors import merge_detectors
from gatepost.findings.merging import merge_instances, merge_undecided
from gatepost.model.changes import Edit, Fix
from gatepost.model.findings import Detector, Finding, OriginStep, Package, Undecided
from gatepost.model.places import Location, Region


def ours(line: int = 5, resource: str = "aws_s3_bucket.b") -> Finding:
    place = Location("main.tf", Region(line, 3, line, 20))
    return Finding(
        "aws/s3/x", "t", "m", "high", "high", "data", place, "resource", resource, also_known_as=("checkov/CKV_AWS_1",),
        detectors=(Detector("gatepost", "gatepost/aws/s3/x", "high"),),
    )  # fmt: skip


def theirs(first: int, last: int, resource: str = "", rule: str = "CKV_AWS_1", path: str = "main.tf") -> Finding:
    place = Location(path, Region(first, 1, last, 1))
    detector = Detector("checkov", f"checkov/{rule}", "medium")
    return Finding(
        f"checkov/{rule}", "t", "m", "medium", "high", "data", place, "resource", resource, detectors=(detector,)
    )


def vulnerability(tool: str, severity: str, ids: tuple[str, ...]) -> Finding:
    place = Location("Dockerfile", Region(1, 1, 1, 1))
    return Finding(
        f"{tool}/{ids[0]}", "t", "m", severity, "high", "vulnerability", place, "package", ids=ids,  # type: ignore[arg-type]
        package=Package("openssl", "1.0"), detectors=(Detector(tool, f"{tool}/{ids[0]}", severity),),  # type: ignore[arg-type]
    )  # fmt: skip


def tools(finding: Finding) -> list[str]:
    return [detector.tool for detector in finding.detectors]


def test_the_same_rule_at_the_same_place_is_one_finding_with_two_detectors() -> None:
    (merged,) = merge_detectors([ours()], [theirs(1, 9)])
    assert merged.rule == "aws/s3/x"
    assert tools(merged) == ["gatepost", "checkov"]


def test_the_resource_decides_where_both_name_one() -> None:
    merged = merge_detectors([ours(), ours(line=7, resource="aws_s3_bucket.c")], [theirs(1, 9, "aws_s3_bucket.c")])
    assert [tools(finding) for finding in merged] == [["gatepost"], ["gatepost", "checkov"]]


def test_another_rule_place_or_file_stays_apart() -> None:
    others = [theirs(1, 9, rule="CKV_AWS_2"), theirs(20, 30), theirs(1, 9, path="other.tf")]
    assert len(merge_detectors([ours()], others)) == 4


def test_a_vulnerability_known_under_two_names_is_one_with_the_worst_severity() -> None:
    (merged,) = merge_detectors(
        [], [vulnerability("trivy", "medium", ("CVE-1",)), vulnerability("grype", "high", ("GHSA-1", "CVE-1"))]
    )
    assert tools(merged) == ["grype", "trivy"]
    assert merged.severity == "high"
    assert merged.ids == ("GHSA-1", "CVE-1")


def test_instances_of_one_place_are_one_finding_that_names_the_others() -> None:
    one, two = ours(resource="module.a.aws_s3_bucket.b"), ours(resource="module.b.aws_s3_bucket.b")
    (merged,) = merge_instances([two, one], lambda finding: finding.resource)
    assert merged.resource == "module.a.aws_s3_bucket.b"
    assert [related.message for related in merged.related] == ["also module.b.aws_s3_bucket.b"]


def test_instances_without_a_fix_in_common_say_why_there_is_none() -> None:
    def mended(resource: str, line: int) -> Finding:
        edit = Edit(Location("main.tf", Region(line, 1, line, 1)), "x")
        return ours(resource=resource)._replace(fixes=(Fix("Mend it", (edit,), "safe", "proved", ""),))

    (merged,) = merge_instances([mended("a", 1), mended("b", 2)], lambda finding: finding.resource)
    assert (merged.fixes, merged.advice) == ((), "Mend it")
    assert "mend each where it is set" in merged.no_fix
    (same,) = merge_instances([mended("a", 1), mended("b", 1)], lambda finding: finding.resource)
    assert (len(same.fixes), same.no_fix) == (1, "")


def from_module(call: str, line: int, kind: str = "code") -> Finding:
    origin = OriginStep("var.public", Location("main.tf", Region(line, 3, line, 16)), "public = true", kind)
    return ours(resource=f"module.{call}.aws_db_instance.a")._replace(origins=(origin,))


def test_what_two_callers_set_wrongly_is_a_finding_for_each() -> None:
    found = merge_instances([from_module("logs", 4), from_module("web", 16)], lambda finding: finding.resource)
    assert [finding.origins[-1].location.region.start_line for finding in found if finding.origins[-1].location] == [
        4,
        16,
    ]


def test_a_default_that_several_calls_take_is_one_finding_that_counts_them() -> None:
    calls = [from_module('logs["a.b"]', 4, "default"), from_module("web[0]", 4, "default")]
    (found,) = merge_instances(calls, lambda finding: finding.resource)
    assert [related.message for related in found.related] == [
        "2 calls of the module take this default",
        "also module.web[0].aws_db_instance.a",
    ]


def question(resource: str, why: str = "var.x has no default", line: int = 5) -> Undecided:
    return Undecided("aws/s3/x", "t", "high", Location("main.tf", Region(line, 3, line, 20)), resource, (why,))


def test_instances_that_lack_the_same_at_one_place_are_one_question() -> None:
    asked = [question("module.b.r.x"), question("module.a.r.x"), question("module.b.r.x")]
    (one,) = merge_undecided(asked)
    assert (one.resource, one.also) == ("module.a.r.x", ("module.b.r.x",))


def test_instances_that_lack_something_else_stay_questions_of_their_own() -> None:
    asked = [question("a"), question("b", "var.y has no default"), question("c", line=9)]
    assert [one.resource for one in merge_undecided(asked)] == ["a", "b", "c"]

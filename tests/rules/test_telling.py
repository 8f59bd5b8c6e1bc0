"""How findings and undecided rules are told: place, message, related places, origins, the reason for no fix."""

from __future__ import annotations

import pytest

from gatepost.model.places import Source
from gatepost.model.policy import RuleChoice
from gatepost.model.values import Unknown, Value
from gatepost.rules.catalogue import load
from gatepost.rules.judge import judge
from gatepost.rules.proposals import NoFix, Proposal, propose
from gatepost.rules.telling import finding_of, reason, undecided_of
from gatepost.testing.documents import read_document

RESOURCE = """\
name: x.thing
found_in:
  - terraform: x_thing
    attributes: {name: name, open: {path: open, default: false}, key: key, net: net, parts: {each: part, attributes: {n: n}}}
"""  # noqa: E501
HEAD = "title: A thing is open\nseverity: high\ncategory: network\nwhy: Because.\napplies_to: x.thing\n"


def judged(rule, text, setting=None):
    catalogue = load([("x/open", Source("r.yaml", HEAD + rule, "rule"))], [Source("t.yaml", RESOURCE, "rule")])
    return judge(read_document({"main.tf": text}), catalogue, {"x/open": setting or RuleChoice("")}, "2026-01-01")


def finding(rule, text, setting=None):
    result = judged(rule, text, setting)
    return finding_of(result.violated()[0], result)


def test_a_finding_points_at_what_the_fix_writes():
    found = finding(
        "forbid: {open: true}\nfix: {set: {open: false}, safety: safe}\n",
        'resource "x_thing" "t" {\n  open = true\n}\n',
    )
    assert (found.location.region.start_line, found.location.region.start_column) == (2, 10)
    assert (found.resource, found.severity, found.subject) == ("x_thing.t", "high", "resource")


def test_what_is_not_written_is_shown_at_the_first_line_of_the_resource():
    found = finding("require: {open: true}\n", 'resource "x_thing" "t" {\n  name = "n"\n}\n')
    assert found.location.region.start_line == 1


def test_points_at_shows_the_first_that_is_written_and_relates_the_rest():
    text = 'resource "x_thing" "t" {\n  name = "n"\n  net  = "a"\n  open = true\n}\n'
    found = finding("forbid: {open: true}\npoints_at: [key, net, name]\n", text)
    assert found.location.region.start_line == 3
    assert [one.location.region.start_line for one in found.related] == [2]


def test_a_failing_element_is_shown_in_its_place():
    text = 'resource "x_thing" "t" {\n  part {\n    n = 1\n  }\n  part {\n    n = 2\n  }\n}\n'
    assert finding("forbid: {parts: {some: {n: 2}}}\n", text).location.region.start_line == 6


def test_a_message_shows_values_expressions_and_no_secret():
    text = 'variable "v" {\n  sensitive = true\n  default   = "hush"\n}\nresource "x_thing" "t" {\n  open = true\n  name = "n"\n'  # noqa: E501
    text += "  key  = var.v\n  net  = x_net.a.id\n}\n"
    found = finding("forbid: {open: true}\nmessage: '${name} ${key} ${net} ${parts}'\n", text)
    assert found.message == "n ••• x_net.a.id —"


def test_a_text_with_holes_is_told_without_its_quotes():
    text = 'variable "v" {}\nresource "x_thing" "t" {\n  open = true\n  name = "${var.v}-a"\n'
    text += '  net = "a" == var.v ? "b" : "c"\n}\n'
    found = finding("forbid: {open: true}\nmessage: '${name}, ${net}'\n", text)
    assert found.message == '${var.v}-a, "a" == var.v ? "b" : "c"'


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("!Ref Name", "Name"),
        ('!Sub "${AWS::StackName}-a"', "${AWS::StackName}-a"),
        ("!Sub '${AWS::StackName}-a'", "${AWS::StackName}-a"),
        ("!Sub ${AWS::StackName}-a", "!Sub ${AWS::StackName}-a"),
    ],
)
def test_a_text_of_a_template_with_holes_is_told_without_its_notation(written: str, told: str):
    kind = 'name: x.thing\nfound_in: [{cloudformation: "AWS::X::Thing", attributes: {open: Open, name: Name}}]\n'
    rule = HEAD + 'forbid: {open: true}\nmessage: "of ${name}"\nno_fix: No.\n'
    text = "Parameters:\n  Name: {Type: String}\nResources:\n  A:\n    Type: AWS::X::Thing\n    Properties:\n"
    text += f"      Open: true\n      Name: {written}\n"
    catalogue = load([("x/open", Source("r.yaml", rule, "rule"))], [Source("t.yaml", kind, "rule")])
    result = judge(read_document({"t.yaml": text}), catalogue, {}, "2026-01-01")
    assert finding_of(result.violated()[0], result).message == f"of {told}"


def test_the_way_to_where_a_value_is_set_is_told():
    text = 'variable "o" {\n  default = true\n}\nresource "x_thing" "t" {\n  open = var.o\n}\n'
    found = finding("forbid: {open: true}\n", text)
    assert found.location.region.start_line == 5
    assert found.origins[-1].location.region.start_line == 2
    assert found.cause


def test_undecided_names_exactly_what_is_not_known():
    text = 'variable "o" {}\nresource "x_thing" "t" {\n  open = var.o\n  name = var.o\n}\n'
    result = judged("forbid: {open: true, name: {exists: true}}\n", text)
    one = undecided_of(result.undecided()[0], result)
    assert one.because == ("var.o has no default and no var file gives it",)
    assert "--var-file" in one.hint


def test_the_hint_names_the_variable_that_is_not_given():
    text = 'variable "d" {\n  default = true\n}\nvariable "o" {}\n'
    text += 'resource "x_thing" "t" {\n  open = var.o.b != null ? var.o.b : var.d\n}\n'
    result = judged("forbid: {open: true}\n", text)
    assert undecided_of(result.undecided()[0], result).hint == "give var.o a value with --var-file"


def test_when_decides_whether_a_rule_applies():
    text = 'variable "o" {}\nresource "x_thing" "t" {\n  open = true\n  name = %s\n}\n'
    rule = "when: {name: a}\nforbid: {open: true}\n"
    assert not judged(rule, text % '"b"').judgements
    assert judged(rule, text % '"a"').violated()
    assert judged(rule, text % "var.o").undecided()
    assert not judged("when: {name: a}\nforbid: {open: false}\n", text % "var.o").judgements


def test_a_policy_switches_off_and_gives_severity_and_settings():
    text = 'resource "x_thing" "t" {\n  open = true\n}\n'
    rule = "forbid: {open: true}\nsettings: {to: null}\nfix: {set: {net: '${to}'}, safety: unsafe, why: x}\n"
    assert not judged(rule, text, RuleChoice("", enabled=False)).judgements
    assert finding(rule, text, RuleChoice("", severity="low")).severity == "low"
    without, given = judged(rule, text), judged(rule, text, RuleChoice("", settings={"to": "n"}))
    refused = propose(without.violated()[0], without)
    assert isinstance(refused, NoFix)
    assert (refused.advice, "settings: {to: …}" in refused.reason) == ("set net to <to>", True)
    offered = propose(given.violated()[0], given)
    assert isinstance(offered, Proposal)
    assert (offered.title, offered.safety) == ("Set net to n", "unsafe")


PARTS_OF_OTHERS = (
    RESOURCE
    + """\
---
name: x.rest
found_in:
  - {terraform: x_rest, attributes: {thing: thing, parts: {each: part, attributes: {n: n}}}}
relations: {rest_of: {to: x.thing, by: thing}}
---
name: x.named
identity: [name]
found_in: [{terraform: x_thing, attributes: {name: name, parts: {each: part, attributes: {n: n}}}}]
"""
)


def message(text, hole, applies="x.rest.parts"):
    resources = PARTS_OF_OTHERS.replace("name: x.thing\n", "name: x.thing\nidentity: [name]\n")
    rule = HEAD.replace("x.thing", applies) + f'forbid: {{n: 2}}\nmessage: "of ${{{hole}}}"\nno_fix: No.\n'
    catalogue = load([("x/open", Source("r.yaml", rule, "rule"))], [Source("t.yaml", resources, "rule")])
    result = judge(read_document({"main.tf": text}), catalogue, {}, "2026-01-01")
    return finding_of(result.violated()[0], result).message


def rest(key):
    return f'resource "x_rest" "r" {{\n  thing = {key}\n  part {{\n    n = 2\n  }}\n}}\n'


def test_a_related_resource_is_told_by_its_name_else_its_address():
    text = rest("x_thing.t.id")
    assert message(text + 'resource "x_thing" "t" {\n  name = "n"\n}\n', "parent.rest_of") == "of n"
    assert message(text + 'resource "x_thing" "t" {}\n', "parent.rest_of") == "of x_thing.t"


def test_a_related_resource_that_is_not_in_the_files_is_told_as_it_is_named():
    assert message(rest('"n"'), "parent.rest_of") == "of n"
    assert message('variable "v" {}\n' + rest("var.v"), "parent.rest_of") == "of var.v"


def test_a_name_that_is_not_written_is_told_as_an_address():
    text = 'resource "x_thing" "t" {\n  part {\n    n = 2\n  }\n}\n'
    assert message(text, "parent.name", "x.named.parts") == "of x_thing.t"


def test_what_is_not_known_inside_a_list_is_named() -> None:
    known, hidden = Value("a"), Value(Unknown("parameter Owners has no default"))
    assert reason("principals", Value((Value({"id": hidden}),))) == "parameter Owners has no default"
    assert reason("principals", Value((known, hidden), open=True)) == "parameter Owners has no default"
    assert reason("principals", Value((known,), open=True)) == "principals may have more than is written"


def because(condition, text, attributes='keys: {together: ["key[]"]}'):
    resource = f"name: x.thing\nfound_in:\n  - terraform: x_thing\n    attributes: {{{attributes}}}\n"
    rule = ("x/open", Source("r.yaml", HEAD + f"forbid: {condition}\n", "rule"))
    catalogue = load([rule], [Source("t.yaml", resource, "rule")])
    result = judge(read_document({"main.tf": text}), catalogue, {}, "2026-01-01")
    one = undecided_of(result.undecided()[0], result)
    return one.because, one.hint


VARIABLE = 'variable "more" {\n  type = list(string)\n}\n'
GIVE = ("var.more has no default and no var file gives it",), "give var.more a value with --var-file"


@pytest.mark.parametrize(
    "key",
    [
        "concat([x_other.a.id], var.more)",
        "concat(var.more, [x_other.a.id])",
        "flatten([[x_other.a.id], var.more])",
        "distinct(concat(var.more, [x_other.a.id]))",
        'compact(concat(var.more, ["a"]))',
        "reverse(concat(var.more, [x_other.a.id]))",
        "setunion([x_other.a.id], var.more)",
        'toset(concat(var.more, ["a"]))',
        '[for one in concat(var.more, ["a"]) : one]',
        '[for one in ["a", "b"] : one if contains(var.more, one)]',
        '[for one in concat(var.more, [{b = "a"}])[*] : one.b]',
        'values(merge({a = "a"}, {for one in var.more : one => one}))',
        'keys(merge({for one in var.more : one => one}, {a = "a"}))',
    ],
)
def test_what_keeps_a_list_open_is_the_reason_and_not_a_member_that_cannot_be_it(key):
    text = VARIABLE + f'resource "x_thing" "t" {{\n  key = {key}\n}}\n'
    if "x_other" in key:
        text += 'resource "x_other" "a" {\n  name = "a"\n}\n'
    assert because("{keys: {some: {in: [bad], not: {origin: resource}}}}", text) == GIVE


def test_what_keeps_a_list_open_is_told_through_a_local_and_a_module():
    text = VARIABLE + 'locals {\n  keys = concat(["a"], var.more)\n}\nresource "x_thing" "t" {\n  key = local.keys\n}\n'
    assert because("{keys: {includes: bad}}", text) == GIVE


TWO_PARTS = """
resource "x_thing" "t" {
  part {
    n = "a"
  }
  dynamic "part" {
    for_each = concat(["b"], var.more)
    content {
      n = part.value
    }
  }
}
"""


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        ("{parts: {some: {n: bad}}}", ""),
        ("{parts: {count: {at_least: 3}}}", ""),
        ("{parts: {count: {at_least: 3}}}", "where: {n: {matches: '^[ab]$'}}, "),
    ],
)
def test_blocks_made_of_what_is_not_given_are_not_known_for_want_of_it(condition, where):
    assert because(condition, VARIABLE + TWO_PARTS, f"parts: {{each: part, {where}attributes: {{n: n}}}}") == GIVE


def test_a_list_of_instances_is_not_known_for_want_of_their_number():
    text = 'variable "more" {}\nresource "x_other" "a" {\n  count = var.more\n  name = "a"\n}\n'
    text += 'resource "x_thing" "t" {\n  key = x_other.a[*].name\n}\n'
    assert because("{keys: {includes: bad}}", text) == GIVE


def test_networks_and_ports_that_may_be_more_name_what_is_missing():
    text = VARIABLE + 'resource "x_thing" "t" {\n  key = concat(["10.0.0.0/8"], var.more)\n}\n'
    assert because("{keys: {covers: all}}", text, 'keys: {path: "key[]", as: networks}') == GIVE
    text = VARIABLE + 'resource "x_thing" "t" {\n  key = concat(["80"], var.more)\n}\n'
    assert because("{keys: {includes: 22}}", text, 'keys: {path: "key[]", as: ports}') == GIVE


def test_what_to_type_follows_from_what_is_missing():
    module = 'module "m" {\n  source = "example.com/m"\n}\nresource "x_thing" "t" {\n  key = module.m.key\n}\n'
    (why,), hint = because("{keys: {includes: bad}}", module)
    assert why.endswith("is not there: terraform init fetches it") and hint == "run terraform init first"
    data = 'data "x_other" "o" {}\nresource "x_thing" "t" {\n  key = data.x_other.o.key\n}\n'
    assert because("{keys: {includes: bad}}", data)[1] == "give a plan that knows it with --plan"
    assert because("{keys: {includes: bad}}", data.replace("data.x", "x").replace("data ", "resource "))[1] == ""


def test_a_parameter_without_a_default_is_asked_for():
    text = "Parameters:\n  Key:\n    Type: String\n"
    text += "Resources:\n  T:\n    Type: X::Y::Z\n    Properties:\n      Key: !Ref Key\n"
    resource = "name: x.thing\nfound_in:\n  - cloudformation: X::Y::Z\n    attributes: {key: Key}\n"
    rule = ("x/open", Source("r.yaml", HEAD + "forbid: {key: bad}\n", "rule"))
    catalogue = load([rule], [Source("t.yaml", resource, "rule")])
    result = judge(read_document({"t.yaml": text}), catalogue, {}, "2026-01-01")
    one = undecided_of(result.undecided()[0], result)
    assert one.because == ("parameter Key has no default",)
    assert one.hint == "give parameter Key a value with --parameters"


def test_a_name_alone_is_no_reason_beside_one():
    text = 'variable "more" {}\nresource "x_thing" "t" {\n  key = ["10.0.0.0/8", var.more]\n}\n'
    condition = "{keys: {covers: all}, keys.size: {at_least: 99999999}}"
    assert because(condition, text, 'keys: {path: "key[]", as: networks}') == GIVE

"""Parameter files: what they give, what they must not, and fixes that are written there."""

from __future__ import annotations

import pytest
from templates import applied, plain, read, resource

from gatepost.languages.cloudformation import read_template
from gatepost.model.changes import Append, Set
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite

TEMPLATE = """\
Parameters:
  Open: {Type: String, Default: 10.0.0.0/8}
  Count: {Type: Number, MinValue: 1, MaxValue: 5}
  Nets: {Type: CommaDelimitedList}
  Env: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Code: {Type: String, AllowedPattern: "[a-z]+", Default: x}
  Short: {Type: String, MaxLength: 3, Default: ab}
  Secret: {Type: String, NoEcho: true}
Conditions:
  Prod: !Equals [!Ref Env, prod]
Resources:
  R:
    Type: AWS::X::Y
    Condition: Prod
    Properties: {Open: !Ref Open, Count: !Ref Count, Nets: !Ref Nets, Code: !Ref Code, Short: !Ref Short,
      Secret: !Ref Secret}
"""
LIST = '[{"ParameterKey": "Env", "ParameterValue": "prod"}, {"ParameterKey": "Open", "ParameterValue": "0.0.0.0/0"}]'
FORMS = {
    "list.json": LIST,
    "pipeline.json": '{"Parameters": {"Env": "prod", "Open": "0.0.0.0/0"}, "Tags": {"a": "b"}, "StackPolicy": {}}',
    "map.json": '{"Env": "prod", "Open": "0.0.0.0/0"}',
    "pairs.json": '["Env=prod", "Open=0.0.0.0/0"]',
    "map.yaml": "Env: prod\nOpen: 0.0.0.0/0\n",
}


class Files:
    def __init__(self, texts):
        self.texts = texts

    def read(self, path):
        return Source(path, self.texts[path], "data") if path in self.texts else None


def document(given, template=TEMPLATE, more=None):
    files = {"p.json": given, **(more or {})}
    return read_template(Source("t.yaml", template, "cloudformation"), Files(files), tuple(files))


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_a_parameter_file_is_read(name):
    found = read_template(Source("t.yaml", TEMPLATE, "cloudformation"), Files(FORMS), (name,))
    value = read(found, "R", "Open")
    assert plain(value) == "0.0.0.0/0" and found.problems == ()
    assert [origin.what for origin in value.origins] == ["parameter Open", name]
    assert value.set_at.source.path == name and "0.0.0.0/0" in value.set_at.text
    assert [source.path for source in found.sources] == ["t.yaml", name]


def test_the_last_file_wins():
    found = document(LIST, more={"q.json": '{"Open": "1.1.1.1/32"}'})
    assert plain(read(found, "R", "Open")) == "1.1.1.1/32"


def test_a_file_that_names_no_parameter_of_the_template_is_not_taken():
    found = document('{"Other": "x"}')
    assert [source.path for source in found.sources] == ["t.yaml"]


def test_a_previous_value_is_not_known():
    found = document(
        '[{"ParameterKey": "Open", "UsePreviousValue": true}, {"ParameterKey": "Env", "ParameterValue": "prod"}]'
    )
    assert "keeps the value" in read(found, "R", "Open").unknown.why


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ('{"Env": "test"}', "Env is not one of its AllowedValues"),
        ('{"Count": "9"}', "Count lies outside"),
        ('{"Count": "many"}', "Count is no number"),
        ('{"Code": "A1"}', "Code does not match"),
        ('{"Short": "abcd"}', "Short has a length outside"),
        ('{"Open": {"a": 1}}', "Open is given no text"),
        ("{}", "gives no parameter"),
        ("{", ""),
    ],
)
def test_a_value_that_is_not_allowed_is_a_problem_in_the_file(given, what):
    (problem,) = document(given).problems
    assert what in problem.what and problem.location.path == "p.json"


def test_a_value_that_is_not_allowed_is_not_known():
    found = document('{"Code": "A1", "Env": "prod"}')
    assert "AllowedPattern" in read(found, "R", "Code").unknown.why
    text = TEMPLATE.replace("Default: x", "Default: X9").replace("    Condition: Prod\n", "")
    assert "AllowedPattern" in read(read_template(Source("t.yaml", text, "")), "R", "Code").unknown.why


def test_a_hidden_value_is_sensitive_wherever_it_comes_from():
    found = document('{"Secret": "hunter2", "Env": "prod"}')
    value = read(found, "R", "Secret")
    assert (value.literal, value.sensitive) == ("hunter2", True)


def test_a_fix_is_written_into_the_parameter_file():
    found = document(LIST)
    written = found.write(Set(resource(found, "R").body, ("Open",), "10.1.0.0/16"))
    (edit,) = written.edits
    assert (edit.location.path, edit.replacement, written.shared) == ("p.json", '"10.1.0.0/16"', True)
    after = found.edited(written.edits)
    assert plain(read(after.document, "R", "Open")) == "10.1.0.0/16"
    assert after.changed == {("Parameters.Open", "given")}


def test_a_list_in_a_parameter_file_grows():
    found = document('{"Env": "prod", "Nets": "a, b"}')
    (edit,) = found.write(Append(resource(found, "R").body, ("Nets",), "c")).edits
    assert edit.replacement == '"a,b,c"'


@pytest.mark.parametrize(
    ("given", "steps", "new", "why"),
    [
        ('{"Count": "2", "Env": "prod"}', ("Count",), 9, "outside its MinValue"),
        ('["Open=x", "Env=prod"]', ("Open",), "y", "part of a text"),
        ('{"Nets": "a,b", "Env": "prod"}', ("Nets",), "c", "holds a list"),
        ('{"Nets": "a,b", "Env": "prod"}', ("Nets", 0), "c", "only a part"),
        ('{"Open": "a", "Env": "prod"}', ("Open",), ["x"], "holds no list"),
    ],
)
def test_what_the_parameter_file_cannot_say_is_not_written(given, steps, new, why):
    found = document(given)
    with pytest.raises(CannotWrite, match=why):
        found.write(Set(resource(found, "R").body, steps, new))


def test_an_edit_of_the_file_that_switches_a_condition_tells_what_is_gone():
    found = document(LIST)
    (given,) = (one for one in found.sources if one.path == "p.json")
    at = given.text.index("prod")
    from gatepost.model.changes import Edit
    from gatepost.model.places import Location

    after = found.edited([Edit(Location("p.json", given.region(at, at + 4)), "dev")])
    assert ("type:AWS::X::Y", "*") in after.changed
    assert after.document.resources("AWS::X::Y") == ()
    assert applied(found, ()) == TEMPLATE


def test_a_parameter_that_does_not_allow_a_value_never_has_it():
    text = TEMPLATE.replace(", Default: dev", "").replace("!Ref Env, prod", "!Ref Env, staging")
    assert read_template(Source("t.yaml", text, "cloudformation")).resources("AWS::X::Y") == ()

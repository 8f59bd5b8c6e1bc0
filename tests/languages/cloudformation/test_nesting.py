"""Nested stacks in local files: what they are passed, what they give out, circles, and fixes across files."""

from __future__ import annotations

import pytest
from templates import plain, read, resource
from test_inputs import Files

from gatepost.languages.cloudformation import read_template
from gatepost.languages.cloudformation.nesting import named_templates
from gatepost.model.changes import Set
from gatepost.model.places import Source
from gatepost.model.problems import CannotWrite

PARENT = """\
Parameters:
  Open: {Type: String, Default: 0.0.0.0/0}
Conditions:
  Maybe: !Equals [!Ref AWS::Region, x]
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Condition: Maybe
    Properties:
      TemplateURL: ./net/net.yaml
      Parameters: {Cidr: !Ref Open, Key: !Ref K, Nets: "a,b"}
  K: {Type: AWS::KMS::Key}
  Remote: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://s3.amazonaws.com/b/t.yaml"}}
  Gone: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone.yaml}}
  R:
    Type: AWS::X::Y
    Properties:
      Group: !GetAtt Net.Outputs.Group
      Text: !GetAtt Net.Outputs.Text
      Sub: !Sub "${Net.Outputs.Text}!"
      None: !GetAtt Net.Outputs.Nothing
      Gone: !GetAtt Gone.Outputs.A
      Remote: !GetAtt Remote.Outputs.A
"""
NET = """\
Parameters:
  Cidr: {Type: String, Default: 10.0.0.0/8}
  Own: {Type: String, Default: own}
  Key: {Type: String}
  Nets: {Type: CommaDelimitedList}
Resources:
  Sg:
    Type: AWS::EC2::SecurityGroup
    Properties: {Cidr: !Ref Cidr, Own: !Ref Own, Key: !Ref Key, Nets: !Ref Nets, Fixed: x}
Outputs:
  Group: {Value: !Ref Sg}
  Text: {Value: !Sub "${Own}-${Cidr}"}
"""


def document(parent=PARENT, **more):
    return read_template(Source("app/main.yaml", parent, ""), Files({"app/net/net.yaml": NET, **more}))


def test_a_nested_stack_is_evaluated_with_what_it_is_passed():
    found = document()
    assert [r.address for r in found.resources("AWS::EC2::SecurityGroup")] == ["Net/Sg"]
    assert plain(read(found, "Net/Sg", "Cidr")) == "0.0.0.0/0"
    assert plain(read(found, "Net/Sg", "Own")) == "own"
    assert plain(read(found, "Net/Sg", "Nets")) == ["a", "b"]
    assert read(found, "Net/Sg", "Key").refers_to.address == "K"
    assert [source.path for source in found.sources] == ["app/main.yaml", "app/net/net.yaml"]
    assert found.problems == ()


def test_the_way_to_what_sets_a_value_leads_through_the_stacks():
    value = read(document(), "Net/Sg", "Cidr")
    assert [(o.what, o.span.source.path) for o in value.origins] == [
        ("parameter Cidr", "app/main.yaml"),
        ("parameter Open", "app/main.yaml"),
    ]
    assert value.set_at.text == "0.0.0.0/0"


def test_what_a_nested_stack_gives_out_is_known():
    found = document()
    assert read(found, "R", "Group").refers_to.address == "Net/Sg"
    assert plain(read(found, "R", "Text")) == "own-0.0.0.0/0"
    assert plain(read(found, "R", "Sub")) == "own-0.0.0.0/0!"


@pytest.mark.parametrize(
    ("name", "why"),
    [("None", "no output Nothing"), ("Gone", "app/gone.yaml is not there"), ("Remote", "when the stack is deployed")],
)
def test_what_is_not_given_out_is_not_known(name, why):
    assert why in read(document(), "R", name).unknown.why


def test_resources_in_a_stack_under_a_condition_say_so():
    notes = [note.text for note in resource(document(), "Net/Sg").notes]
    assert notes == ["in the nested stack Net", "exists only if the condition Maybe holds, which is not known"]
    assert document(PARENT.replace("!Ref AWS::Region, x", "a, b")).resources("AWS::EC2::SecurityGroup") == ()


def test_a_fix_is_written_where_the_value_is_set():
    found = document()
    sg = resource(found, "Net/Sg")
    assert found.resource("AWS::EC2::SecurityGroup", "Net/Sg") is not None
    for name, path, text in (
        ("Fixed", "app/net/net.yaml", "x"),
        ("Own", "app/net/net.yaml", "own"),
        ("Cidr", "app/main.yaml", "0.0.0.0/0"),
        ("Key", "app/main.yaml", "!Ref K"),
    ):
        written = found.write(Set(sg.body, (name,), "y"))
        (edit,) = written.edits
        source = next(s for s in found.sources if s.path == path)
        region = edit.location.region
        assert edit.location.path == path
        assert source.text[source.offset(*region[:2]) : source.offset(*region[2:])] == text
        after = found.edited(written.edits)
        assert plain(read(after.document, "Net/Sg", name)) == "y"
        assert after.changed
    with pytest.raises(CannotWrite, match="only a part"):
        found.write(Set(sg.body, ("Nets", 0), "y"))


def test_an_edit_of_what_is_passed_changes_what_the_nested_stack_reads():
    found = document(PARENT.replace("Cidr: !Ref Open", "Cidr: 0.0.0.0/0"))
    body = resource(found, "Net/Sg").body.literal
    before = found.ledger.begin()
    body.get("Cidr")
    reads = found.ledger.end(before)
    changed = found.edited(found.write(Set(resource(found, "Net/Sg").body, ("Cidr",), "y")).edits).changed
    assert reads & changed


def test_templates_that_nest_each_other_are_refused_with_the_chain():
    circle = "Resources:\n  A:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ../main.yaml}\n"
    found = document(**{"app/net/net.yaml": circle})
    (problem,) = found.problems
    assert problem.what.endswith("app/main.yaml → app/net/net.yaml → app/main.yaml")
    assert problem.location.path == "app/net/net.yaml"


def test_what_is_broken_in_a_nested_template_is_told_there():
    (problem,) = document(**{"app/net/net.yaml": NET.replace("Outputs:", "  Bad: {}\nOutputs:")}).problems
    assert (problem.location.path, problem.location.region.start_line) == ("app/net/net.yaml", 10)


def test_many_stacks_end():
    text = "Resources:\n" + "".join(
        f"  A{i}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: t{{}}.yaml}}\n"
        for i in range(30)
    )
    files = {f"t{level}.yaml": text.replace("t{}", f"t{level + 1}") for level in range(20)}
    found = read_template(Source("t.yaml", text.replace("t{}", "t0"), ""), Files(files))
    assert len(found.parts) <= 200
    (problem,) = found.problems
    assert problem.what.startswith("there are too many nested stacks")


def test_the_templates_that_a_text_names_are_found_without_reading_it():
    text = PARENT + '  A: {Type: AWS::Serverless::Application, Properties: {Location: "sub/t.yaml"}}\n'
    assert list(named_templates(text, "app/main.yaml")) == ["app/net/net.yaml", "app/gone.yaml", "app/sub/t.yaml"]
    assert list(named_templates(NET, "app/main.yaml")) == []

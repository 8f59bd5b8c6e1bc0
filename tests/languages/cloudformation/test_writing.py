from __future__ import annotations

import json

import pytest
from templates import after, plain, read, resource, template

from gatepost.model.changes import Append, Create, Remove, RemoveResource, Set, Template
from gatepost.model.places import Span
from gatepost.model.problems import CannotWrite
from gatepost.model.values import Reference, Value

YAML = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Cidr: {Type: String, Default: 0.0.0.0/0}
  Nets:
    Type: CommaDelimitedList
    Default: "10.0.0.0/8,0.0.0.0/0"
  Name: {Type: String}
  Stage: {Type: String, Default: prod, AllowedValues: [prod, dev]}
Mappings:
  Sizes: {prod: {days: 1}, dev: {days: 2}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  Maybe: !Equals [!Ref Name, x]
Resources:
  Web:  # the front
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - IpProtocol: tcp
          CidrIp: 0.0.0.0/0  # everyone
        - {IpProtocol: "6", CidrIp: !Ref Cidr}
        - !If [IsProd, {IpProtocol: udp, CidrIp: 1.2.3.4/32}, !Ref "AWS::NoValue"]
      Tags: !If [Maybe, [], [{Key: a, Value: b}]]

  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Delete

  Db:
    Type: AWS::RDS::DBInstance
    Condition: IsProd
    Properties:
      BackupRetentionPeriod: !FindInMap [Sizes, !Ref Stage, days]
      StorageEncrypted: 'false'
      DBName: !Ref Name
      DBInstanceIdentifier: !Sub "${Name}-db"
      VPCSecurityGroups: [!Ref Web]
      Nets: !Ref Nets
      Policy:
        Statement:
          - Effect: Allow
            Action: "s3:*"
"""
JSON = json.dumps(
    {
        "Resources": {
            "Web": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"SecurityGroupIngress": [{"CidrIp": "0.0.0.0/0"}]},
            },
            "Bucket": {"Type": "AWS::S3::Bucket"},
        }
    },
    indent=2,
)


def lines_changed(before: str, text: str) -> list[str]:
    old = before.splitlines()
    return [line.strip() for line in text.splitlines() if line not in old]


def changed(change, text: str = YAML) -> list[str]:
    return lines_changed(text, after(template(text), change(template(text))))


def body(document, name):
    return resource(document, name).body


def test_a_value_is_replaced_where_it_stands():
    def change(d):
        return Set(body(d, "Web"), ("SecurityGroupIngress", 0, "CidrIp"), "10.0.0.0/8")

    assert changed(change) == ["CidrIp: 10.0.0.0/8  # everyone"]


def test_an_element_is_a_container_of_its_own():
    def change(d):
        return Set(read(d, "Web", "SecurityGroupIngress", 2), ("CidrIp",), "10.0.0.0/8")

    assert '- !If [IsProd, {IpProtocol: udp, CidrIp: 10.0.0.0/8}, !Ref "AWS::NoValue"]' in changed(change)


def test_the_default_of_a_parameter_is_written_there_and_shared_when_used_twice():
    document = template(YAML)
    ingress = read(document, "Web", "SecurityGroupIngress", 1)
    written = document.write(Set(ingress, ("CidrIp",), "10.0.0.0/8"))
    assert not written.shared
    assert changed(lambda d: Set(read(d, "Web", "SecurityGroupIngress", 1), ("CidrIp",), "10.0.0.0/8")) == [
        "Cidr: {Type: String, Default: 10.0.0.0/8}"
    ]
    twice = template(YAML.replace("GroupDescription: web", 'GroupDescription: !Sub "for ${Cidr}"'))
    assert twice.write(Set(read(twice, "Web", "SecurityGroupIngress", 1), ("CidrIp",), "10.0.0.0/8")).shared


def test_a_list_in_a_parameter_is_written_with_commas():
    assert changed(lambda d: Set(body(d, "Db"), ("Nets",), ["10.0.0.0/8"])) == ['Default: "10.0.0.0/8"']
    assert changed(lambda d: Append(body(d, "Db"), ("Nets",), "1.1.1.1/32")) == [
        'Default: "10.0.0.0/8,0.0.0.0/0,1.1.1.1/32"'
    ]


def test_a_mapping_is_written_where_its_value_stands():
    assert changed(lambda d: Set(body(d, "Db"), ("BackupRetentionPeriod",), 30)) == [
        "Sizes: {prod: {days: 30}, dev: {days: 2}}"
    ]


def test_a_truth_in_quotes_stays_in_quotes():
    assert changed(lambda d: Set(body(d, "Db"), ("StorageEncrypted",), True)) == ["StorageEncrypted: 'true'"]


def test_missing_properties_are_added_on_the_way():
    def change(d):
        return Set(body(d, "Bucket"), ("VersioningConfiguration", "Status"), "Enabled")

    assert changed(change) == ["VersioningConfiguration:", "Status: Enabled"]


def test_what_stands_beside_the_properties_is_written_there():
    assert changed(lambda d: Set(resource(d, "Bucket").beside, ("DeletionPolicy",), "Retain")) == [
        "DeletionPolicy: Retain"
    ]


def test_a_statement_is_added_to_a_policy_in_the_manner_of_the_file():
    new = {"Effect": "Deny", "Principal": "*", "Resource": [Reference("Bucket", "Arn"), "${Bucket.Arn}/*"]}
    assert changed(lambda d: Append(body(d, "Db"), ("Policy", "Statement"), new)) == [
        "- Effect: Deny",
        'Principal: "*"',
        "Resource:",
        "- !GetAtt Bucket.Arn",
        '- !Sub "${Bucket.Arn}/*"',
    ]


def test_one_value_becomes_a_list_when_another_joins_it():
    assert changed(lambda d: Append(read(d, "Db", "Policy", "Statement", 0), ("Action",), "ec2:*")) == [
        "Action:",
        "- s3:*",
        "- ec2:*",
    ]


def test_removing_takes_what_it_leaves_empty_along():
    text = after(template(YAML), Remove(body(template(YAML), "Db"), ("Policy", "Statement", 0)))
    assert text.endswith("Nets: !Ref Nets\n")


def test_removing_what_a_condition_chose_leaves_no_value_there():
    def change(d):
        return Remove(read(d, "Web", "SecurityGroupIngress", 2), ())

    assert '- !If [IsProd, !Ref "AWS::NoValue", !Ref "AWS::NoValue"]' in changed(change)


@pytest.mark.parametrize(
    ("steps", "new", "reason"),
    [
        (("DBName",), "x", "given when the stack is deployed"),
        (("DBInstanceIdentifier",), "x", "put together from pieces"),
        (("Nets", 5), "x", "plain value"),
        (("StorageEncrypted", "x"), 1, "plain value"),
        (("Policy", "Statement", 7), "x", "no element 7"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_reason(steps, new, reason):
    document = template(YAML)
    with pytest.raises(CannotWrite, match=reason):
        document.write(Set(body(document, "Db"), steps, new))


def test_a_condition_that_is_not_known_is_not_written_through():
    document = template(YAML)
    with pytest.raises(CannotWrite, match="condition Maybe"):
        document.write(Set(body(document, "Web"), ("Tags",), []))


def test_a_value_that_the_parameter_does_not_allow_is_refused():
    document = template(YAML.replace("DBName: !Ref Name", "DBName: !Ref Stage"))
    with pytest.raises(CannotWrite, match="does not allow x"):
        document.write(Set(body(document, "Db"), ("DBName",), "x"))


def test_a_companion_is_created_behind_its_resource():
    new = {"Bucket": Reference("Bucket", ""), "PolicyDocument": {"Statement": [{"Effect": "Deny"}]}}

    def change(d):
        return Create("AWS::S3::BucketPolicy", "bucket-policy", new, resource(d, "Bucket"))

    text = after(template(YAML), change(template(YAML)))
    assert "    DeletionPolicy: Delete\n\n  BucketPolicy:\n    Type: AWS::S3::BucketPolicy\n" in text
    assert "    Properties:\n      Bucket: !Ref Bucket\n" in text
    assert plain(read(template(text), "BucketPolicy", "PolicyDocument")) == {"Statement": [{"Effect": "Deny"}]}


def test_a_companion_shares_the_condition_and_takes_a_free_name():
    def change(d):
        return Create("AWS::X::Y", "Web", {}, resource(d, "Db"))

    text = after(template(YAML), change(template(YAML)))
    assert "  WebY:\n    Type: AWS::X::Y\n    Condition: IsProd\n" in text


def test_a_resource_goes_only_when_nothing_names_it():
    document = template(YAML)
    assert "Bucket" not in after(document, RemoveResource(resource(document, "Bucket")))
    with pytest.raises(CannotWrite, match="named elsewhere"):
        document.write(RemoveResource(resource(document, "Web")))


def test_json_is_written_as_json():
    text = after(template(JSON), Set(body(template(JSON), "Bucket"), ("Versioning", "Status"), "Enabled"))
    assert json.loads(text)["Resources"]["Bucket"]["Properties"] == {"Versioning": {"Status": "Enabled"}}
    assert '    "Bucket": {\n      "Type": "AWS::S3::Bucket",\n      "Properties": {\n        "Versioning": {\n' in text
    document = template(JSON)
    new = {"Bucket": Reference("Bucket", ""), "Arn": Reference("Bucket", "Arn")}
    text = after(document, Create("AWS::S3::BucketPolicy", "P", new, resource(document, "Bucket")))
    assert json.loads(text)["Resources"]["P"]["Properties"] == {
        "Bucket": {"Ref": "Bucket"},
        "Arn": {"Fn::GetAtt": ["Bucket", "Arn"]},
    }
    text = after(document, RemoveResource(resource(document, "Web")))
    assert list(json.loads(text)["Resources"]) == ["Bucket"]


def test_text_with_references_becomes_a_substitution():
    def change(d):
        return Set(body(d, "Db"), ("StorageEncrypted",), Template((Reference("Bucket", "Arn"), "/${aws:username}/*")))

    assert changed(change) == ['StorageEncrypted: !Sub "${Bucket.Arn}/${!aws:username}/*"']


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('\'{"a": {"b": 1}}\'', '\'{"a": {"b": 2}}\''),
        ('|\n        {\n          "a": {"b": 1}\n        }', '|\n        {\n          "a": {"b": 2}\n        }'),
    ],
)
def test_json_inside_text_is_written_there(written, expected):
    text = "Resources:\n  A:\n    Type: T\n    Properties:\n      P: " + written + "\n      Q: 1\n"
    document = template(text)
    at = text.index('{"b"')
    inner = Value({}, Span(document.source, at, at + len('{"b": 1}')), notation="json-in-yaml")
    assert after(document, Set(inner, ("b",), 2)) == text.replace(written, expected)


def test_a_companion_that_wishes_for_the_name_of_its_resource_says_what_it_is():
    document = template(YAML)
    text = after(document, Create("AWS::S3::BucketPolicy", "Bucket", {}, resource(document, "Bucket")))
    assert "\n  BucketPolicy:\n" in text

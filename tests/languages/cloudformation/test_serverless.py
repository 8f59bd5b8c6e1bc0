"""What the serverless transform makes, where that stands, and fixes that are written in its own terms."""

from __future__ import annotations

import pytest
from templates import after, plain, read, resource, template

from gatepost.model.changes import Create, Remove, RemoveResource, Set
from gatepost.model.problems import CannotWrite

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Timeout: 3
    Layers: [base]
    Environment: {Variables: {G: "1"}}
  Api:
    TracingEnabled: false
Conditions:
  Prod: !Equals [!Ref AWS::Region, x]
Resources:
  F:
    Type: AWS::Serverless::Function
    Condition: Prod
    Metadata: {a: b}
    Properties:
      Handler: a.b
      InlineCode: x
      Timeout: 5
      Layers: [own]
      Environment: {Variables: {L: "2"}}
      Tags: {team: t}
      Policies:
        - AdministratorAccess
        - S3ReadPolicy: {BucketName: !Ref B}
        - Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Get: {Type: Api, Properties: {Path: "/x/{id}", Method: get}}
        Q: {Type: SQS, Properties: {Queue: arn:aws:sqs:eu-west-1:123456789012:q, BatchSize: 5}}
  G:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Timeout]
    Properties: {Role: !GetAtt R.Arn, CodeUri: ./src}
  B: {Type: AWS::S3::Bucket}
  T: {Type: AWS::Serverless::SimpleTable}
  A: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
"""


def names(text: str = TEMPLATE) -> list[str]:
    document = template(text)
    return [r.address for type_ in document.types() for r in document.resources(type_)]


def test_a_function_becomes_what_the_transform_makes_of_it():
    made = {"F", "FRole", "FUrl", "FUrlPublicPermissions", "FURLInvokeAllowPublicAccess", "FGetPermissionProd", "FQ"}
    made |= {"G", "B", "T", "A", "ADeployment", "AprodStage"}
    made |= {"ServerlessRestApi", "ServerlessRestApiDeployment", "ServerlessRestApiProdStage"}
    assert set(names()) == made
    assert template(TEMPLATE).problems == ()


def test_globals_are_merged_as_documented():
    document = template(TEMPLATE)
    assert plain(read(document, "F", "Timeout")) == 5
    assert plain(read(document, "F", "Layers")) == ["base", "own"]
    assert plain(read(document, "F", "Environment")) == {"Variables": {"G": "1", "L": "2"}}
    assert plain(read(document, "G", "Timeout")) is None
    assert plain(read(document, "G", "Runtime")) == "python3.12"


def test_a_value_from_globals_says_so_and_where():
    found = read(template(TEMPLATE), "F", "Runtime")
    assert found is not None and found.span is not None and found.set_at is not None
    assert (found.span.text, found.origins[0].what, found.set_at.text) == ("F", "Globals of F", "python3.12")


def test_what_is_made_stands_where_it_is_asked_for():
    document = template(TEMPLATE)
    assert resource(document, "FGetPermissionProd").header.text == "Get"
    assert resource(document, "FRole").header.text == "F"
    assert resource(document, "FUrl").body.span.text == "{AuthType: NONE}"
    assert resource(document, "ServerlessRestApiProdStage").header.text == "Get"


def test_the_role_has_the_policies_that_are_named_written_and_made_of_templates():
    document = template(TEMPLATE)
    arns = [value.unknown.pieces[-1] for value in read(document, "FRole", "ManagedPolicyArns").literal]
    assert [arn.rpartition("/")[2] for arn in arns] == [
        "AWSLambdaBasicExecutionRole",
        "AdministratorAccess",
        "AWSLambdaSQSQueueExecutionRole",
    ]
    policies = read(document, "FRole", "Policies")
    template_one, written = (one.literal["PolicyDocument"].literal["Statement"] for one in policies.literal)
    assert plain(written) == [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
    assert written.span.text.startswith("[{Effect: Allow")
    assert "s3:GetObject" in plain(template_one.literal[0].literal["Action"])
    assert template_one.literal[0].literal["Resource"].literal[1].unknown.pieces == ("arn:", None, ":s3:::", None, "/*")


def test_what_is_made_depends_on_the_condition_of_what_it_is_made_of():
    document = template(TEMPLATE)
    for name in ("F", "FRole", "FQ", "ServerlessRestApi"):
        (note,) = resource(document, name).notes
        assert note.text.startswith("exists only if the condition Prod")
    off = TEMPLATE.replace("!Ref AWS::Region, x", "a, b")
    assert not {"F", "FRole", "FQ", "ServerlessRestApi"} & set(names(off))


@pytest.mark.parametrize(
    ("name", "steps", "new", "text"),
    [
        ("F", ("TracingConfig", "Mode"), "Active", "Events:|Tracing: Active"),
        ("F", ("Timeout",), 9, "      Timeout: 9\n"),
        ("F", ("Runtime",), "python3.13", "    Runtime: python3.13\n    Timeout: 3"),
        ("F", ("Environment", "Variables", "L"), "3", 'Variables: {L: "3"}'),
        ("FUrl", ("AuthType",), "AWS_IAM", "FunctionUrlConfig: {AuthType: AWS_IAM}"),
        ("FRole", ("PermissionsBoundary",), "arn:x", "      PermissionsBoundary: arn:x\n"),
        ("T", ("SSESpecification", "SSEEnabled"), True, "SSESpecification"),
        ("ServerlessRestApiProdStage", ("TracingEnabled",), True, "  Api:\n    TracingEnabled: true"),
        ("AprodStage", ("CacheClusterEnabled",), True, "{StageName: prod, CacheClusterEnabled: true}"),
    ],
)
def test_a_fix_is_written_in_the_terms_of_the_serverless_resource(name, steps, new, text):
    document = template(TEMPLATE)
    found = after(document, Set(resource(document, name).body, steps, new))
    assert text.rpartition("|")[2] in found
    assert plain(read(template(found), name, *steps)) == new


def test_a_fix_of_what_globals_set_is_shared():
    document = template(TEMPLATE)
    assert document.write(Set(resource(document, "F").body, ("Runtime",), "python3.13")).shared
    assert not document.write(Set(resource(document, "F").body, ("Timeout",), 9)).shared


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("FGetPermissionProd", lambda r: Set(r.body, ("SourceArn",), "x"), "no property for SourceArn"),
        ("FRole", lambda r: Set(r.body, ("Policies",), []), "no property for Policies"),
        ("FRole", lambda r: Set(r.beside, ("DeletionPolicy",), "Retain"), "makes it out of F"),
        ("FRole", lambda r: RemoveResource(r), "makes it out of F"),
        ("FQ", lambda r: Remove(r.body, ("BatchSize",)), "no property for BatchSize"),
    ],
)
def test_what_the_serverless_resource_cannot_say_is_not_written(name, change, why):
    document = template(TEMPLATE)
    with pytest.raises(CannotWrite, match=why):
        document.write(change(resource(document, name)))


def test_without_globals_an_api_that_is_not_declared_cannot_be_changed():
    text = TEMPLATE[: TEMPLATE.index("Globals")] + TEMPLATE[TEMPLATE.index("Conditions") :]
    document = template(text)
    with pytest.raises(CannotWrite, match=r"Globals\.Api"):
        document.write(Set(resource(document, "ServerlessRestApiProdStage").body, ("TracingEnabled",), True))


def test_what_stands_beside_stays_and_companions_are_made_beside():
    document = template(TEMPLATE)
    assert plain(resource(document, "F").beside) == {
        "Type": "AWS::Lambda::Function",
        "Condition": "Prod",
        "Metadata": {"a": "b"},
    }
    assert "DeletionPolicy: Retain" in after(
        document, Set(resource(document, "F").beside, ("DeletionPolicy",), "Retain")
    )
    made = after(document, Create("AWS::Logs::LogGroup", "Log", {"RetentionInDays": 7}, resource(document, "F")))
    assert "  Log:\n    Type: AWS::Logs::LogGroup\n    Condition: Prod\n" in made


def test_an_edit_says_what_it_changes_of_what_is_made():
    document = template(TEMPLATE)
    written = document.write(Set(resource(document, "FUrl").body, ("AuthType",), "AWS_IAM"))
    changed = document.edited(written.edits).changed
    assert {("FUrl", "AuthType"), ("type:AWS::Lambda::Permission", "*"), ("FUrlPublicPermissions", "@")} <= changed
    assert ("FRole", "Policies") not in changed


def test_json_templates_are_transformed_too():
    import json

    text = json.dumps(
        {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": "go1.x"}}},
        },
        indent=1,
    )
    document = template(text, "t.json")
    assert [r.address for t in document.types() for r in document.resources(t)] == ["F", "FRole"]
    assert '"Tracing": "Active"' in after(
        document, Set(resource(document, "F").body, ("TracingConfig", "Mode"), "Active")
    )

"""The execution role of a function or state machine that names none; never what a policy allows.

Source: AWS SAM developer guide, AWS::Serverless::Function, Role and Policies, and "Policy template list".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import Entry
from gatepost.languages.cloudformation.serverless.building import Origin, beside, later, node_of, tags_of
from gatepost.languages.positioned import Node

_MANAGED = "arn:${AWS::Partition}:iam::aws:policy/"
# Managed policies below the path service-role/. Source: AWS managed policy reference.
_SERVICE_ROLES = frozenset(
    (
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaENIManagementAccess",
        "AWSLambdaKinesisExecutionRole",
        "AWSLambdaMSKExecutionRole",
        "AWSLambdaRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AmazonAPIGatewayPushToCloudWatchLogs",
    )
)


def managed(name: str) -> dict[str, Any]:
    """Return the ARN of a policy that AWS manages, by its name."""
    path = "service-role/" if name in _SERVICE_ROLES else ""
    return {"Fn::Sub": f"{_MANAGED}{path}{name}"}


def role_of(
    origin: Origin, service: str, policies: list[Any], inline: list[Any], created_by: str, kind: str = "role"
) -> Entry:
    """Return the role that the transform makes; `policies` and `inline` are those that it adds by itself, in front."""
    name = origin.name + "Role"
    attached, written = list(policies), list(inline)
    for number, node in enumerate(_listed(origin.get("Policies"))):
        text = node.value if node.kind == "text" and call_of(node) is None else ""
        if text:
            attached.append(node if text.startswith("arn:") else _by_name(text, node))
        elif node.kind == "map" and node.get("Statement") is not None:
            written.append({"PolicyName": f"{name}Policy{number}", "PolicyDocument": node})
        elif node.kind == "map" and call_of(node) is None:
            written.append({"PolicyName": f"{name}Policy{number}", "PolicyDocument": _template(node)})
        else:
            attached.append(node)
    document = origin.get("AssumeRolePolicyDocument") or {
        "Version": "2012-10-17",
        "Statement": [
            {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": [f"{service}.amazonaws.com"]}}
        ],
    }
    properties = {
        "AssumeRolePolicyDocument": document,
        "ManagedPolicyArns": attached or None,
        "Policies": written or None,
        "PermissionsBoundary": origin.get("PermissionsBoundary"),
        "Path": origin.get("RolePath"),
        "Tags": tags_of(origin, created_by),
    }
    return beside(origin, name, "AWS::IAM::Role", kind, properties)


def _listed(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    yield from node.elements() if node.kind == "list" and call_of(node) is None else [node]


def _by_name(name: str, at: Node) -> Node:
    """Return the ARN of a policy that is named; where its path is not sure, the path is not known."""
    simple = name in _SERVICE_ROLES or name.endswith(("FullAccess", "ReadOnlyAccess", "AdministratorAccess"))
    if simple or name in ("PowerUserAccess", "AWSLambdaExecute", "AWSLambdaInvocation-DynamoDB"):
        return node_of(managed(name), at)
    return node_of({"Fn::Sub": [_MANAGED + "${Path}" + name, {"Path": later(at)}]}, at)


def _template(node: Node) -> Node:
    """Return the policy document that a SAM policy template is, with its parameters put in."""
    from gatepost.languages.cloudformation.serverless.policy_templates import statements_of

    if len(node.value) != 1:
        return later(node)
    key, parameters = node.value[0]
    statements = statements_of(key.value, parameters)
    return later(node) if statements is None else node_of({"Statement": statements}, node)

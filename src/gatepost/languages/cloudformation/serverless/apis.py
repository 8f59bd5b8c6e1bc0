"""What the transform makes of AWS::Serverless::Api and HttpApi, and of the APIs that events ask for by themselves.

Never the OpenAPI document inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.languages.cloudformation.layout import Entry, Layout
from gatepost.languages.cloudformation.serverless.building import (
    Origin,
    beside,
    itself,
    later,
    node_of,
    plain_text,
    ref,
    same_names,
    tags_of,
)
from gatepost.languages.cloudformation.serverless.defaults import globals_of
from gatepost.languages.cloudformation.serverless.events import Event
from gatepost.languages.positioned import Node

API = (
    "ApiKeySourceType",
    "BinaryMediaTypes",
    "Description",
    "DisableExecuteApiEndpoint",
    "FailOnWarnings",
    "MinimumCompressionSize",
    "Mode",
    "Name",
)
STAGE = (
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "MethodSettings",
    "StageName",
    "TracingEnabled",
    "Variables",
)
HTTP_STAGE = ("AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables")


def stage_name(origin: Origin) -> str:
    """Return the part of a logical id that a stage's name is."""
    return origin.text("StageName") or "Stage"


def rest_api(origin: Origin) -> Iterator[Entry]:
    """Yield what is made of AWS::Serverless::Api."""
    name = origin.name
    api = {
        **same_names(origin, API),
        "Body": later(origin.properties),
        "EndpointConfiguration": _endpoint(origin),
    }
    yield itself(origin, "AWS::ApiGateway::RestApi", "rest_api", api)
    stage = stage_name(origin)
    suffix = "Stage" if stage == "Stage" else f"{stage}Stage"
    yield from _deployed(origin, name, name + suffix, {**same_names(origin, STAGE), "Tags": tags_of(origin)})
    auth = origin.get("Auth")
    listed = auth.get("Authorizers") if auth is not None and auth.kind == "map" else None
    for authorizer, key, value in listed.items() if listed is not None else ():
        if value.get("FunctionArn") is not None:
            yield _authorizer(origin, authorizer, (key, value))
    domain = origin.get("Domain")
    if domain is not None and domain.kind == "map" and domain.get("DomainName") is not None:
        yield _domain(origin, domain)


def _authorizer(origin: Origin, name: str, at: tuple[Node, Node]) -> Entry:
    """Return the permission that lets an API ask a function who may call it."""
    arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/authorizers/*"
    properties = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": at[1].get("FunctionArn"),
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": {"Fn::Sub": [arn, {"__ApiId__": ref(origin.name)}]},
    }
    id = f"{origin.name}{name}AuthorizerPermission"
    return beside(origin, id, "AWS::Lambda::Permission", "authorizer", properties, at)


def _endpoint(origin: Origin) -> Any:
    written = origin.get("EndpointConfiguration")
    if written is None:
        return None
    if written.kind == "map" and written.get("Type") is not None:
        return node_of(
            {
                "Types": [written.get("Type")],
                "VpcEndpointIds": written.get("VPCEndpointIds") or written.get("VpcEndpointIds"),
            },
            written,
        )
    return {"Types": [written]}


def _deployed(origin: Origin, api: str, stage: str, properties: dict[str, Any]) -> Iterator[Entry]:
    """Yield a stage and its deployment, whose real name ends in a hash of the API's definition."""
    deployment = f"{api}Deployment"
    yield beside(
        origin,
        deployment,
        "AWS::ApiGateway::Deployment",
        "made",
        {"RestApiId": ref(api), "Description": later(origin.properties), "StageName": later(origin.properties)},
    )
    made = {"DeploymentId": ref(deployment), "RestApiId": ref(api), **properties}
    yield beside(origin, stage, "AWS::ApiGateway::Stage", "stage", made)


def _domain(origin: Origin, domain: Node) -> Entry:
    names = ("DomainName", "SecurityPolicy", "MutualTlsAuthentication", "OwnershipVerificationCertificateArn")
    certificate = domain.get("CertificateArn")
    kind = plain_text(domain.get("EndpointConfiguration")) or "REGIONAL"
    edge = kind == "EDGE"
    properties = {
        **{name: domain.get(name) for name in names},
        "CertificateArn": certificate if edge else None,
        "RegionalCertificateArn": None if edge else certificate,
        "EndpointConfiguration": {"Types": [kind]},
    }
    at = (origin.entry.key, domain)
    return beside(origin, "ApiGatewayDomainName", "AWS::ApiGateway::DomainName", "domain", properties, at)


def http_api(origin: Origin) -> Iterator[Entry]:
    """Yield what is made of AWS::Serverless::HttpApi."""
    # Its name, description and the like become a part of the body.
    warned = origin.get("FailOnWarnings")
    properties = {"Body": later(origin.properties), "FailOnWarnings": None if warned is None else later(warned)}
    yield itself(origin, "AWS::ApiGatewayV2::Api", "http_api", properties)
    written = origin.get("StageName")
    text = plain_text(written)
    if written is None or text == "$default":
        stage = "ApiGatewayDefaultStage"
    else:
        stage = f"{text}Stage" if text else "Stage"
    yield _http_stage(origin, origin.name, origin.name + stage)


def _http_stage(origin: Origin, api: str, stage: str, kind: str = "http_stage") -> Entry:
    properties = {
        "ApiId": ref(api),
        "StageName": origin.get("StageName") or "$default",
        "AutoDeploy": True,
        **same_names(origin, HTTP_STAGE),
        "Tags": _http_tags(origin),
    }
    return beside(origin, stage, "AWS::ApiGatewayV2::Stage", kind, properties)


def _http_tags(origin: Origin) -> Any:
    written = origin.get("Tags")
    own = {key: value for key, _, value in written.items()} if written is not None else {}
    body = origin.get("DefinitionBody") or origin.get("DefinitionUri")
    if body is not None and not own:
        return later(body)  # whether it is tagged depends on what the definition says
    return {**own, "httpapi:createdBy": "SAM"}


def implicit(layout: Layout, name: str, events: list[Event]) -> Iterator[Entry]:
    """Yield the API that events ask for by themselves; it stands where the first of them does."""
    first = events[0]
    key, value = first.at
    kind = "Api" if name == "ServerlessRestApi" else "HttpApi"
    defaults = globals_of(layout, kind)
    properties = defaults if defaults is not None else Node("map", value.start, value.end, [])
    conditions = {_condition(event) for event in events}
    members = {"Type": f"AWS::Serverless::{kind}"}
    if len(conditions) == 1 and "" not in conditions:
        members["Condition"] = conditions.pop()
    node = node_of({**members, "Properties": properties}, value)
    at = Node("text", key.start, key.end, name, "", key.style)
    inherited = tuple((one, inner) for one, _, inner in properties.items()) if defaults is not None else ()
    entry = first.origin.entry._replace(name=name, key=at, node=node)
    origin = Origin(entry, node_of(properties, value), inherited)
    if kind == "HttpApi":
        yield itself(origin, "AWS::ApiGatewayV2::Api", "implicit", {"Body": later(value)})
        yield _http_stage(origin, name, f"{name}ApiGatewayDefaultStage", "implicit_http_stage")
        return
    api = {
        **same_names(origin, API),
        "Body": later(value),
        "EndpointConfiguration": _endpoint(origin),
    }
    yield itself(origin, "AWS::ApiGateway::RestApi", "implicit", api)
    stage = {**same_names(origin, STAGE), "StageName": origin.get("StageName") or "Prod", "Tags": tags_of(origin)}
    for made in _deployed(origin, name, f"{name}ProdStage", stage):
        assert made.made is not None
        yield made._replace(made=made.made._replace(kind="implicit_stage" if made.made.kind == "stage" else "made"))


def _condition(event: Event) -> str:
    node = event.origin.entry.node
    return plain_text(node.get("Condition")) if node is not None and node.get("Condition") is not None else ""

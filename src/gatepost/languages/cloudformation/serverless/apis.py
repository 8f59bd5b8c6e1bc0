"""What the transform makes of AWS::Serverless::Api and HttpApi, and of the APIs that events ask for by themselves.

The OpenAPI document inside is not worked out.
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
        "Tags": tags_of(origin),
    }
    yield itself(origin, "AWS::ApiGateway::RestApi", "rest_api", api)
    stage = stage_name(origin)
    suffix = "Stage" if stage == "Stage" else f"{stage}Stage"
    yield from _deployed(origin, name, name + suffix, {**same_names(origin, STAGE), "Tags": tags_of(origin)})
    domain = origin.get("Domain")
    if domain is not None and domain.kind == "map" and domain.get("DomainName") is not None:
        yield _domain(origin, domain)


def _endpoint(origin: Origin) -> Any:
    written = origin.get("EndpointConfiguration")
    if written is None:
        return None
    if written.kind == "map" and written.get("Type") is not None:
        return node_of({"Types": [written.get("Type")], "VpcEndpointIds": written.get("VPCEndpointIds")}, written)
    return {"Types": [written]}


def _deployed(origin: Origin, api: str, stage: str, properties: dict[str, Any]) -> Iterator[Entry]:
    """Yield a stage and its deployment, whose real name ends in a hash of the API's definition."""
    deployment = f"{api}Deployment"
    yield beside(
        origin,
        deployment,
        "AWS::ApiGateway::Deployment",
        "made",
        {"RestApiId": ref(api), "StageName": "Stage"},
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
    return beside(origin, f"ApiGatewayDomainName{origin.name}", "AWS::ApiGateway::DomainName", "domain", properties, at)


def http_api(origin: Origin) -> Iterator[Entry]:
    """Yield what is made of AWS::Serverless::HttpApi."""
    names = ("Description", "DisableExecuteApiEndpoint", "FailOnWarnings", "Name")
    api = {**same_names(origin, names), "Body": later(origin.properties)}
    yield itself(origin, "AWS::ApiGatewayV2::Api", "http_api", api)
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
        api = {**same_names(origin, ("Description", "FailOnWarnings", "Name")), "Body": later(value)}
        yield itself(origin, "AWS::ApiGatewayV2::Api", "implicit", api)
        yield _http_stage(origin, name, f"{name}ApiGatewayDefaultStage", "implicit_http_stage")
        return
    api = {
        **same_names(origin, API),
        "Body": later(value),
        "EndpointConfiguration": _endpoint(origin),
        "Tags": tags_of(origin),
    }
    yield itself(origin, "AWS::ApiGateway::RestApi", "implicit", api)
    stage = {**same_names(origin, STAGE), "StageName": origin.get("StageName") or "Prod", "Tags": tags_of(origin)}
    for made in _deployed(origin, name, f"{name}ProdStage", stage):
        assert made.made is not None
        yield made._replace(made=made.made._replace(kind="implicit_stage" if made.made.kind == "stage" else "made"))


def _condition(event: Event) -> str:
    node = event.origin.entry.node
    return plain_text(node.get("Condition")) if node is not None and node.get("Condition") is not None else ""

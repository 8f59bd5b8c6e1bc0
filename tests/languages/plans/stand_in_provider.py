"""A small stand-in for the AWS provider, so that Terraform makes real plans of our own configurations; never a cloud.

Needs `pip install tf` (protocol buffers and the handshake). `terraform` starts it through a filesystem mirror: see
record.py. What it takes and plans is like the real provider's, as far as the recorded configurations go.
"""

# ruff: noqa: N802
# The names of the methods are those of the protocol.

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

import tf.provider
from tf import schema as s
from tf import types as t
from tf.gen import tfplugin_pb2 as pb
from tf.iface import Provider
from tf.runner import run_provider
from tf.types import Unknown
from tf.utils import read_dynamic_value, to_dynamic_value

Text, Truth, Number = t.String, t.Bool, t.Number


class Rules(t.TfType):
    """A set of objects that may be written as blocks: what the real provider has for the rules of a group."""

    def tf_type(self) -> bytes:
        names = {"text": "string", "number": "number", "truth": "bool", "texts": ["list", "string"]}
        return json.dumps(["set", ["object", {name: names[kind] for name, (kind, _) in RULE.items()}]]).encode()

    def encode(self, value: Any) -> Any:
        return value

    def decode(self, value: Any) -> Any:
        return value

    def semantically_equal(self, a: Any, b: Any) -> bool:
        return a == b


TAGS = {"tags": ("map", "o"), "tags_all": ("map", "oc")}
NAMED = {"id": ("text", "c"), "arn": ("text", "c")}
RULE = {
    "from_port": ("number", "o"), "to_port": ("number", "o"), "protocol": ("text", "o"), "description": ("text", "o"),
    "cidr_blocks": ("texts", "o"), "ipv6_cidr_blocks": ("texts", "o"), "self": ("truth", "o"),
}  # fmt: skip
SSE = {"rule": ("blocks", {"bucket_key_enabled": ("truth", "o"), "apply_server_side_encryption_by_default":
       ("blocks", {"sse_algorithm": ("text", "r"), "kms_master_key_id": ("text", "o")})})}  # fmt: skip
# name: attributes; a kind is text, truth, number, texts, map, blocks, set; r required, o optional, c computed.
RESOURCES: dict[str, dict[str, Any]] = {
    "s3_bucket": {**NAMED, **TAGS, "bucket": ("text", "oc"), "acl": ("text", "o"), "force_destroy": ("truth", "o"),
                  "versioning": ("blocks", {"enabled": ("truth", "o"), "mfa_delete": ("truth", "o")}),
                  "logging": ("blocks", {"target_bucket": ("text", "r"), "target_prefix": ("text", "o")}),
                  "server_side_encryption_configuration": ("blocks", SSE), "region": ("text", "c")},
    "s3_bucket_acl": {"id": ("text", "c"), "bucket": ("text", "r"), "acl": ("text", "o")},
    "s3_bucket_policy": {"id": ("text", "c"), "bucket": ("text", "r"), "policy": ("text", "r")},
    "s3_bucket_versioning": {"id": ("text", "c"), "bucket": ("text", "r"),
                             "versioning_configuration": ("blocks", {"status": ("text", "r")})},
    "s3_bucket_server_side_encryption_configuration": {"id": ("text", "c"), "bucket": ("text", "r"), **SSE},
    "s3_bucket_public_access_block": {"id": ("text", "c"), "bucket": ("text", "r"), **dict.fromkeys(
        ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), ("truth", "o"))},
    "security_group": {**NAMED, **TAGS, "name": ("text", "oc"), "description": ("text", "o"), "vpc_id": ("text", "oc"),
                       "ingress": ("rules", "oc"), "egress": ("rules", "oc")},
    "db_instance": {**NAMED, **TAGS, "identifier": ("text", "oc"), "engine": ("text", "o"),
                    "instance_class": ("text", "r"), "username": ("text", "o"), "password": ("text", "os"),
                    "storage_encrypted": ("truth", "o"), "publicly_accessible": ("truth", "o"),
                    "kms_key_id": ("text", "oc"), "deletion_protection": ("truth", "o"),
                    "backup_retention_period": ("number", "oc"), "address": ("text", "c")},
    "kms_key": {**NAMED, **TAGS, "description": ("text", "o"), "enable_key_rotation": ("truth", "o"),
                "policy": ("text", "oc")},
    "ebs_volume": {**NAMED, **TAGS, "availability_zone": ("text", "rf"), "size": ("number", "o"),
                   "encrypted": ("truth", "oc"), "kms_key_id": ("text", "oc")},
    "sns_topic": {**NAMED, **TAGS, "name": ("text", "ocf"), "kms_master_key_id": ("text", "o")},
}  # fmt: skip
DATA = {"caller_identity": {"id": ("text", "c"), "account_id": ("text", "c"), "arn": ("text", "c")},
        "ssm_parameter": {"id": ("text", "c"), "name": ("text", "r"), "value": ("text", "cs"),
                          "insecure_value": ("text", "c")}}  # fmt: skip
ATTRIBUTE = {"text": Text, "truth": Truth, "number": Number, "texts": lambda: t.List(Text()),
             "map": lambda: t.Map(Text()), "rules": Rules}  # fmt: skip


def attributes(spec: dict[str, Any]) -> list[s.Attribute]:
    return [
        s.Attribute(name, ATTRIBUTE[kind](), required="r" in how or None, optional="o" in how or None,
                    computed="c" in how or None, sensitive="s" in how)
        for name, (kind, how) in spec.items() if kind in ATTRIBUTE
    ]  # fmt: skip


def block(spec: dict[str, Any]) -> pb.Schema.Block:
    nested = [
        pb.Schema.NestedBlock(
            type_name=name,
            block=block(inner),
            nesting=pb.Schema.NestedBlock.NestingMode.LIST
            if kind == "blocks"
            else pb.Schema.NestedBlock.NestingMode.SET,
        )
        for name, (kind, inner) in spec.items()
        if kind not in ATTRIBUTE
    ]
    return pb.Schema.Block(attributes=[one.to_pb() for one in attributes(spec)], block_types=nested)


class Fake(Provider):
    def get_model_prefix(self) -> str:
        return "aws_"

    def full_name(self) -> str:
        return "registry.terraform.io/hashicorp/aws"

    def get_provider_schema(self, diags: Any) -> s.Schema:
        return s.Schema(attributes=[s.Attribute("region", Text(), optional=True)])

    def validate_config(self, diags: Any, config: Any) -> None: ...
    def configure_provider(self, diags: Any, config: Any) -> None: ...
    def get_resources(self) -> list[Any]:
        return []

    def get_data_sources(self) -> list[Any]:
        return []


def made(type: str, name: str, key: str) -> Any:
    """What a computed attribute comes to when it is applied."""
    spec = RESOURCES.get(type, DATA.get(type))
    kind = spec[name][0] if spec else "text"
    mark = hashlib.sha256(key.encode()).hexdigest()[:8]
    if kind == "truth":
        return False
    if kind == "number":
        return 0
    if kind in ("texts", "map", "rules"):
        return {} if kind == "map" else []
    return (
        f"arn:aws:{type.partition('_')[0]}:eu-west-1:123456789012:{type}/{mark}" if name == "arn" else f"{type}-{mark}"
    )


class Servicer(tf.provider.ProviderServicer):
    def GetProviderSchema(self, request: Any, context: Any) -> Any:
        made = super().GetProviderSchema(request, context)
        for name, spec in RESOURCES.items():
            made.resource_schemas["aws_" + name].CopyFrom(pb.Schema(version=0, block=block(spec)))
        for name, spec in DATA.items():
            made.data_source_schemas["aws_" + name].CopyFrom(pb.Schema(version=0, block=block(spec)))
        return made

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:
        return pb.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:
        return pb.UpgradeResourceState.Response(upgraded_state=to_dynamic_value(json.loads(request.raw_state.json)))

    def ReadResource(self, request: Any, context: Any) -> Any:
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:
        type = request.type_name.removeprefix("aws_")
        prior, new = read_dynamic_value(request.prior_state), read_dynamic_value(request.proposed_new_state)
        config = read_dynamic_value(request.config)
        for rule in (new or {}).get("ingress") or () if (new or {}).get("ingress") is not Unknown else ():
            for name, (kind, _) in RULE.items():  # as the real one: nothing is null in a rule
                if isinstance(rule, dict) and rule[name] is None:
                    rule[name] = {"text": "", "texts": [], "truth": False}.get(kind, 0)
        if new is None:
            return pb.PlanResourceChange.Response(planned_state=request.proposed_new_state)
        replace: list[Any] = []
        for name, (kind, how) in RESOURCES[type].items():
            if kind not in ATTRIBUTE:
                continue
            if "c" in how and config[name] is None:
                new[name] = new["tags"] if name == "tags_all" else Unknown if prior is None else prior[name]
            if "f" in how and prior is not None and prior[name] != new[name]:
                replace.append(pb.AttributePath(steps=[pb.AttributePath.Step(attribute_name=name)]))
        return pb.PlanResourceChange.Response(
            planned_state=to_dynamic_value(new), requires_replace=replace, legacy_type_system=True
        )

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:
        type = request.type_name.removeprefix("aws_")
        planned = read_dynamic_value(request.planned_state)
        if planned is None:
            return pb.ApplyResourceChange.Response(new_state=request.planned_state)
        key = json.dumps({name: str(value) for name, value in planned.items()}, sort_keys=True)
        for name, value in planned.items():
            if value is Unknown:
                planned[name] = made(type, name, key)
        return pb.ApplyResourceChange.Response(new_state=to_dynamic_value(planned), legacy_type_system=True)

    def ReadDataSource(self, request: Any, context: Any) -> Any:
        type = request.type_name.removeprefix("aws_")
        config = read_dynamic_value(request.config)
        for name, value in config.items():
            if value is None:
                config[name] = made(type, name, type)
        return pb.ReadDataSource.Response(state=to_dynamic_value(config))


if __name__ == "__main__":
    tf.provider.ProviderServicer = Servicer
    run_provider(Fake(), sys.argv)

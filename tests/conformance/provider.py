"""A provider with nested blocks for the real Terraform to plan with: what is written is what is planned.

Runs in a Python that has the package `tf`; Terraform starts it. `python -m venv V; V/bin/pip install tf==1.2.0`, then
GATEPOST_PROVIDER_PYTHON=V/bin/python for `configurations_terraform`.
"""

# pyright: reportMissingImports=false

from __future__ import annotations

import sys
from typing import Any

VERSION = "1.0.0"
ADDRESS = "example.invalid/example/example"


def main() -> None:
    import tf.provider  # type: ignore[import-not-found]
    from tf.gen import tfplugin_pb2 as pb  # type: ignore[import-not-found]
    from tf.gen import tfplugin_pb2_grpc as rpc  # type: ignore[import-not-found]
    from tf.runner import run_provider  # type: ignore[import-not-found]

    def block(attributes: dict[str, str], nested: dict[str, Any] | None = None) -> Any:
        return pb.Schema.Block(
            attributes=[
                pb.Schema.Attribute(name=name, type=type.encode(), optional=True) for name, type in attributes.items()
            ],
            block_types=[
                pb.Schema.NestedBlock(type_name=name, block=inner, nesting=pb.Schema.NestedBlock.NestingMode.LIST)
                for name, inner in (nested or {}).items()
            ],
        )

    target = block({"name": '"string"', "weight": '"number"'}, {"tag": block({"key": '"string"', "value": '"string"'})})
    rule = block(
        {"port": '"number"', "cidrs": '["list","string"]', "text": '"string"', "on": '"bool"'}, {"target": target}
    )
    thing = pb.Schema(
        version=1,
        block=block(
            {"name": '"string"', "tags": '["map","string"]', "any": '"dynamic"'},
            {"rule": rule, "logging": block({"bucket": '"string"', "prefix": '"string"'})},
        ),
    )

    class Servicer(rpc.ProviderServicer):
        def __init__(self, _: object) -> None:
            pass

        def GetMetadata(self, request: Any, context: Any) -> Any:  # noqa: N802  the protocol's names
            return pb.GetMetadata.Response(resources=[pb.GetMetadata.ResourceMetadata(type_name="example_thing")])

        def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.GetProviderSchema.Response(
                provider=pb.Schema(version=1, block=block({})),
                provider_meta=pb.Schema(version=1, block=block({})),
                resource_schemas={"example_thing": thing},
            )

        def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.ValidateProviderConfig.Response()

        def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.ValidateResourceConfig.Response()

        def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.ConfigureProvider.Response()

        def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.PlanResourceChange.Response(planned_state=request.proposed_new_state)

        def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
            return pb.StopProvider.Response()

    tf.provider.ProviderServicer = Servicer
    run_provider(None, sys.argv)


if __name__ == "__main__":
    main()

"""Attempts by what Terraform allows: modules, count, override files, dialects, variables, plans."""

from __future__ import annotations

import json

import pytest

from tests.redteam.attempts import attempt
from tests.redteam.repository import FAULT, PLACE, PUBLIC, Repository, not_passed, of_rule, stopped, told

G = "Terraform"
CALL = 'module "db" {\n  source = "../../modules/db"\n}\n'


@attempt(70, G, "moves the resource into a module", "it is judged in the module, as the root calls it")
def test_into_a_module(repo: Repository) -> None:
    repo.based({"live/dev/db.tf": PUBLIC})
    stopped(repo.write({PLACE: CALL, "modules/db/main.tf": PUBLIC}).remove("live/dev/db.tf").judged())


@attempt(
    71,
    G,
    "calls a faulty module that only development used so far",
    "what reaches production for the first time is new",
)
def test_old_module_in_production(repo: Repository) -> None:
    repo.based({"live/dev/db.tf": CALL, "modules/db/main.tf": PUBLIC})
    stopped(repo.write({PLACE: CALL}).judged())


@attempt(
    72,
    G,
    "takes the module from elsewhere: a registry, git, an archive, a path outside",
    "it is not there to be judged, and a note says so for each call",
    "`terraform init` or the plan comes before the check, and sources of modules are on a list",
)
@pytest.mark.parametrize(
    "source",
    ["git::https://example.com/db.git", "acme/db/aws", "https://example.com/db.zip", "/etc/db", "../../../../o"],
)
def test_module_from_elsewhere(repo: Repository, source: str) -> None:
    verdict = repo.based().write({PLACE: f'module "db" {{\n  source = "{source}"\n}}\n'}).judged()
    assert any("module.db" in note and "not judged" in note for note in verdict.notes), told(verdict)


@attempt(
    73,
    G,
    "sets `count = 0` or an empty `for_each` by a default that the pipeline's variable turns on",
    "judged with the values that the check is given; the others are unknown, never guessed",
    "the check is given the var files that the deployment uses, or its plan",
)
def test_count_by_variable(repo: Repository) -> None:
    text = 'variable "n" {\n  default = 0\n}\n' + PUBLIC.replace("{\n", "{\n  count = var.n\n", 1)
    repo.based().write({PLACE: text, "live/prod/prod.tfvars": "n = 1\n"})
    stopped(repo.judged(var_files=("live/prod/prod.tfvars",)))


@attempt(74, G, "makes `count` or `for_each` depend on what nobody knows", "undecided, never taken for none")
@pytest.mark.parametrize("meta", ["count = var.n", "for_each = toset(var.n)", "count = length(data.aws_x.y.ids)"])
def test_unknown_count(repo: Repository, meta: str) -> None:
    text = 'variable "n" {}\n' + PUBLIC.replace("{\n", f"{{\n  {meta}\n", 1)
    verdict = repo.based().write({PLACE: text}).judged()
    assert FAULT in told(verdict), told(verdict)


@attempt(
    75, G, "hides the value behind locals, functions and conditions that come to `true`", "expressions are evaluated"
)
@pytest.mark.parametrize(
    "value",
    [
        "!false",
        '"true"',
        'tobool("true")',
        "local.on",
        'length("ab") == 2',
        'jsondecode("{\\"a\\":true}").a',
        "can(1)",
        "{ a = true }.a",
        'contains(["x"], "x")',
    ],
)
def test_expressions(repo: Repository, value: str) -> None:
    text = "locals {\n  on = (1 + 1) * 3 == 6 ? true : false\n}\n" + PUBLIC.replace("= true", f"= {value}")
    stopped(repo.based().write({PLACE: text}).judged())


@attempt(
    76,
    G,
    "sets the value in a `*.auto.tfvars`, `terraform.tfvars` or a default of its own",
    "var files that Terraform takes unasked are taken",
)
@pytest.mark.parametrize("file", ["live/prod/z.auto.tfvars", "live/prod/terraform.tfvars"])
def test_var_files(repo: Repository, file: str) -> None:
    text = 'variable "open" {\n  default = false\n}\n' + PUBLIC.replace("= true", "= var.open")
    repo.based({PLACE: text})
    stopped(repo.write({file: "open = true\n"}).judged())


@attempt(77, G, "changes a default in another file or module", "the root that reads it is judged again")
def test_default_elsewhere(repo: Repository) -> None:
    module = 'variable "open" {\n  default = false\n}\n'
    repo.based(
        {PLACE: CALL, "modules/db/main.tf": PUBLIC.replace("= true", "= var.open"), "modules/db/variables.tf": module}
    )
    stopped(repo.write({"modules/db/variables.tf": module.replace("false", "true")}).judged())


@attempt(
    78,
    G,
    "overrides a safe attribute in `override.tf` or `*_override.tf`",
    "override files are merged as Terraform does",
)
@pytest.mark.parametrize("name", ["override.tf", "db_override.tf", "override.tf.json"])
def test_override(repo: Repository, name: str) -> None:
    repo.based({PLACE: PUBLIC.replace("true", "false")})
    data = json.dumps({"resource": {"aws_db_instance": {"orders": {"publicly_accessible": True}}}})
    verdict = repo.write({f"live/prod/{name}": data if name.endswith("json") else PUBLIC}).judged()
    stopped(verdict)


@attempt(79, G, "writes the resource as JSON beside the `.tf` files", "`.tf.json` is read")
def test_json(repo: Repository) -> None:
    data = {"resource": {"aws_db_instance": {"orders": [{"publicly_accessible": "${true}"}]}}}
    stopped(repo.based().write({"live/prod/db.tf.json": json.dumps(data)}).judged())


@attempt(
    80,
    G,
    "shadows a faulty `db.tf` by a harmless `db.tofu`, which Terraform does not read, or the other way round",
    "of two such files that is a problem, and it blocks",
)
@pytest.mark.parametrize(("tf", "tofu"), [(PUBLIC, "# nothing\n"), ("# nothing\n", PUBLIC)])
def test_tofu(repo: Repository, tf: str, tofu: str) -> None:
    not_passed(repo.based().write({PLACE: tf, "live/prod/db.tofu": tofu}).judged())


@attempt(81, G, "declares the resource twice, once harmless", "a problem, and that blocks")
@pytest.mark.parametrize("first", [True, False])
def test_twice(repo: Repository, first: bool) -> None:
    fine = PUBLIC.replace("true", "false")
    not_passed(repo.based().write({PLACE: PUBLIC + fine if first else fine + PUBLIC}).judged())


@attempt(82, G, "writes the attribute twice", "a problem, and that blocks")
@pytest.mark.parametrize("values", [("true", "false"), ("false", "true")])
def test_attribute_twice(repo: Repository, values: tuple[str, str]) -> None:
    lines = "".join(f"  publicly_accessible = {value}\n" for value in values)
    not_passed(repo.based().write({PLACE: f'resource "aws_db_instance" "orders" {{\n{lines}}}\n'}).judged())


@attempt(
    83,
    G,
    "writes the attribute with look-alike or invisible letters",
    "no such attribute is read; what deploys is the default",
)
@pytest.mark.parametrize("name", ["publicly_accessible\u200b", "publicly_\u0430ccessible"])
def test_look_alike_attribute(repo: Repository, name: str) -> None:
    text = 'resource "aws_db_instance" "orders" {\n  NAME = false\n  publicly_accessible = true\n}\n'.replace(
        "NAME", name
    )
    verdict = repo.based().write({PLACE: text}).judged()
    not_passed(verdict)


@attempt(84, G, "gives the type of the resource look-alike letters", "Terraform knows no such type and deploys nothing")
def test_look_alike_type(repo: Repository) -> None:
    text = PUBLIC.replace("aws_db", "\u0430ws_db")
    assert not of_rule(repo.based().write({PLACE: text}).judged())


@attempt(
    85,
    G,
    "comments the safe value out by characters that turn the direction of writing",
    "what counts is what Terraform reads; what is shown has such characters written out",
)
def test_turned_text(repo: Repository) -> None:
    text = PUBLIC.replace(
        "  publicly_accessible = true\n", "  publicly_accessible = true /*\u202e eslaf = elbissecca_ylcilbup \u2066*/\n"
    )
    from gatepost.reports import render
    from gatepost.reports.view import View

    verdict = repo.based().write({PLACE: text}).judged()
    stopped(verdict)
    assert "\u202e" not in render("terminal", verdict, View()).body


@attempt(
    86, G, "hands in a plan of another state of the code", "a plan that does not fit the files is told as a problem"
)
def test_stale_plan(repo: Repository) -> None:
    repo.based().write({PLACE: PUBLIC, "plan.json": plan(False)})
    not_passed(repo.judged(plans=(("live/prod", "plan.json"),)))


def plan(public: bool) -> str:
    resource = {
        "address": "aws_db_instance.orders",
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "orders",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "schema_version": 1,
        "values": {"publicly_accessible": public},
    }
    change = {
        **{key: resource[key] for key in ("address", "mode", "type", "name", "provider_name")},
        "change": {"actions": ["create"], "before": None, "after": resource["values"], "after_unknown": {}},
    }
    configuration = {
        "address": "aws_db_instance.orders",
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "orders",
        "provider_config_key": "aws",
        "expressions": {"publicly_accessible": {"constant_value": public}},
        "schema_version": 1,
    }
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": [resource]}},
            "resource_changes": [change],
            "configuration": {"root_module": {"resources": [configuration]}},
        }
    )


@attempt(
    87,
    G,
    "generates resources by `dynamic` blocks, or hides them behind `moved`, `removed` and `import`",
    "dynamic blocks are expanded; the others hide nothing",
)
def test_dynamic(repo: Repository) -> None:
    text = """\
        resource "aws_security_group" "web" {
          dynamic "ingress" {
            for_each = { ssh = 22 }
            content {
              from_port   = ingress.value
              to_port     = ingress.value
              protocol    = "tcp"
              cidr_blocks = ["0.0.0.0/0"]
            }
          }
        }
        moved {
          from = aws_security_group.web
          to   = aws_security_group.other
        }
        removed {
          from = aws_security_group.web
          lifecycle {
            destroy = false
          }
        }
        """
    stopped(repo.based().write({PLACE: text}).judged(), "aws/ec2/ssh-open-to-internet")


@attempt(88, G, "splits a network so that it no longer reads 0.0.0.0/0", "networks are compared as networks")
def test_split_network(repo: Repository) -> None:
    text = """\
        resource "aws_security_group" "web" {
          ingress {
            from_port   = 20
            to_port     = 30
            protocol    = "6"
            cidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]
          }
        }
        """
    verdict = repo.based().write({PLACE: text}).judged()
    assert any(one.action == "block" and "ec2" in one.assessment.finding.rule for one in verdict.decisions), told(
        verdict
    )

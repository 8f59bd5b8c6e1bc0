"""Any bytes as a plan of a small root module: read, laid over the files and judged, or refused in plain words."""

from __future__ import annotations

from pathlib import Path

from gatepost.languages.plans.differences import told_differences
from gatepost.languages.plans.document import PlannedDocument
from gatepost.languages.plans.matching import Matching
from gatepost.languages.plans.plan import PlanError
from gatepost.languages.plans.reading import read_plan
from gatepost.languages.terraform.document import read_root
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.judge import judge
from gatepost.sources.reading import Files

RULES = frozenset(("aws/s3/bucket-public-acl", "aws/ec2/ssh-open-to-internet", "aws/ec2/volume-unencrypted"))
CATALOGUE = load_shipped()
MODULES = Path(__file__).parents[1] / "languages/plans/recorded/modules"


def fuzz(data: bytes) -> None:
    """Read, lay over, compare and judge."""
    try:
        plan = read_plan(data, "plan.json")
    except PlanError as error:
        assert error.what and error.hint
        return
    source = read_root(".", Files(str(MODULES)), ("env/prod.tfvars",))
    told = told_differences(plan, source)
    document = PlannedDocument(source, source, Matching(plan, source), told.differing, told.problems)
    for type in document.types():
        for resource in document.resources(type):
            for name in resource.body.literal:
                resource.body.literal.get(name)
    judged = judge(document, CATALOGUE, {}, "2026-11-22", RULES)
    for judgement in (*judged.violated(), *judged.undecided()):
        assert judgement.subject.resource.address

"""Attempts to have an owner, or another one: CODEOWNERS, the catalogue, tags."""

from __future__ import annotations

from tests.redteam.attempts import attempt
from tests.redteam.repository import PLACE, PUBLIC, Repository, stopped

G = "owners"
NO_OWNER = """\
version: 1
gate:
  - {name: no owner no deploy, when: {owner: {known: false}, severity: {at_least: info}}, decide: block}
  - {name: ours may, when: {owner: "@acme/trusted"}, decide: allow}
  - {name: nothing new, when: {severity: {at_least: info}}, decide: block}
"""
ENTITY = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: x}
spec: {type: service, owner: OWNER, lifecycle: production}
"""


def entity(owner: str) -> str:
    return ENTITY.replace("OWNER", owner)


@attempt(31, G, "writes itself a friendly owner into CODEOWNERS", "CODEOWNERS of the base counts")
def test_codeowners_edited(repo: Repository) -> None:
    repo.based({"gatepost.yaml": NO_OWNER, "CODEOWNERS": "* @acme/strict\n"})
    stopped(repo.write({"CODEOWNERS": "* @acme/trusted\n", PLACE: PUBLIC}).judged())


@attempt(
    32, G, "adds a CODEOWNERS file at a place that is looked at first", "a file that the base has not tells nothing"
)
def test_codeowners_nearer(repo: Repository) -> None:
    repo.based({"gatepost.yaml": NO_OWNER, "docs/CODEOWNERS": "* @acme/strict\n"})
    stopped(repo.write({".github/CODEOWNERS": "* @acme/trusted\n", PLACE: PUBLIC}).judged())


@attempt(
    33, G, "adds a `catalog-info.yaml` that gives itself an owner", "an entity that the base has not tells nothing"
)
def test_catalogue_added(repo: Repository) -> None:
    repo.based({"gatepost.yaml": NO_OWNER})
    stopped(repo.write({"live/prod/catalog-info.yaml": entity("'@acme/trusted'"), PLACE: PUBLIC}).judged())


@attempt(34, G, "changes the owner in the catalogue", "the catalogue of the base counts")
def test_catalogue_edited(repo: Repository) -> None:
    repo.based({"gatepost.yaml": NO_OWNER, "live/prod/catalog-info.yaml": entity("strict")})
    stopped(repo.write({"live/prod/catalog-info.yaml": entity("'@acme/trusted'"), PLACE: PUBLIC}).judged())


@attempt(35, G, "moves an entity of the catalogue to its folder", "an entity counts where the base has it")
def test_catalogue_moved(repo: Repository) -> None:
    repo.based({"gatepost.yaml": NO_OWNER, "tools/catalog-info.yaml": entity("'@acme/trusted'")})
    repo.git("mv", "tools/catalog-info.yaml", "live/prod/catalog-info.yaml")
    stopped(repo.write({PLACE: PUBLIC}).judged())


@attempt(
    36,
    G,
    "replaces a folder with a catalogue by a link to a friendlier one",
    "what lies behind a new link tells nothing",
)
def test_catalogue_behind_a_link(repo: Repository) -> None:
    repo.based({"gatepost.yaml": NO_OWNER, "friendly/catalog-info.yaml": entity("'@acme/trusted'")})
    repo.write({PLACE: PUBLIC})
    (repo.folder / "live/prod/catalog-info.yaml").symlink_to("../../friendly/catalog-info.yaml")
    stopped(repo.judged())


@attempt(
    37,
    G,
    "tags the resource with a friendly owner",
    "a tag is the resource's own word: it counts as told by the code",
    "a policy that trusts an owner asks for CODEOWNERS beside the tag; the owners review who uses their name",
)
def test_owner_by_tag(repo: Repository) -> None:
    tagged = PUBLIC.replace("{\n", '{\n  tags = { owner = "@acme/trusted" }\n', 1)
    verdict = repo.based({"gatepost.yaml": NO_OWNER, "CODEOWNERS": "* @acme/strict\n"}).write({PLACE: tagged}).judged()
    owners = [fact for one in verdict.decisions for fact in one.assessment.context.owners or ()]
    assert any("CODEOWNERS" in fact.how for fact in owners), "every source is told"


@attempt(38, G, "edits the CMDB export that the policy names", "the export of the base counts")
def test_cmdb(repo: Repository) -> None:
    policy = NO_OWNER + "owners: {cmdb: cmdb.csv}\n"
    table = "name,owned_by,path\norders,{},live/prod/**\n"
    repo.based({"gatepost.yaml": policy, "cmdb.csv": table.format("strict")})
    stopped(repo.write({"cmdb.csv": table.format("@acme/trusted"), PLACE: PUBLIC}).judged())

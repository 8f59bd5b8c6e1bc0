"""Several sources of owners together: which counts first, how sure it is, when they disagree, when nobody is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatepost.context.audit_logs import Creations, read_log
from gatepost.context.catalogue import Catalogue, read_catalogue
from gatepost.context.cmdb import read_cmdb
from gatepost.context.codeowners import read_codeowners
from gatepost.context.owner_names import plain_owner
from gatepost.context.owner_tags import tag_keys
from gatepost.context.owners import KNOWING, Directory, Owners, Sources
from gatepost.model.decisions import Claim
from gatepost.model.places import Source
from gatepost.model.policy import Whose

CODEOWNERS = read_codeowners("* @acme/platform\n/live/ @acme/search", "CODEOWNERS", "github")
BUCKET = Whose("live/a.tf", {"Team": "search"}, "aws_s3_bucket.b", (3, 9), ("acme-logs",))


def catalogue(text: str) -> Catalogue:
    read = read_catalogue(Source("catalog-info.yaml", text, "data"))
    return Catalogue(read.components, read.parties)


def creations() -> Creations:
    found = Creations()
    event = {"eventName": "CreateBucket", "userIdentity": {"type": "IAMUser", "userName": "ann"}}
    read_log([{**event, "requestParameters": {"bucketName": "acme-logs"}}], "trail.json", found)
    return found


def test_sources_count_in_their_order() -> None:
    sources = Sources(
        codeowners=CODEOWNERS,
        cmdb=read_cmdb("name,owned_by\nacme-logs,Ann\n", "cmdb.csv", {}),
        directories=(Directory("live/**", ("team-live",), "gatepost.yaml:4"),),
        catalogue=catalogue("kind: Component\nmetadata: {name: logs}\nspec: {owner: web}\n"),
    )
    owned = Owners(sources).of(BUCKET._replace(calls=(("module.m", "owner", "caller"),)))
    assert [claim.name for claim in owned.owners or ()] == [
        "search", "team-live", "Ann", "@acme/search", "web", "caller"
    ]  # fmt: skip
    last = Owners(sources._replace(order=("catalogue", *KNOWING))).of(BUCKET)
    assert (last.owners or ())[0] == ("web", "catalog-info.yaml:1, Component logs", "medium")


def test_names_that_mean_the_same_do_not_disagree() -> None:
    assert not Owners(Sources(codeowners=CODEOWNERS)).of(BUCKET).disagree
    assert Owners(Sources(codeowners=CODEOWNERS)).of(BUCKET._replace(tags={"Team": "orders"})).disagree


def test_a_member_of_a_group_does_not_disagree_with_the_group() -> None:
    people = catalogue("kind: Group\nmetadata: {name: search}\nspec: {members: [ann]}\n")
    sources = Sources(codeowners=CODEOWNERS, catalogue=people)
    assert not Owners(sources).of(BUCKET._replace(tags={"owner": "ann@example.com"})).disagree
    assert Owners(sources).of(BUCKET._replace(tags={"owner": "bob@example.com"})).disagree


def test_guesses_are_made_only_where_nobody_is_known_and_are_no_owners() -> None:
    owned = Owners(Sources(creations=creations())).of(BUCKET._replace(tags={}))
    assert owned.owners is None
    assert [claim.confidence for claim in owned.guessed] == ["guess"]
    assert Owners(Sources(creations=creations())).of(BUCKET).guessed == ()


def test_the_history_is_asked_last() -> None:
    asked: list[str] = []

    def history(path: str, lines: tuple[int, int]) -> list[Claim]:
        asked.append(path)
        return [Claim("bob", "wrote it", "guess")]

    Owners(Sources(creations=creations(), history=history)).of(BUCKET._replace(tags={}))
    assert asked == []
    owned = Owners(Sources(history=history, prefix="infra/")).of(Whose("a.tf"))
    assert ([claim.name for claim in owned.guessed], asked) == (["bob"], ["infra/a.tf"])


def test_nobody_is_an_answer_of_a_source_that_could_tell_or_of_a_policy_that_says_where() -> None:
    thing = Whose("x.tf")
    assert Owners(Sources()).of(thing).owners is None
    assert Owners(Sources(settled=True)).of(thing).owners == ()
    assert Owners(Sources(codeowners=read_codeowners("*.py @a", "CODEOWNERS", "github"))).of(thing).owners == ()


def test_the_last_directory_that_covers_a_path_counts() -> None:
    lines = (Directory("live/**", ("all",), "p:3"), Directory("live/search/**", ("search", "ops"), "p:4"))
    owned = Owners(Sources(directories=lines)).of(Whose("live/search/a.tf"))
    assert owned.owners == (
        ("search", "p:4, live/search/**", "high"),
        ("ops", "p:4, live/search/**", "high"),
    )


def test_tags_are_named_by_the_policy() -> None:
    keys = tag_keys({"owner": ("cost-center",), "service": ("App_Name",)})
    tags = {"CostCenter": "4711", "owner": "nobody", "appname": "shop", "Team": "web"}
    owned = Owners(Sources(keys)).of(Whose("a.tf", tags, "aws_s3_bucket.b"))
    assert [claim.name for claim in owned.owners or ()] == ["4711", "web"]
    assert [claim.name for claim in owned.projects or ()] == ["shop"]


def test_the_tags_of_the_innermost_call_count() -> None:
    calls = (("module.a.module.b", "team", "near"), ("module.a", "team", "far"), ("module.a", "owner", "far"))
    owned = Owners(Sources()).of(Whose("m.tf", {}, "module.a.module.b.x.y", calls=calls))
    assert owned.owners == (("near", "tag team of module.a.module.b", "medium"),)


def test_one_name_is_told_once_with_all_that_tell_it() -> None:
    sources = Sources(directories=(Directory("**", ("@acme/search",), "p:1"),), codeowners=CODEOWNERS)
    owned = Owners(sources).of(Whose("live/a.tf"))
    assert owned.owners == (("@acme/search", "p:1, **, CODEOWNERS:2", "high"),)


def test_names_are_compared_in_one_form() -> None:
    same = {"@acme/search", "group:default/search", "Search", "search@example.com", " search "}
    assert {plain_owner(name) for name in same} == {"search"}
    assert plain_owner("Team Search") == plain_owner("team-search") == plain_owner("@acme/team_search")


@given(st.text(), st.dictionaries(st.text(), st.text()), st.text(), st.permutations(KNOWING))
def test_whatever_the_order_the_same_owners_are_told(
    path: str, tags: dict[str, str], resource: str, order: list[str]
) -> None:
    whose = Whose(path, {**tags, "Team": "x"}, resource)
    sources = Sources(codeowners=CODEOWNERS, directories=(Directory("*", ("d",), "p:1"),))
    one, other = Owners(sources).of(whose), Owners(sources._replace(order=tuple(order))).of(whose)
    assert {claim.name for claim in one.owners or ()} == {claim.name for claim in other.owners or ()}
    assert one.disagree == other.disagree

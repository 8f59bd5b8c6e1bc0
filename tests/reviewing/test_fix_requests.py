"""Fix pull requests at stateful hosts: made, updated, closed, opened again, and never over a person's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, cast
from urllib.parse import quote

import pytest

from gatepost.model.digests import sha256_of
from gatepost.model.fix_requests import Content, FixHost, Group, Mended, Proposal, Work
from gatepost.reviewing.clients import fix_client
from gatepost.reviewing.fix_marks import BRANCHES, read_fix_mark
from gatepost.reviewing.fix_requests import Kept, git_id, keep_up
from gatepost.reviewing.fix_words import body_of as fix_body
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.places import Where
from gatepost.reviewing.rehearsing_fixes import FixRehearsal
from gatepost.services.gitea_fixes import GiteaFixes
from gatepost.services.github_fixes import GitHubFixes
from gatepost.services.gitlab_fixes import GitLabFixes
from gatepost.services.patience import Patience
from gatepost.services.web import Refused
from tests.reviewing.fixes_host import FakeFixes, blob_id
from tests.reviewing.gitea_fixes_host import FakeGiteaFixes
from tests.reviewing.gitlab_fixes_host import FakeGitLabFixes
from tests.reviewing.test_github import Clock
from tests.routing.hosts.host import Answer, Asked, serving


def database(name: str, encrypted: str = "false") -> str:
    return f'resource "aws_db_instance" "{name}" {{\n  storage_encrypted = {encrypted}\n}}\n'


TWO = {"pay/main.tf": database("pay"), "web/main.tf": database("web")}
ONE = {"pay/main.tf": database("pay")}
MENDED = {"pay/main.tf": database("pay", "true")}
OWNERS = {"pay": "@acme/payments", "web": "@ada"}
SCOPE = "0123456789ab"


class Shop:
    """The repository: what was judged, and what the host has. Files that say false have a finding."""

    def __init__(self, host: FakeFixes) -> None:
        self.host = host
        self.clock = Clock()
        self.files: dict[str, str] = {}
        self.commit = ""

    def main(self, files: dict[str, str], *, pushed: bool = True) -> None:
        """Let main hold these files and none else, here and, when pushed, there."""
        self.files, self.commit = files, "f" * 40
        if pushed:
            self.commit = self.host.push("main", {path: text.encode() for path, text in files.items()})

    def work(self, per: str = "owner", *, wanted: bool = True, clear: bool = True) -> Work:
        """Return what there is to propose for each owner, or for all."""
        faulty = sorted(path for path, text in self.files.items() if "false" in text)
        by_key: dict[str, list[str]] = {}
        for path in faulty if wanted else ():
            by_key.setdefault(path.split("/")[0] if per == "owner" else "all", []).append(path)
        groups = tuple(
            Group(f"{key}-12345678", OWNERS.get(key, ""), partial(self._proposal, paths))
            for key, paths in by_key.items()
        )
        return Work(SCOPE, self.commit, groups, frozenset(identity(path) for path in faulty), clear)

    def _proposal(self, paths: list[str]) -> Proposal:
        texts = {path: self.files[path] for path in paths}
        return Proposal(
            tuple(
                Content(path, git_id(text.encode()), text.replace("false", "true").encode())
                for path, text in texts.items()
            ),
            tuple(Mended("high", "Not encrypted", "aws/rds/x", "a.b", path, 2, "It is replaced.") for path in texts),
            tuple(identity(path) for path in paths),
            ("ada", "bob") if "pay/main.tf" in texts else (),
            ("acme/payments", "others/team") if "pay/main.tf" in texts else (),
        )

    @property
    def name(self) -> str:
        """What the host is called."""
        names = {FakeFixes: "github", FakeGitLabFixes: "gitlab", FakeGiteaFixes: "gitea"}
        return names[type(self.host)]

    def client(self) -> FixHost:
        patience = Patience(3_000, self.clock.now, self.clock.sleep)
        made = {"github": GitHubFixes, "gitlab": GitLabFixes, "gitea": GiteaFixes}[self.name]
        return made(self.host.address, "acme/shop", self.host.token, patience, BRANCHES)

    def run(self, per: str = "owner", *, most: int = 5, onto: str = "", **more: Any) -> Kept:
        return keep_up(self.work(per, **more), self.client(), onto, most)


def identity(path: str) -> str:
    return sha256_of(path)[:12]


@pytest.fixture(params=[FakeFixes, FakeGitLabFixes, FakeGiteaFixes])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with serving(request.param()) as host:
        yield Shop(cast("FakeFixes", host))


# What each host is asked for to write a file, a label, a pull request, and to tell of itself and of a branch.
PATHS = {
    "github": {
        "write": ("POST", "/git/blobs"),
        "commit": ("POST", "/git/trees"),
        "label": ("POST", "/labels"),
        "propose": ("POST", "/repos/acme/shop/pulls"),
        "repository": ("GET", "/repos/acme/shop"),
        "branch": ("GET", "/git/ref/heads/"),
    },
    "gitlab": {
        "write": ("POST", "/repository/commits"),
        "commit": ("POST", "/repository/commits"),
        "label": ("PUT", "/merge_requests/1"),
        "propose": ("POST", "/merge_requests"),
        "repository": ("GET", "/projects/acme%2Fshop"),
        "branch": ("GET", "/repository/branches/"),
    },
    "gitea": {
        "write": ("POST", "/contents"),
        "commit": ("POST", "/contents"),
        "label": ("POST", "/labels"),
        "propose": ("POST", "/pulls"),
        "repository": ("GET", "/repos/acme/shop"),
        "branch": ("GET", "/branches/"),
    },
}


def fail(shop: Shop, what: str, answer: Answer, more: str = "") -> None:
    """Let the host answer the next request of a kind like this."""
    method, path = PATHS[shop.name][what]
    shop.host.fail(method, path + (more if shop.name == "github" else quote(more, safe="")), answer)


def what(kept: Kept) -> list[str]:
    assert not kept.failed
    return [one.what for one in kept.told]


def writes(host: FakeFixes) -> int:
    return len([one for one in host.writes() if one.path != "/graphql"])


def test_git_ids_are_those_of_git() -> None:
    assert git_id(b"hello\n") == blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_each_owner_gets_a_pull_request_with_nothing_but_what_is_theirs(shop: Shop) -> None:
    shop.main(TWO)
    assert what(shop.run()) == ["opened", "opened"]
    first, second = shop.host.pulls
    assert shop.host.changed(first["branch"]) == {"pay/main.tf"}
    assert shop.host.changed(second["branch"]) == {"web/main.tf"}
    assert shop.host.content(first["branch"], "pay/main.tf") == database("pay", "true")
    assert first["title"] == "Gatepost: mend 1 finding (acme/payments)" and first["labels"] == ["gatepost"]
    assert "`pay/main.tf:2`" in first["body"] and "**Proved:**" in first["body"] and "**Unsafe**" in first["body"]


def test_one_pull_request_for_everything(shop: Shop) -> None:
    shop.main(TWO)
    assert what(shop.run("all")) == ["opened"]
    (one,) = shop.host.pulls
    assert shop.host.changed(one["branch"]) == {"pay/main.tf", "web/main.tf"}
    assert one["title"] == "Gatepost: mend 2 findings"


def test_a_second_run_writes_nothing(shop: Shop) -> None:
    shop.main(TWO)
    shop.run()
    before = writes(shop.host)
    assert what(shop.run()) == ["unchanged", "unchanged"] and writes(shop.host) == before


def test_a_change_elsewhere_in_the_base_writes_nothing(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    before = writes(shop.host)
    shop.main({**ONE, "README.md": "words"})
    assert what(shop.run()) == ["unchanged"] and writes(shop.host) == before


def test_more_to_mend_updates_it_in_place_on_top_of_the_base(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    shop.main({**ONE, "pay/more.tf": database("more")})
    assert what(shop.run()) == ["updated"]
    (one,) = shop.host.pulls
    assert shop.host.changed(one["branch"]) == {"pay/main.tf", "pay/more.tf"} and "2 findings" in one["title"]
    assert shop.host.commits[shop.host.refs[one["branch"]]]["parents"] == [shop.host.refs["main"]]


def test_a_branch_on_which_a_person_committed_is_left_alone(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    (one,) = shop.host.pulls
    theirs = shop.host.push(one["branch"], {"pay/main.tf": b"mine"})
    before = writes(shop.host)
    shop.main({**ONE, "pay/more.tf": database("more")})
    kept = shop.run()
    assert what(kept) == ["left"] and "somebody else committed" in kept.told[0].why
    assert shop.host.refs[one["branch"]] == theirs and writes(shop.host) == before


def test_a_commit_of_ours_that_a_person_amended_is_theirs(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    (one,) = shop.host.pulls
    ours = shop.host.commits[shop.host.refs[one["branch"]]]
    shop.host.refs[one["branch"]] = shop.host.refs["main"]
    shop.host.push(one["branch"], {"pay/main.tf": b"mine"}, ours["message"])
    assert what(shop.run()) == ["left"]


def test_what_a_person_closed_stays_closed_until_it_is_opened(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    (one,) = shop.host.pulls
    one["state"] = "closed"
    before = writes(shop.host)
    assert what(shop.run()) == ["left"] and writes(shop.host) == before
    one["state"] = "open"
    assert what(shop.run()) == ["unchanged"]


def test_mended_otherwise_it_is_closed_with_a_word(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    shop.main(MENDED)
    assert what(shop.run()) == ["closed"]
    (one,) = shop.host.pulls
    assert one["state"] == "closed" and "no longer found" in shop.host.comments[0][1]
    mark = read_fix_mark(one["body"])
    assert mark is not None and mark.state == "fixed"
    assert what(shop.run()) == []


def test_back_again_it_is_opened_again(shop: Shop) -> None:
    for files in (ONE, MENDED, ONE):
        shop.main(files)
        kept = shop.run()
    assert what(kept) == ["opened again"]
    (one,) = shop.host.pulls
    assert one["state"] == "open" and shop.host.changed(one["branch"]) == {"pay/main.tf"}


def test_back_again_without_its_branch_there_is_a_new_one(shop: Shop) -> None:
    for files in (ONE, MENDED):
        shop.main(files)
        shop.run()
    del shop.host.refs[shop.host.pulls[0]["branch"]]
    shop.main(ONE)
    assert what(shop.run()) == ["opened"]
    assert [one["state"] for one in shop.host.pulls] == ["closed", "open"]


def test_merged_and_back_again_there_is_a_new_one(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    shop.host.merge(1)
    shop.main(MENDED)
    assert what(shop.run()) == []
    shop.main(ONE)
    assert what(shop.run()) == ["opened"] and len(shop.host.pulls) == 2


def test_nothing_is_called_gone_while_something_cannot_be_read(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    shop.main(MENDED)
    assert what(shop.run(clear=False)) == ["kept"] and shop.host.pulls[0]["state"] == "open"


def test_nothing_is_called_gone_while_a_fix_is_only_not_wanted(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    assert what(shop.run(wanted=False)) == ["kept"] and shop.host.pulls[0]["state"] == "open"


def test_put_together_in_another_way_the_old_ones_are_closed(shop: Shop) -> None:
    shop.main(TWO)
    shop.run()
    assert what(shop.run("all")) == ["opened", "closed", "closed"]
    assert [one["state"] for one in shop.host.pulls] == ["closed", "closed", "open"]


def test_no_more_are_open_than_the_limit_allows(shop: Shop) -> None:
    shop.main(TWO)
    assert what(shop.run(most=1)) == ["opened", "held back"] and len(shop.host.pulls) == 1
    assert what(shop.run(most=1)) == ["unchanged", "held back"]
    assert what(shop.run(most=2)) == ["unchanged", "opened"]


def test_beyond_the_limit_the_host_is_not_even_asked(shop: Shop) -> None:
    shop.main({**TWO, **{f"p{number}/main.tf": database("x") for number in range(50)}})
    kept = shop.run(most=1)
    assert what(kept) == ["opened", "held back"] and kept.told[1].branch == "51 more" and len(shop.host.asked) < 20


def test_owners_of_the_files_are_asked_and_a_refused_one_stops_nothing(shop: Shop) -> None:
    shop.main(ONE)
    kept = shop.run()
    assert what(kept) == ["opened"] and shop.host.asked_reviews[0] == "ada"
    assert "bob is not asked for a review" in kept.told[0].why
    if shop.name != "gitlab":
        assert shop.host.asked_reviews == ["ada", "acme/payments"]
    else:
        assert "acme/payments is a group" in kept.told[0].why


def test_a_refused_label_stops_nothing(shop: Shop) -> None:
    shop.main(ONE)
    fail(shop, "label", Answer(403, {"message": "no"}))
    kept = shop.run()
    assert what(kept) == ["opened"] and "no label" in kept.told[0].why and shop.host.asked_reviews


@pytest.mark.parametrize("status", [403, 404, 422])
def test_what_the_host_refuses_is_told_and_the_others_are_made(shop: Shop, status: int) -> None:
    shop.main(TWO)
    fail(shop, "write", Answer(status, {"message": "Resource not accessible by integration"}))
    kept = shop.run()
    assert len(kept.failed) == 1 and str(status) in kept.failed[0] and [one.what for one in kept.told] == ["opened"]


def test_a_refused_pull_request_is_made_by_the_next_run(shop: Shop) -> None:
    shop.main(ONE)
    fail(shop, "propose", Answer(422, {"message": "Validation Failed"}))
    assert shop.run().failed and not shop.host.pulls
    assert what(shop.run()) == ["opened"] and len(shop.host.pulls) == 1


def test_a_rate_limit_is_waited_for(shop: Shop) -> None:
    shop.main(ONE)
    fail(shop, "commit", Answer(403, {"message": "secondary rate limit"}, {"Retry-After": "30"}))
    assert what(shop.run()) == ["opened"] and 30.0 in shop.clock.waits


def test_a_credential_that_is_not_accepted_is_told_without_it(shop: Shop) -> None:
    shop.main(ONE)
    fail(shop, "repository", Answer(401, {"message": f"Bad {shop.host.token}"}))
    with pytest.raises(Refused, match="not accepted") as error:
        shop.run()
    assert shop.host.token not in str(error.value)


def test_another_run_may_make_the_branch_at_the_same_time(shop: Shop) -> None:
    shop.main(ONE)
    work, host = shop.work(), shop.host
    branch = BRANCHES + work.groups[0].key
    shop.run()
    made = host.refs[branch]
    host.pulls.clear()
    fail(shop, "branch", Answer(404, {"message": "Not Found"}), branch)
    kept = shop.run()
    assert what(kept) == ["left"] and "another run" in kept.told[0].why and host.refs[branch] == made


def test_a_branch_of_our_name_that_is_a_persons_is_left_alone(shop: Shop) -> None:
    shop.main(ONE)
    branch = BRANCHES + shop.work().groups[0].key
    theirs = shop.host.push(branch, {"a": b"b"})
    assert what(shop.run()) == ["left"] and shop.host.refs[branch] == theirs and not shop.host.pulls


def test_a_pull_request_with_our_mark_that_somebody_else_wrote_is_left_alone(shop: Shop) -> None:
    shop.main(ONE)
    shop.run()
    shop.host.pulls[0]["author"] = "mallory"
    before = writes(shop.host)
    shop.main({**ONE, "pay/more.tf": database("more")})
    assert what(shop.run()) == ["left"] and writes(shop.host) == before


def test_a_pull_request_of_a_fork_with_the_same_branch_counts_for_nothing(shop: Shop) -> None:
    shop.main(ONE)
    branch = BRANCHES + shop.work().groups[0].key
    shop.host.add("github-actions[bot]", branch, "x", "", repository="mallory/shop")
    assert what(shop.run()) == ["opened"]


def test_what_is_on_nobodys_branch_there_is_not_proposed(shop: Shop) -> None:
    shop.main(ONE)
    shop.main({**ONE, "pay/more.tf": database("more")}, pushed=False)
    with pytest.raises(Refused, match="not part of main"):
        shop.run()
    assert not writes(shop.host)


def test_an_authors_branch_takes_it_when_asked(shop: Shop) -> None:
    shop.main(ONE)
    shop.host.refs["feature"] = shop.host.refs["main"]
    assert what(shop.run(onto="feature")) == ["opened"]


def test_a_file_that_is_otherwise_in_the_base_is_not_overwritten(shop: Shop) -> None:
    shop.main(ONE)
    shop.host.push("main", {"pay/main.tf": (database("pay") + "# newer\n").encode()})
    kept = shop.run()
    assert what(kept) == ["not proposed"] and "reads otherwise in main" in kept.told[0].why and not writes(shop.host)


def test_a_link_is_not_overwritten(shop: Shop) -> None:
    shop.host.modes["pay/main.tf"] = "120000"
    shop.main(ONE)
    kept = shop.run()
    assert what(kept) == ["not proposed"] and "no plain file" in kept.told[0].why and not writes(shop.host)


def test_a_file_that_can_be_run_stays_one(shop: Shop) -> None:
    shop.host.modes["pay/main.tf"] = "100755"
    shop.main(ONE)
    shop.run()
    tree = shop.host.commits[shop.host.refs[shop.host.pulls[0]["branch"]]]["tree"]
    assert shop.host.trees[tree]["pay/main.tf"][0] == "100755"


def test_hostile_names_mention_nobody_and_close_no_mark(shop: Shop) -> None:
    path = "pay/@everyone --> <img src=x> [a](b) fixes #1 `x`.tf"
    shop.main({path: database("pay")})
    (group,) = shop.work().groups
    hostile = cast("Proposal", group.make())
    hostile = hostile._replace(mended=(hostile.mended[0]._replace(title="</details>\n@ada ![x](y)", resource="`|`"),))
    whose = "@acme/x`<!-- gatepost-fix scope=1 -->\n[skip ci] closes #1"
    work = shop.work()._replace(groups=(Group(group.key, whose, lambda: hostile),))
    assert what(keep_up(work, shop.client(), "", 5)) == ["opened"]
    (one,) = shop.host.pulls
    said = one["body"]
    assert f"``{path}:2``" in said and read_fix_mark(said) is not None
    assert "@ada" not in said and "</details>" not in said and "![" not in said
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", said)
    assert "@acme" not in outside and "<!-- gatepost-fix scope=1 " not in outside and "#1" not in outside
    assert not set("@`<[#\n") & set(one["title"])
    commit = shop.host.commits[shop.host.refs[one["branch"]]]["message"]
    assert "everyone" not in commit and "#1" not in commit


def test_thousands_of_findings_fit_into_one_description(shop: Shop) -> None:
    shop.main({f"pay/{number:05}{'é' * 90}.tf": database("x") for number in range(1_000)})
    (group,) = shop.work().groups
    made = cast("Proposal", group.make())
    made = made._replace(mended=tuple(one._replace(title="ü" * 5_000) for one in made.mended))
    text = fix_body(group, made, MARKUPS["github"])
    assert len(text) < 60_000 and "more" in text


def test_a_dry_run_writes_nothing_and_tells_everything(shop: Shop) -> None:
    shop.main(TWO)
    rehearsal = FixRehearsal(shop.client())
    kept = keep_up(shop.work(), rehearsal, "", 5)
    assert what(kept) == ["opened", "opened"] and not writes(shop.host)
    told = {one.what for one in rehearsal.said}
    assert {"file", "commit on", "new branch", "new pull request", "ask for a review"} <= told


@pytest.fixture
def project() -> Iterator[Shop]:
    with serving(FakeGitLabFixes()) as host:
        yield Shop(cast("FakeFixes", host))


def test_gitlab_writes_a_commit_and_its_branch_at_once(project: Shop) -> None:
    project.main(TWO)
    project.run("all")
    (commit,) = [one for one in project.host.writes() if one.path.endswith("/commits")]
    assert len(commit.data["actions"]) == 2 and commit.data["start_sha"] == project.commit and not commit.data["force"]


def test_reviewers_that_an_edition_does_not_take_are_told(project: Shop) -> None:
    cast("FakeGitLabFixes", project.host).people["bob"] = 6
    project.main(ONE)
    kept = project.run()
    assert project.host.asked_reviews == ["ada"] and "bob is not asked for a review: the host" in kept.told[0].why


def test_a_request_that_gitlab_leaves_closed_is_made_anew(project: Shop) -> None:
    for files in (ONE, MENDED):
        project.main(files)
        project.run()
    project.host.fail("PUT", "/merge_requests/1", Answer(200, {"iid": 1, "state": "closed"}))
    project.main(ONE)
    assert what(project.run()) == ["opened"] and [one["state"] for one in project.host.pulls] == ["closed", "open"]


def test_a_file_that_a_person_added_to_our_commit_makes_it_theirs(project: Shop) -> None:
    project.main(ONE)
    project.run()
    (one,) = project.host.pulls
    ours = project.host.commits[project.host.refs[one["branch"]]]
    project.host.refs[one["branch"]] = project.host.refs["main"]
    more = {"pay/main.tf": database("pay", "true").encode(), "more.tf": b"x"}
    project.host.push(one["branch"], more, ours["message"])
    assert what(project.run()) == ["left"]


def test_many_files_and_requests_are_read_page_by_page(project: Shop) -> None:
    project.main({f"pay/{number:03}.tf": database("x") for number in range(230)})
    assert what(project.run()) == ["opened"]
    project.host.pulls[:0] = [{**project.host.add("ada", "main", "t", ""), "sha": "0" * 40} for _ in range(130)]
    for number, one in enumerate(project.host.pulls, start=1):
        one["number"] = number
    assert what(project.run()) == ["unchanged"]


@pytest.fixture
def forge() -> Iterator[Shop]:
    with serving(FakeGiteaFixes()) as host:
        yield Shop(cast("FakeFixes", host))


def test_a_server_that_writes_over_no_branch_is_told_and_its_branch_stays(forge: Shop) -> None:
    cast("FakeGiteaFixes", forge.host).can_force = False
    forge.main(ONE)
    forge.run()
    (one,) = forge.host.pulls
    before = forge.host.refs[one["branch"]]
    forge.main({**ONE, "pay/more.tf": database("more")})
    kept = forge.run()
    assert len(kept.failed) == 1 and "branch already exists" in kept.failed[0]
    assert forge.host.refs[one["branch"]] == before


def test_a_base_that_moves_while_a_branch_is_made_leaves_none_behind(
    forge: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge.main(ONE)
    host, write = forge.host, forge.host.answer

    def meanwhile(asked: Asked) -> Answer:
        if asked.path.endswith("/contents"):
            host.push("main", {"pay/main.tf": ONE["pay/main.tf"].encode(), "new": b"x"})
            monkeypatch.undo()
        return write(asked)

    monkeypatch.setattr(host, "answer", meanwhile)
    kept = forge.run()
    assert "moved on meanwhile" in kept.failed[0] and not [one for one in host.refs if one.startswith(BRANCHES)]
    assert what(forge.run()) == ["opened"]


def test_a_label_is_made_once(forge: Shop) -> None:
    forge.main(TWO)
    forge.run()
    assert cast("FakeGiteaFixes", forge.host).labels == ["gatepost"]
    assert [one["labels"] for one in forge.host.pulls] == [["gatepost"], ["gatepost"]]


def test_folders_of_thousands_of_files_are_read_page_by_page(forge: Shop) -> None:
    forge.main({**{f"pay/{number:04}.txt": "x" for number in range(1_200)}, "pay/z.tf": database("z")})
    assert what(forge.run()) == ["opened"]


def test_a_project_of_gitlab_in_groups_of_groups_is_taken_and_nothing_else() -> None:
    for name in ("acme/shop", "acme/payments/api"):
        assert fix_client(Where("gitlab", "https://gitlab.com", name, 0), {"GITLAB_TOKEN": "x" * 8}, Patience(5))
    for name in ("shop", "acme/sh op", "../..", "acme//shop"):
        with pytest.raises(Refused, match=r"GROUP/NAME|named"):
            fix_client(Where("gitlab", "https://gitlab.com", name, 0), {"GITLAB_TOKEN": "x" * 8}, Patience(5))
    with pytest.raises(Refused, match="not at azure"):
        fix_client(Where("azure", "https://x", "a/b", 0), {}, Patience(5))

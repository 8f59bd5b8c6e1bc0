"""Shell text becomes commands."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.shell_text import fuzz

from gatepost.languages.shell.commands import Command
from gatepost.languages.shell.places import Piece, Places, Word, plain_word
from gatepost.languages.shell.reader import read_commands, unknown_variable
from gatepost.languages.shell.script import Script
from gatepost.languages.shell.simple import SimpleCommand, placed
from gatepost.model.places import Source, Span
from gatepost.model.values import Unknown, Value, value_at


def commands(text: str) -> list[Command]:
    return [v.literal for v in whole(text).literal]


def whole(text: str) -> Value:
    return read_commands(text, Span(Source("x.sh", text, "dockerfile"), 0, len(text)), notation="docker")


def programs(text: str) -> list[str]:
    return [plain(c["program"]) for c in commands(text)]


def plain(value: Value | None) -> object:
    if value is None:
        return None
    if value.is_list:
        return [plain(v) for v in value.literal]
    if value.is_map:
        return {k: plain(v) for k, v in value.literal.items()}
    return value.literal.pieces if isinstance(value.literal, Unknown) else value.literal


def test_commands_are_found_in_every_construct() -> None:
    assert programs("a && b || c; d & e | f\ng") == list("abcdefg")
    assert programs("if a; then b; elif c; then d; else e; fi") == list("abcde")
    assert programs("for i in 1 2; do a; done; while b; do c; done; until d; do e; done") == list("abcde")
    assert programs('case "$x" in a|b*) a ;; (c) b && c;; *) d; esac; e') == list("abcde")
    assert programs("f() { a; }; function g { b; }; { c; }; (d); ! e") == list("abcde")
    assert programs('[[ -n $x && 1 ]] && a "$(b "$(c)")"') == ["c", "b", "a"]


def test_what_stands_in_substitutions_is_a_command_in_a_subshell() -> None:
    found = commands('echo "$(curl x)" `ls`; (cd /a); cd /b')
    assert [(plain(c["program"]), plain(c["in_subshell"])) for c in found] == [
        ("curl", True),
        ("ls", True),
        ("echo", False),
        ("cd", True),
        ("cd", False),
    ]


def test_a_pipe_knows_its_programs_even_through_groups() -> None:
    curl, bash = commands("{ curl -f x; } | sudo bash")
    assert plain(curl["piped_to"]) == ["bash"]
    assert plain(bash["piped_from"]) == ["curl"]
    assert curl.get("piped_from") is None


def test_options_hold_from_where_they_are_set_and_end_with_a_subshell() -> None:
    found = commands("set -eux -o pipefail; a; set +x; (set -f; b); c")
    options = {str(plain(c["program"])): plain(c["shell_options"]) for c in found}
    assert options["a"] == ["errexit", "nounset", "pipefail", "xtrace"]
    assert options["b"] == ["errexit", "noglob", "nounset", "pipefail"]
    assert options["c"] == ["errexit", "nounset", "pipefail"]


def test_wrappers_are_taken_off() -> None:
    (found,) = commands("sudo -E -u bob A=1 env B=2 nice -n 5 timeout -k 3 10 /usr/bin/apt-get -qq update")
    assert plain(found["program"]) == "apt-get"
    assert plain(found["subcommand"]) == "update"
    assert plain(found["sudo"]) is True
    assert plain(found["wrappers"]) == ["sudo", "env", "nice", "timeout"]
    assert plain(found["assignments"]) == {"A": "1", "B": "2"}
    assert plain(found["flags"]) == {"q": True, "qq": True}


def test_flags_take_their_values_in_every_spelling() -> None:
    (found,) = commands("curl -fsSLo out --retry 3 --max-time=5 -H 'A: b' http://x -- -y")
    assert plain(found["flags"]) == {
        "f": True, "s": True, "S": True, "L": True, "o": "out", "retry": "3", "max-time": "5", "H": "A: b",
    }  # fmt: skip
    assert plain(found["arguments"]) == ["http://x", "-y"]
    (found,) = commands("java -jar x.jar -Dx=y")
    assert plain(found["flags"]) == {"jar": True, "Dx": "y"}


def packages(text: str) -> list[tuple[object, ...]]:
    (found,) = commands(text)
    items = found["packages"].literal
    return [tuple(plain(p.literal.get(n)) for n in ("name", "version", "constraint", "file")) for p in items]


def test_packages_are_read_as_each_manager_writes_them() -> None:
    assert packages("apt-get install -y -t sid a=1.2 b ./c.deb d/sid") == [
        ("a", "1.2", "=1.2", None), ("b", None, None, None), ("./c.deb", None, None, True), ("d", None, "/sid", None),
    ]  # fmt: skip
    assert packages("apk add --virtual .x a=1 'b>2' c~3") == [
        ("a", "1", "=1", None), ("b", None, ">2", None), ("c", "3", "~3", None),
    ]  # fmt: skip
    assert packages("python3 -m pip install 'a[x]==1' 'b>=2' -r r.txt .") == [
        ("a", "1", "==1", None), ("b", None, ">=2", None), (".", None, None, True), ("r.txt", None, None, True),
    ]  # fmt: skip
    assert packages("dnf install -y java-1.8.0-openjdk httpd-2.4.3-1.el9 gcc-c++") == [
        ("java-1.8.0-openjdk", None, None, None),
        ("httpd", "2.4.3-1.el9", "2.4.3-1.el9", None), ("gcc-c++", None, None, None),
    ]  # fmt: skip
    assert packages("npm install -g @a/b@1.2.3 c@latest ./d") == [
        ("@a/b", "1.2.3", "1.2.3", None), ("c", None, "latest", None), ("./d", None, None, True),
    ]  # fmt: skip
    assert packages("gem install a -v 2") == [("a", "2", "2", None)]
    assert packages("yarn global add a@1") == [("a", "1", "1", None)]
    assert packages("go install x.y/z@latest") == [("x.y/z", None, "latest", None)]


def test_an_unknown_variable_leaves_the_list_of_packages_open() -> None:
    (found,) = commands("apt-get install $PACKAGES a=$V")
    value = found["packages"]
    assert value.open
    assert plain(value.literal[1].literal["name"]) == "a"
    assert plain(value.literal[1].literal["version"]) == (None,)


def test_scripts_given_to_a_shell_are_read() -> None:
    text = 'bash -euo pipefail -c "apk add \\"a=1\\" $X | sh"'
    bash, apk, sh = commands(text)
    assert plain(apk["shell_options"]) == ["errexit", "nounset", "pipefail"]
    assert plain(apk["in_subshell"]) is True
    assert plain(apk["packages"])[0]["name"] == "a"  # type: ignore[index]
    assert apk["program"].span is not None
    assert apk["program"].span.text == "apk"
    assert programs("sh <<EOF\na\nEOF\nb") == ["sh", "a", "b"]
    assert programs("cat <<EOF\na\nEOF\nb") == ["cat", "b"]
    assert programs("su - x -c 'a b'") == ["su", "a"]
    del bash, sh


def test_every_word_knows_its_place() -> None:
    text = "sudo apt-get \\\n  install 'a b' \"c$X\"d"
    (found,) = commands(text)
    assert [w.span.text for w in found["words"].literal] == ["install", "'a b'", '"c$X"d']
    assert found["program"].span is not None
    assert found["program"].span.text == "apt-get"


def test_a_variable_set_once_and_for_certain_is_known() -> None:
    assert plain(commands("V=1.2; a $V")[0]["words"]) == ["1.2"]
    assert plain(commands("V=1.2 || V=2; a $V")[0]["words"]) == [(None,)]
    assert plain(commands("if x; then V=1; fi; a $V")[1]["words"]) == [(None,)]
    assert plain(commands("for V in 1 2; do a $V; done")[0]["words"]) == [(None,)]


def test_the_basename_of_a_program_is_known_behind_an_unknown_directory() -> None:
    assert programs('"$JAVA_HOME/bin/java" -version') == ["java"]


def test_what_cannot_be_read_leaves_the_list_open() -> None:
    for text in ('a; echo "x', "a; b) c", "a; $(b", "a; `b", "a; [[ x"):
        value = whole(text)
        assert value.open, text
        assert plain(value.literal[0].literal["program"]) == "a"


def test_deep_nesting_ends_without_a_traceback() -> None:
    for opening in ("$(", "(", "{ ", "`", '"$(', "${a:-", "if ", "case x in ", "sh -c '"):
        fuzz((opening * 3000).encode())
        fuzz(("echo " + opening * 3000).encode())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab $(){}`'\"\\;&|<>=\n#-!.[]ifdocase", max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    fuzz(text.encode())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["a", "'b c'", '"d"', "e\\ f", "-x", "--y=z", "$V"]), min_size=1, max_size=6))
def test_words_come_back_as_they_stand(words: list[str]) -> None:
    (found,) = commands("prog " + "  ".join(words))
    assert [w.span.text for w in found["words"].literal] == words


def seen(simple: SimpleCommand, all_of_them: list[SimpleCommand]) -> object:
    """Return all that a simple command is, the commands in its pipes by their number."""
    pipes = [([[all_of_them.index(one) for one in part] for part in pipe.parts], index) for pipe, index in simple.pipes]
    facts = (simple.text, simple.start, simple.end, simple.options, simple.subshell)
    return (facts, simple.words, simple.assignments, simple.redirections, simple.places, pipes)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab (){}`'\"\\;&|>=\n#-!.[]ifdocase12", max_size=60))
def test_a_script_that_was_read_elsewhere_is_as_if_it_had_been_read_here(text: str) -> None:
    elsewhere = Places(Source("y", "", ""), (0,), (7,))
    here = Places(Source("x", "x" * 9 + text, ""), (0,), (9,))
    scripts = [Script(text, places, unknown_variable, options=frozenset(["errexit"])) for places in (elsewhere, here)]
    for script in scripts:
        script.read()
    moved, fresh = placed(scripts[0].commands, here), scripts[1].commands
    assert [seen(one, moved) for one in moved] == [seen(one, fresh) for one in fresh]


def test_the_same_text_in_two_places_has_the_place_of_each() -> None:
    text = "a | sh -c 'b && c' > d"
    first, second = whole(text), read_commands("  " + text, Span(Source("y.sh", "  " + text, ""), 0, len(text) + 2))
    assert [plain(one) for one in first.literal] == [plain(one) for one in second.literal]
    assert [one.span.start + 2 for one in first.literal] == [one.span.start for one in second.literal]
    assert {one.span.source.path for one in second.literal} == {"y.sh"}


def test_what_is_made_straight_is_what_its_constructor_makes() -> None:
    span = Span(Source("x", "abc", ""), 0, 3)
    places = Places(span.source, (0,), (0,))
    assert value_at("a", span, "docker") == Value("a", span, notation="docker")
    assert value_at(1, None) == Value(1)
    word = Word((Piece("ab", 0, 2),), places, 0, 2)
    assert plain_word("ab", places, 0, 2) == word == word.placed(places)
    assert places.span(0, 2) == Span(span.source, 0, 2)

"""What is set from outside the files: variables by environment and command line, the workspace; never a file."""

from __future__ import annotations

from gatepost.model.records import NamedTuple
from gatepost.model.values import OriginKind

DEFAULT_WORKSPACE = "default"


class Assigned(NamedTuple):
    """A variable that is set outside of files, as text.

    `what` names the place ("TF_VAR_region", "--var region"). `rank` is the number of var files, of those given with
    --var-file, that count less than this; -1 for the environment, which counts less than any file. `hidden` text is
    printed nowhere.
    """

    name: str
    text: str
    what: str
    rank: int = -1
    hidden: bool = False


class Inputs(NamedTuple):
    """What a root module is given from outside its folder.

    `workspace` is None where nobody tells it; `told`: somebody did, on the command line or by selecting it.
    """

    assigned: tuple[Assigned, ...] = ()
    workspace: str | None = None
    told: bool = True


NOTHING = Inputs()


def kind_of_input(sensitive: bool) -> OriginKind:
    """Return the kind of origin that an input from outside is."""
    return "input" if sensitive else "shown_input"

"""The policy file, waivers and the decisions they lead to; never reads what is scanned."""

from gatepost.gate.deciding import Decided as Decided
from gatepost.gate.deciding import decide as decide
from gatepost.gate.deciding import explain as explain
from gatepost.gate.policy import SHIPPED as SHIPPED
from gatepost.gate.policy import Policy as Policy
from gatepost.gate.policy import load as load
from gatepost.gate.policy import load_shipped as load_shipped
from gatepost.gate.sides import Side as Side
from gatepost.gate.together import rule_choices as rule_choices
from gatepost.gate.together import shared_exclude as shared_exclude
from gatepost.gate.together import wanted_audience as wanted_audience
from gatepost.gate.waivers import Inline as Inline
from gatepost.gate.waivers import new_places as new_places
from gatepost.gate.waivers import read_remarks as read_remarks
from gatepost.gate.waivers import together as together

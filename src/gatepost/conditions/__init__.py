"""The one condition language, for rules and for the policy, in three truth values; never knows resource or finding."""

from gatepost.conditions.compiling import Condition as Condition
from gatepost.conditions.compiling import compile_condition as compile_condition
from gatepost.conditions.guards import Guards as Guards
from gatepost.conditions.guards import fails as fails
from gatepost.conditions.outcome import Asked as Asked
from gatepost.conditions.outcome import ConditionError as ConditionError
from gatepost.conditions.outcome import Outcome as Outcome
from gatepost.conditions.outcome import Subject as Subject
from gatepost.conditions.outcome import Trace as Trace
from gatepost.conditions.outcome import nearest_word as nearest_word
from gatepost.conditions.outcome import told as told
from gatepost.conditions.sorts import Attributes as Attributes
from gatepost.conditions.sorts import Schema as Schema
from gatepost.conditions.sorts import Sort as Sort

"""Terraform states: which resource a cloud's own identifier means, and where its block stands; never a value."""

from gatepost.languages.states.index import Held as Held
from gatepost.languages.states.index import StateIndex as StateIndex
from gatepost.languages.states.placing import Placing as Placing
from gatepost.languages.states.placing import block_of as block_of
from gatepost.languages.states.reading import StateError as StateError
from gatepost.languages.states.reading import read_state as read_state

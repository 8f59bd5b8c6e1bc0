"""What a finding means here: which environment it reaches, and how we know; never fetches anything."""

from gatepost.context.assessing import assess as assess
from gatepost.context.assessing import owned as owned
from gatepost.context.assessing import place as place
from gatepost.context.assessing import reaches_more as reaches_more
from gatepost.context.assessing import tells_owners as tells_owners
from gatepost.context.assessing import whose_of as whose_of
from gatepost.context.base_revision import base_revision as base_revision
from gatepost.context.branch import target_branch as target_branch

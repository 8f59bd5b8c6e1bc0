"""Files of dependencies with exact places: what is asked for, what is locked; never what is wrong with it."""

from gatepost.languages.manifests.manifest import Declared as Declared
from gatepost.languages.manifests.manifest import Locked as Locked
from gatepost.languages.manifests.manifest import Manifest as Manifest
from gatepost.languages.manifests.manifest import Need as Need
from gatepost.languages.manifests.manifest import same_name as same_name
from gatepost.languages.manifests.table import ecosystem_of_file as ecosystem_of_file
from gatepost.languages.manifests.table import family_of as family_of
from gatepost.languages.manifests.table import read_manifest as read_manifest

"""All connectors: a plain tuple. To add one, write its folder in `sources` and its line here."""

from connectors.base import Connector
from connectors.sources.cin_census.source import CIN_CENSUS
from connectors.sources.ehc_casework.source import EHC_CASEWORK
from connectors.sources.fhir.source import FHIR
from connectors.sources.mns.source import MNS
from connectors.sources.pds_trace.source import PDS_TRACE
from connectors.sources.provision_log.source import PROVISION_LOG

CONNECTORS: tuple[Connector, ...] = (EHC_CASEWORK, FHIR, CIN_CENSUS, PROVISION_LOG, PDS_TRACE, MNS)

BY_NAME: dict[str, Connector] = {connector.name: connector for connector in CONNECTORS}

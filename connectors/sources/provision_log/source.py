"""A log of sessions, kept by whoever delivers provision: a therapy team, a school."""

from functools import partial

from connectors.base import Connector
from connectors.sources.provision_log.columns import PROVISION_LOG_TABLE
from connectors.sources.provision_log.mapping import map_row
from connectors.tables import Tables, template

_TABLES = Tables((PROVISION_LOG_TABLE,), map_row)

PROVISION_LOG = Connector(
    name="provision_log",
    title="log of sessions delivered and missed",
    about="One CSV file, `provision_log.csv`: UTF-8 or cp1252, comma separated, dates as YYYY-MM-DD.",
    suffixes=(".csv",),
    tables=(PROVISION_LOG_TABLE,),
    reports=("PersonDescribed", "SessionDelivered", "SessionMissed"),
    check=_TABLES.check,
    read=_TABLES.read,
    template=partial(template, (PROVISION_LOG_TABLE,)),
)

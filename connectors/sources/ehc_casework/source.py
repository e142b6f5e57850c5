"""A council's SEN casework, as CSV files: what no national return has."""

from functools import partial

from connectors.base import Connector
from connectors.sources.ehc_casework.columns import TABLES
from connectors.sources.ehc_casework.mapping import map_row
from connectors.sources.ehc_casework.steps import STEPS
from connectors.tables import Tables, template

_TABLES = Tables(TABLES, map_row)

EHC_CASEWORK = Connector(
    name="ehc_casework",
    title="a council's SEN casework",
    about="CSV files named as below: UTF-8 or cp1252, comma separated, dates as YYYY-MM-DD, lists separated by `;`. "
    "Files and columns may be missing. Keys are the system's own and stay the same in every export.",
    suffixes=(".csv",),
    tables=TABLES,
    reports=(
        "PersonDescribed", "PersonDied", "NeedsAssessmentRequested", "RequestWithdrawn", "AssessmentDecisionNotified",
        "OutcomeNotified", "AdviceRequested", "AdviceReceived", "AdviceDeclined", "ExceptionClaimed", "DraftPlanSent",
        "PlanFinalised", "PlanAmended", "PlanCeased", "ProvisionSpecified", "ReviewMeetingHeld",
        "ReviewDecisionNotified", "CaseWorkerAssigned", "SchoolCalendarPublished",
        *(payload.__name__ for payload in STEPS.values()),
    ),
    check=_TABLES.check,
    read=_TABLES.read,
    template=partial(template, TABLES),
)  # fmt: skip

"""What we read of the Children in Need census, explained, and an example."""

from connectors.base import Column, Table

TABLES: tuple[Table, ...] = (
    Table(
        "Header", "What the return says of itself.",
        (
            Column("CollectionDetails/Collection", "CIN", "code", "CIN"),
            Column("CollectionDetails/ReferenceDate", "Last day of the year of the return", "date", "2026-03-31"),
            Column("Source/DateTime", "When it was made: its version", "instant", "2026-05-11T09:30:00"),
        ),
    ),
    Table(
        "Child/ChildIdentifiers",
        "PersonDescribed; PersonDied where there is a date of death. One row of a dry run is one Child.",
        (
            Column("LAchildID", "Key of the child, the same every year", "key", "C1001", required=True),
            Column("UPN", "Unique Pupil Number", "text", "B801200005001"),
            Column("FormerUPN", "An earlier one", "text"),
            Column("PersonBirthDate", "Date of birth", "date", "2016-04-02"),
            Column("Sex", "M, F, U; before 2025 GenderCurrent; 1, 2, 9 and 0 are understood", "code", "F"),
            Column("PersonDeathDate", "Date of death", "date"),
        ),
    ),
    Table(
        "Child/ChildCharacteristics", "Part of what is said of the child and of completed assessments.",
        (
            Column("Ethnicity", "DfE ethnicity code", "code", "WBRI"),
            Column("Disabilities/Disability", "One or more", "code", "AUT"),
        ),
    ),
    Table(
        "Child/CINdetails", "CareReferralReceived.",
        (
            Column("CINreferralDate", "Day of the referral", "date", "2025-06-02", required=True),
            Column("ReferralSource", "Who referred", "code", "2A"),
            Column("PrimaryNeedCode", "Why", "code", "N2"),
            Column("ReferralNFA", "No further action", "flag", "0"),
            Column("DateOfInitialCPC", "ProtectionConferenceHeld", "date"),
        ),
    ),
    Table(
        "Child/CINdetails/Assessments", "CareAssessmentStarted, CareAssessmentCompleted.",
        (
            Column("AssessmentActualStartDate", "First day", "date", "2025-06-04", required=True),
            Column("AssessmentAuthorisationDate", "Day it was authorised", "date", "2025-07-10"),
            Column("FactorsIdentifiedAtAssessment/AssessmentFactors", "One or more", "code", "5A"),
        ),
    ),
    Table(
        "Child/CINdetails/CINPlanDates", "ChildInNeedPlanStarted, ChildInNeedPlanEnded.",
        (
            Column("CINPlanStartDate", "First day", "date", "2025-07-14", required=True),
            Column("CINPlanEndDate", "Last day", "date"),
        ),
    ),
    Table(
        "Child/CINdetails/Section47", "StrategyDiscussionHeld, ProtectionConferenceHeld.",
        (
            Column("S47ActualStartDate", "First day of the enquiry", "date", "2025-09-01"),
            Column("DateOfInitialCPC", "Day of the initial conference", "date", "2025-09-18"),
        ),
    ),
    Table(
        "Child/CINdetails/ChildProtectionPlans", "ProtectionPlanStarted, ProtectionPlanEnded.",
        (
            Column("CPPstartDate", "First day", "date", "2025-09-18", required=True),
            Column("CPPendDate", "Last day", "date"),
            Column("InitialCategoryOfAbuse", "Category", "code", "EMO"),
        ),
    ),
)  # fmt: skip

EXAMPLE = """\
<Message>
  <Header>
    <CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>L</SourceLevel><LEA>999</LEA><SerialNo>001</SerialNo><DateTime>2026-05-11T09:30:00</DateTime></Source>
  </Header>
  <Children>
    <Child>
      <ChildIdentifiers>
        <LAchildID>C1001</LAchildID><UPN>B801200005001</UPN><PersonBirthDate>2016-04-02</PersonBirthDate><Sex>F</Sex>
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>WBRI</Ethnicity><Disabilities><Disability>AUT</Disability></Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>2025-06-02</CINreferralDate><ReferralSource>2A</ReferralSource><PrimaryNeedCode>N2</PrimaryNeedCode>
        <Assessments>
          <AssessmentActualStartDate>2025-06-04</AssessmentActualStartDate>
          <AssessmentAuthorisationDate>2025-07-10</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment><AssessmentFactors>5A</AssessmentFactors></FactorsIdentifiedAtAssessment>
        </Assessments>
        <CINPlanDates><CINPlanStartDate>2025-07-14</CINPlanStartDate></CINPlanDates>
        <ReferralNFA>0</ReferralNFA>
      </CINdetails>
    </Child>
  </Children>
</Message>
"""


def example() -> dict[str, str]:
    """Return a small return: one child, a referral, an assessment and a plan."""
    return {"example.xml": EXAMPLE}

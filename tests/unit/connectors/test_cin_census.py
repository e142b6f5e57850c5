from datetime import date
from xml.etree.ElementTree import fromstring

import pytest

from connectors.base import Refused, Row
from connectors.sources.cin_census.mapping import Header, header_of, map_child
from connectors.sources.cin_census.source import check, read
from tests.unit.connectors.test_tables import part

HEADER = Header("CIN", date(2026, 3, 31))
WHO = "<ChildIdentifiers><LAchildID>C1</LAchildID>{}</ChildIdentifiers>"


def child(details: str = "", who: str = "", header: Header = HEADER) -> Row:
    return map_child(fromstring(f"<Child>{WHO.format(who)}{details}</Child>"), header)


def said(row: Row) -> list[tuple[str, str, str]]:
    return [(one.key, one.kind, str(one.occurred_on)) for one in row.said[1:]]


def test_records_are_keyed_by_the_child_and_the_day_they_began() -> None:
    details = "<CINdetails><CINreferralDate>2025-06-02</CINreferralDate><CINPlanDates><CINPlanStartDate>2025-07-01</CINPlanStartDate></CINPlanDates></CINdetails>"  # noqa: E501
    assert said(child(details)) == [
        ("referral:C1:2025-06-02", "CareReferralReceived", "2025-06-02"),
        ("cin_plan:C1:2025-07-01", "ChildInNeedPlanStarted", "2025-07-01"),
    ]


def test_two_records_of_one_day_have_two_keys() -> None:
    one = "<Assessments><AssessmentActualStartDate>2025-06-02</AssessmentActualStartDate></Assessments>"
    keys = [
        key for key, kind, _ in said(child(f"<CINdetails>{one}{one}</CINdetails>")) if kind == "CareAssessmentStarted"
    ]
    assert keys == ["assessment:C1:2025-06-02", "assessment:C1:2025-06-02#2"]


def test_the_place_of_a_record_in_the_file_does_not_matter() -> None:
    one, two = (
        f"<CINdetails><CINreferralDate>{on}</CINreferralDate></CINdetails>" for on in ("2025-06-02", "2025-09-02")
    )
    assert sorted(said(child(one + two))) == sorted(said(child(two + one)))


def test_a_conference_told_twice_is_one() -> None:
    details = "<CINdetails><DateOfInitialCPC>2025-06-20</DateOfInitialCPC><Section47><S47ActualStartDate>2025-06-02</S47ActualStartDate><DateOfInitialCPC>2025-06-20</DateOfInitialCPC></Section47></CINdetails>"  # noqa: E501
    assert [kind for _, kind, _ in said(child(details))] == ["StrategyDiscussionHeld", "ProtectionConferenceHeld"]


def test_an_end_before_its_start_and_a_day_after_the_return_are_notes() -> None:
    details = "<CINdetails><CINPlanDates><CINPlanStartDate>2025-07-10</CINPlanStartDate><CINPlanEndDate>2025-07-01</CINPlanEndDate></CINPlanDates><CINPlanDates><CINPlanStartDate>2026-04-01</CINPlanStartDate></CINPlanDates></CINdetails>"  # noqa: E501
    row = child(details)
    assert [kind for _, kind, _ in said(row)] == ["ChildInNeedPlanStarted"]
    assert ("CINPlanEndDate", "before its start") in [(note.field, note.reason) for note in row.notes]
    assert ("CINPlanStartDate", "after the return was made") in [(note.field, note.reason) for note in row.notes]


@pytest.mark.parametrize(
    ("element", "sex"), [("<Sex>M</Sex>", "male"), ("<GenderCurrent>2</GenderCurrent>", "female"), ("<Sex>Z</Sex>", "")]
)
def test_sex_in_any_of_its_vocabularies(element: str, sex: str) -> None:
    assert child(who=element).said[0].payload.sex == sex  # type: ignore[attr-defined]


def test_a_child_without_an_id_is_refused() -> None:
    with pytest.raises(Refused):
        map_child(fromstring("<Child><ChildIdentifiers/></Child>"), HEADER)


def test_the_version_is_when_the_return_was_made_in_londons_time() -> None:
    header = header_of(fromstring("<Header><Source><DateTime>2026-05-11T09:30:00</DateTime></Source></Header>"))
    assert child(header=header).version == "2026-05-11T08:30:00.000000Z"


def test_a_document_type_is_not_read() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]><Message>&b;</Message>'
    assert check(part(bomb, "x.xml")) == "declares a document type: not read"
    assert len(list(read([part(bomb, "x.xml")]))) == 1


def test_a_namespace_does_not_matter() -> None:
    text = f'<Message xmlns="urn:x"><Header/><Children><Child>{WHO.format("")}</Child></Children></Message>'
    (row,) = read([part(text, "x.xml")])
    assert isinstance(row, Row)
    assert row.key == "child:C1"


def test_another_collection_is_refused() -> None:
    header = "<Header><CollectionDetails><Collection>SEN2</Collection></CollectionDetails></Header>"
    text = f"<Message>{header}<Children><Child/></Children></Message>"
    (row,) = read([part(text, "x.xml")])
    assert not isinstance(row, Row)


def test_memory_does_not_grow_with_the_file() -> None:
    import tracemalloc

    one = f"<Child>{WHO.format('')}<CINdetails><CINreferralDate>2025-06-02</CINreferralDate></CINdetails></Child>\n"
    peaks = []
    for count in (500, 5000):
        text = part(f"<Message><Header/><Children>{one * count}</Children></Message>", "x.xml")
        tracemalloc.start()
        assert sum(1 for _ in read([text])) == count
        peaks.append(tracemalloc.get_traced_memory()[1] - count * len(one))
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000

"""Children's social care as the CIN census: one whole XML file each month, as councils really send it."""

from datetime import date

from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Care, Life
from connectors.simulator.paper import Paper

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection><Year>{year}</Year><ReferenceDate>{to}</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel><LEA>{lea}</LEA><SoftwareCode>Invented Care</SoftwareCode>
      <Release>ver 1.0</Release><SerialNo>001</SerialNo><DateTime>{on}T02:00:00</DateTime>
    </Source>
  </Header>
  <Children>
"""
_FACTORS = "<FactorsIdentifiedAtAssessment><AssessmentFactors>5A</AssessmentFactors></FactorsIdentifiedAtAssessment>"
_FOOT = "\n  </Children>\n</Message>\n"


class CinFiles:
    """Writes one council's returns."""

    def __init__(self, feed: Feed, place: int, paper: Paper) -> None:
        self._feed, self._paper, self.rows = feed, paper, 0
        for at, load in enumerate(feed.loads):
            head = _HEAD.format(year=load.on.year, to=load.complete_to, lea=998 - place, on=load.on)
            paper.text(self.path(at), head, "\n", _FOOT)

    def write(self, life: Life) -> bool:
        """Write a child's referrals; return whether social care knows the child."""
        if not life.care or life.care[0].referred_on >= self._feed.loads[-1].made_on:
            return False
        for at, load in enumerate(self._feed.loads):
            details = [_details(care, load.complete_to) for care in life.care if care.referred_on <= load.complete_to]
            if details:
                self._paper.piece(self.path(at), self._child(life, "".join(details)))
                self.rows += 1
        return True

    def key_of(self, life: Life) -> str:
        """Return the child's id in social care's system."""
        return f"{life.person.number + 100_001}"

    def path(self, at: int) -> str:
        """Return the path of the return at that place."""
        return f"{self._feed.source}/{self._feed.loads[at].name}.xml"

    def _child(self, life: Life, details: str) -> str:
        seen = life.person.at_social_care()
        number = f"<UPN>{seen.upn}</UPN>" if seen.upn else "<UPNunknown>UN5</UPNunknown>"
        disability = "LD" if life.person.number % 3 else "NONE"
        return (
            "    <Child><ChildIdentifiers>"
            f"<LAchildID>{self.key_of(life)}</LAchildID>{number}"
            f"<PersonBirthDate>{seen.birth_date}</PersonBirthDate><Sex>{seen.sex}</Sex></ChildIdentifiers>"
            "<ChildCharacteristics><Ethnicity>NOBT</Ethnicity>"
            f"<Disabilities><Disability>{disability}</Disability></Disabilities></ChildCharacteristics>"
            f"{details}</Child>"
        )


def _details(care: Care, to: date) -> str:
    parts = [f"<CINdetails><CINreferralDate>{care.referred_on}</CINreferralDate>"]
    parts.append(
        f"<ReferralSource>{care.referral_source}</ReferralSource><PrimaryNeedCode>{care.need}</PrimaryNeedCode>"
    )
    closed = _element("CINclosureDate", care.closed_on, to)
    if closed:
        parts.append(closed + f"<ReasonForClosure>{'RC8' if care.is_no_further_action else 'RC7'}</ReasonForClosure>")
    started = _element("AssessmentActualStartDate", care.assessed_from, to)
    if started:
        ended = _element("AssessmentAuthorisationDate", care.assessed_on, to)
        parts.append(f"<Assessments>{started}{ended + _FACTORS if ended else ''}</Assessments>")
    planned = _element("CINPlanStartDate", care.plan_from, to)
    if planned:
        parts.append(f"<CINPlanDates>{planned}{_element('CINPlanEndDate', care.plan_to, to)}</CINPlanDates>")
    parts.append(_protection(care, to))
    parts.append(f"<ReferralNFA>{str(care.is_no_further_action).lower()}</ReferralNFA>")
    return "".join(parts) + _protection_plan(care, to) + "</CINdetails>"


def _protection(care: Care, to: date) -> str:
    began = _element("S47ActualStartDate", care.protection_from, to)
    return f"<Section47>{began}<ICPCnotRequired>false</ICPCnotRequired></Section47>" if began else ""


def _protection_plan(care: Care, to: date) -> str:
    began = _element("CPPstartDate", care.protection_from, to)
    category = "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
    number = "<NumberOfPreviousCPP>0</NumberOfPreviousCPP>"
    return f"<ChildProtectionPlans>{began}{category}{number}</ChildProtectionPlans>" if began else ""


def _element(name: str, day: date | None, to: date) -> str:
    """Return the element, or nothing while the day has not come."""
    return f"<{name}>{day}</{name}>" if day and day <= to else ""

"""A trust's records as FHIR R4 resources: NDJSON for an area's trust, Bundles for the therapy trust."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import msgspec

from connectors.simulator.facts import days_of_record
from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Advice, Life, Task, Visit
from connectors.simulator.paper import Paper
from connectors.simulator.weeks import DAY, TODAY

Resource = dict[str, Any]
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_BUNDLE = '{"resourceType":"Bundle","type":"collection","entry":[\n'
_encode = msgspec.json.Encoder().encode


class FhirFiles:
    """Writes one trust's extracts.

    Args:
        kind: trust or therapy: which tasks and visits are this source's.
    """

    def __init__(self, feed: Feed, kind: str, paper: Paper) -> None:
        self._feed, self._kind, self._paper = feed, kind, paper
        self._is_bundle = kind == "therapy"
        self._extension = "json" if self._is_bundle else "ndjson"
        self.rows = 0

    def write(self, life: Life) -> bool:
        """Write all that this trust holds of a child; return whether it knows the child at all."""
        asked = [
            (case.process, advice, advice.task)
            for case in life.cases
            for advice in case.advice
            if advice.task and advice.task.source == self._kind
        ]
        visits = [visit for visit in life.visits if visit.source == self._kind]
        days = [visit.booked_on for visit in visits] + [task.recorded_on for _, _, task in asked]
        if not days or min(days) >= TODAY:
            return False
        self._patient(life, min(days))
        for process, advice, task in asked:
            self._task(life, process, advice, task)
        for number, visit in enumerate(visits, 1):
            self._visit(life, visit, number)
        return True

    def key_of(self, life: Life) -> str:
        """Return the id of the child's Patient resource."""
        if self._is_bundle:
            return f"T{life.person.id[6:]}"
        return f"{life.person.area}-{life.person.number + 70001}"

    def lone_task(self, at: int) -> None:
        """Write a task that names no patient: it cannot be used."""
        task: Resource = {
            "resourceType": "Task",
            "id": f"{self._feed.source}-lost",
            "status": "requested",
            "intent": "order",
        }
        task["code"] = _code("medical")
        self._put(at, {**task, **_meta(self._feed.loads[at].complete_to)})

    # -- resources ------------------------------------------------------------------------------------------------

    def _patient(self, life: Life, first: date) -> None:
        seen = life.person.at_trust()
        patient: Resource = {"resourceType": "Patient", "id": self.key_of(life)}
        if seen.nhs_number:
            patient["identifier"] = [{"system": NHS_NUMBER, "value": seen.nhs_number}]
        patient["name"] = [
            {
                "use": "official",
                "family": seen.family_name,
                **({"given": [seen.given_names]} if seen.given_names else {}),
            }
        ]
        patient["gender"] = "male" if seen.sex == "M" else "female"
        patient["birthDate"] = seen.birth_date
        patient["address"] = [{"use": "home", "line": [life.person.address], "postalCode": seen.postcode}]
        self._resource([first], lambda _: patient)

    def _task(self, life: Life, process: str, advice: Advice, task: Task) -> None:
        key = advice.key.lower()
        days = {task.recorded_on, *days_of_record(task.sent)}
        if task.ended:
            days.add(task.ended[0])

        def resource(day: date) -> Resource:
            sent_on = task.sent.as_at(day)
            is_ended = task.ended is not None and day >= task.ended[0]
            status = "completed" if sent_on else task.ended[1] if is_ended and task.ended else "in-progress"
            found: Resource = {
                "resourceType": "Task",
                "id": f"task-{key}",
                "identifier": [{"value": advice.key}],
                "groupIdentifier": {"value": process},
                "status": status,
                "intent": "order",
                "code": _code(advice.kind),
                "for": {"reference": f"Patient/{self.key_of(life)}"},
                "authoredOn": advice.sent_on,
                "owner": {"identifier": {"system": ODS_CODE, "value": advice.body}},
                "executionPeriod": {"start": task.received_on},
            }
            if sent_on:
                found["executionPeriod"]["end"] = sent_on
                output = {"reference": f"DocumentReference/doc-{key}"}
                found["output"] = [{"type": {"text": "advice"}, "valueReference": output}]
            if status == "rejected":
                found["statusReason"] = {"coding": [{"system": "urn:tell-once:ground", "code": "s31_adverse"}]}
            return found

        self._resource(sorted(day for day in days if day < TODAY), resource)
        if task.made_twice_on:
            self._made_twice(resource, task.made_twice_on)

    def _made_twice(self, resource: Callable[[date], Resource], first: date) -> None:
        wrong = {**resource(first), "id": resource(first)["id"] + "-b"}
        days = [day for day in (first, first + DAY * 9) if day < TODAY]
        self._resource(days, lambda day: wrong if day == first else {**wrong, "status": "entered-in-error"})

    def _visit(self, life: Life, visit: Visit, number: int) -> None:
        patient, key = f"Patient/{self.key_of(life)}", f"{self.key_of(life)}-{number}"
        service = [{"text": visit.service}]
        if number == 1:
            referral: Resource = {"resourceType": "ServiceRequest", "id": f"ref-{key}", "status": "active"}
            referral |= {"intent": "order", "code": {"text": visit.service}, "subject": {"reference": patient}}
            self._resource([visit.booked_on], lambda _: {**referral, "authoredOn": visit.booked_on})

        def appointment(day: date) -> Resource:
            return {
                "resourceType": "Appointment",
                "id": f"app-{key}",
                "status": "booked" if day < visit.on else visit.ended,
                "serviceType": service,
                "start": f"{visit.on}T10:00:00Z",
                "end": f"{visit.on}T10:45:00Z",
                "created": visit.booked_on,
                "participant": [{"actor": {"reference": patient}, "status": "accepted"}],
            }

        self._resource([day for day in (visit.booked_on, visit.on) if day < TODAY], appointment)
        if visit.ended == "fulfilled" and visit.on < TODAY:
            encounter: Resource = {"resourceType": "Encounter", "id": f"enc-{key}", "status": "finished"}
            encounter |= {
                "class": {"system": _ACT_CODE, "code": "AMB"},
                "serviceType": service[0],
                "subject": {"reference": patient},
            }
            encounter |= {"appointment": [{"reference": f"Appointment/app-{key}"}]}
            encounter["period"] = {"start": f"{visit.on}T10:00:00Z", "end": f"{visit.on}T10:45:00Z"}
            self._resource([visit.on], lambda _: encounter)

    # -- resources into extracts ----------------------------------------------------------------------------------

    def _resource(self, days: Sequence[date], resource: Callable[[date], Resource]) -> None:
        for at, version in self._feed.holds(days):
            self._put(at, {**resource(days[version]), **_meta(days[version])})

    def _put(self, at: int, resource: Resource) -> None:
        path = self.path(at)
        text = _encode(resource).decode()
        if self._is_bundle:
            self._paper.text(path, _BUNDLE, ",\n", "\n]}\n")
            text = f'{{"resource":{text}}}'
        else:
            self._paper.text(path, "", "\n", "\n")
        self._paper.piece(path, text)
        self.rows += 1

    def path(self, at: int) -> str:
        """Return the path of the extract at that place."""
        return f"{self._feed.source}/{self._feed.loads[at].name}.{self._extension}"


def _meta(day: date) -> Resource:
    return {"meta": {"versionId": f"{day:%Y%m%d}", "lastUpdated": f"{day}T17:00:00Z"}}


def _code(kind: str) -> Resource:
    return {"coding": [{"system": "urn:tell-once:advice", "code": kind}]}

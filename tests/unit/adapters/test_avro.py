"""Schemas agree with the structs, and what was encoded comes back byte for byte."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from hub.adapters.avro import HEADER, AvroCodec
from hub.adapters.registry import FileRegistry, number_of
from hub.domain.errors import UnknownSchema, Unusable
from hub.domain.events.envelope import Event, Subject
from hub.domain.events.index import BY_NAME, PAYLOADS
from hub.domain.events.sources import LoadEnded, LoadStarted
from hub.domain.instants import stamp
from tools.make_schemas import file_name, schemas, text_of

AVRO = Path(__file__).parents[3] / "schemas" / "avro"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INSTANTS = st.datetimes(timezones=st.just(UTC))
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: INSTANTS,
    tuple[str, ...]: st.lists(TEXTS, max_size=3).map(tuple),
}


CODEC = AvroCodec(AVRO, FileRegistry(AVRO))


@pytest.fixture
def codec() -> AvroCodec:
    return CODEC


@st.composite
def an_event(draw: DrawFn, name: str) -> str:
    """An event's body as intake writes it."""
    given = {}
    for field in msgspec.structs.fields(BY_NAME[name]):
        kinds = [kind for kind in getattr(field.type, "__args__", ()) if kind in BY_TYPE] or [field.type]
        value = BY_TYPE[kinds[0] if field.type not in BY_TYPE else field.type]
        if field.required or draw(st.booleans()):
            given[field.name] = draw(value)
    event = Event(
        id=draw(TEXTS), type=name, slot=draw(TEXTS), revision=draw(st.integers(1, 2**31)), source=draw(TEXTS),
        load=draw(TEXTS), agency=draw(TEXTS), area=draw(TEXTS), subject=Subject(draw(TEXTS), draw(TEXTS)),
        recorded_at=draw(INSTANTS), subject_kind=draw(st.sampled_from(["child", "institution", "area"])),
        occurred_on=draw(st.none() | st.dates()), source_recorded_at=draw(st.none() | INSTANTS),
        supersedes=draw(TEXTS), data=msgspec.to_builtins(BY_NAME[name](**given)),
    )  # fmt: skip
    return msgspec.json.encode(event).decode()


@pytest.mark.parametrize("name", [payload.__name__ for payload in PAYLOADS])
def test_every_event_comes_back_byte_for_byte(name: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(an_event(name))
    def holds(body: str) -> None:
        id = msgspec.json.decode(body)["id"]
        assert CODEC.decode(CODEC.encode("t", "event", id, body)) == ("event", id, body)

    holds()


@pytest.mark.parametrize("kind", ["load_started", "load_ended"])
@pytest.mark.parametrize("complete_to", [None, "2026-01-05"])
def test_the_marks_of_a_load_come_back_byte_for_byte(kind: str, complete_to: str | None, codec: AvroCodec) -> None:
    struct = {"load_started": LoadStarted, "load_ended": LoadEnded}[kind]
    given = {
        "complete_to": complete_to,
        "recorded_at": stamp(datetime(2026, 1, 6, 7, tzinfo=UTC)),
        "topics": {"agency.people": 3},
    }
    names = [name for name in struct.__struct_fields__ if name != "id"]
    body = msgspec.json.encode({name: given.get(name, name) for name in names}).decode()
    assert codec.decode(codec.encode("sources", kind, "the id", body)) == (kind, "the id", body)


def test_a_subject_moved_comes_back_byte_for_byte(codec: AvroCodec) -> None:
    body = (
        '{"source":"casework","local_id":"C1","moved_from":"E09000001","moved_to":"E09000002","on":"2026-03-06",'
        '"because":"s"}'
    )
    assert codec.decode(codec.encode("sources", "subject_moved", "i", body)) == ("subject_moved", "i", body)


def test_a_subject_placed_comes_back_byte_for_byte(codec: AvroCodec) -> None:
    body = '{"source":"trust","local_id":"T1","placed_in":"E09000001"}'
    assert codec.decode(codec.encode("sources", "subject_placed", "i", body)) == ("subject_placed", "i", body)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_newest_schema_of_an_event_is_that_of_its_struct(name: str) -> None:
    event = name.partition(".")[0]
    newest = max(AVRO.glob(f"{event}.v*.avsc"), key=lambda path: int(path.stem.rpartition(".v")[2]))
    assert json.loads(newest.read_text(encoding="utf-8")) == schemas()[name]


def test_every_schema_belongs_to_an_event() -> None:
    assert {path.name.partition(".")[0] for path in AVRO.glob("*.avsc")} == {
        name.partition(".")[0] for name in schemas()
    }


def test_a_schema_is_written_with_one_field_to_a_line() -> None:
    schema = schemas()[file_name("ProvisionSpecified")]
    assert json.loads(text_of(schema)) == schema
    assert text_of(schema).count("\n") < 60


def a_body(**changes: Any) -> str:
    event = {
        "id": "e", "type": "SessionDelivered", "slot": "s", "revision": 1, "source": "log", "load": "log-00001",
        "agency": "RXX", "area": "E09000001", "subject": {"source": "log", "local_id": "P1"},
        "recorded_at": "2026-01-06T07:00:00Z", "data": {"line": "L1", "on": "2026-01-05", "minutes": 30.0},
    }  # fmt: skip
    return msgspec.json.encode(event | changes).decode()


BENT: dict[str, Callable[[], str]] = {
    "a field that the schema does not have": lambda: a_body(data={"line": "L1", "colour": "red"}),
    "a field with its default": lambda: a_body(data={"line": ""}),
    "a whole number where there may be a fraction": lambda: a_body(data={"minutes": 30}),
    "a date of another form": lambda: a_body(data={"on": "20260105"}),
    "no date at all": lambda: a_body(data={"on": "Monday"}),
    "a list in place of a text": lambda: a_body(data={"line": ["L1"]}),
    "an instant that is not in UTC": lambda: a_body(recorded_at="2026-06-06T07:00:00+01:00"),
    "an instant without a zone": lambda: a_body(recorded_at="2026-06-06T07:00:00"),
    "an unknown kind of subject": lambda: a_body(subject_kind="household"),
    "an id that is not the row's": lambda: a_body(id="another"),
    "a revision too large": lambda: a_body(revision=2**63),
}


@pytest.mark.parametrize("what", BENT)
def test_what_would_not_come_back_as_it_was_is_refused_when_it_is_sent(what: str, codec: AvroCodec) -> None:
    with pytest.raises(Unusable) as caught:
        codec.encode("agency.education", "event", "e", BENT[what]())
    assert caught.value.fields()["source"] == "log"


def test_an_event_without_a_schema_is_refused(codec: AvroCodec) -> None:
    with pytest.raises(UnknownSchema, match="no schema for Rumour"):
        codec.encode("agency.education", "event", "e", a_body(type="Rumour"))


@given(st.binary(max_size=200), st.integers(0, 60))
def test_bytes_that_are_no_event_are_refused_and_nothing_worse(noise: bytes, keep: int) -> None:
    good = CODEC.encode("agency.education", "event", "e", a_body())
    for value in (noise, good[:HEADER] + noise, good[: HEADER + keep] + noise):
        if value != good:
            try:
                kind, _, body = CODEC.decode(value)
            except Unusable:
                continue
            assert kind == "event" and json.loads(body)["type"] == "SessionDelivered"


def test_an_older_schema_still_reads_what_it_wrote(tmp_path: Path) -> None:
    for path in AVRO.glob("session_delivered.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    old = AvroCodec(tmp_path, FileRegistry(tmp_path)).encode("t", "event", "e", a_body())
    schema = json.loads((tmp_path / "session_delivered.v1.avsc").read_text())
    schema["fields"].append({"name": "room", "type": "string", "default": ""})
    (tmp_path / "session_delivered.v2.avsc").write_text(json.dumps(schema))

    codec = AvroCodec(tmp_path, FileRegistry(tmp_path))
    assert codec.decode(old) == ("event", "e", a_body())
    newer = a_body(data={"line": "L1", "room": "2"})
    assert codec.decode(codec.encode("t", "event", "e", newer)) == ("event", "e", newer)


def test_the_file_registry_gives_the_same_id_whatever_the_explanations(tmp_path: Path) -> None:
    registry = FileRegistry(AVRO)
    text = (AVRO / "advice_received.v1.avsc").read_text(encoding="utf-8")
    schema = json.loads(text)
    assert (
        registry.id_of("a-topic", json.dumps(schema | {"doc": "other words"}))
        == registry.id_of("another", text)
        == number_of(text)
    )
    assert json.loads(registry.schema_of(number_of(text))) == schema
    assert number_of(json.dumps(schema | {"name": "Other"})) != number_of(text)
    with pytest.raises(UnknownSchema):
        registry.schema_of(7)


def test_a_value_is_confluents_wire_format(codec: AvroCodec) -> None:
    value = codec.encode("agency.education", "event", "e", a_body())
    text = (AVRO / "session_delivered.v1.avsc").read_text(encoding="utf-8")
    assert value[:HEADER] == b"\0" + number_of(text).to_bytes(4)


def test_an_instant_keeps_its_microseconds(codec: AvroCodec) -> None:
    at = datetime(2026, 1, 6, 7, tzinfo=UTC) + timedelta(microseconds=1)
    body = a_body(recorded_at=msgspec.to_builtins(at))
    assert codec.decode(codec.encode("t", "event", "e", body))[2] == body

"""Events as Avro in Confluent's wire format, and back to the very bytes that intake wrote.

A value is one zero byte, the schema's id (four bytes, big endian), and the record by that schema. The subject of a
schema is topic and record name. Everything follows from the schemas: a field with a default is left out of the JSON
body where it has that default, one without is always there, in the schema's order.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from msgspec import Struct

from hub.domain.errors import UnknownSchema, Unusable
from hub.domain.instants import stamp
from hub.ports import SchemaRegistry

HEADER = 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1970, 1, 1).toordinal()
UNREADABLE = (ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError, StopIteration)
"""What fastavro raises for bytes that are no record, or for a record that does not fit its schema."""

Convert = Callable[[Any], Any] | None


class Column(Struct, frozen=True):
    """One field between JSON and Avro; a converter of `None` leaves the value as it is."""

    name: str
    is_optional: bool
    default: Any
    to_avro: Convert
    to_json: Convert


class Form(Struct, frozen=True):
    """A schema ready for use.

    Attributes:
        bare: The schema without logical types, for we convert dates ourselves.
        is_event: Whether it is an agency's event, with `meta`, and not one of our own records.
    """

    name: str
    text: str
    bare: Any
    is_event: bool
    meta: tuple[Column, ...]
    data: tuple[Column, ...]


class AvroCodec:
    """Encodes with the newest schema of each record in a folder; decodes with whatever schema wrote a value."""

    def __init__(self, folder: Path, registry: SchemaRegistry) -> None:
        self._registry = registry
        self._newest: dict[str, Form] = {}
        for path in sorted(folder.glob("*.avsc"), key=_version):
            form = form_of(path.read_text(encoding="utf-8"))
            self._newest[form.name] = form
        self._headers: dict[tuple[str, str], bytes] = {}
        self._by_number: dict[int, Form] = {}

    def encode(self, topic: str, kind: str, id: str, body: str) -> bytes:
        said = msgspec.json.decode(body)
        name = said["type"] if kind == "event" else _camel(kind)
        form = self._newest.get(name)
        if form is None:
            raise UnknownSchema(said.get("source", ""), "type", f"no schema for {name}")
        out = BytesIO(self._header(topic, form))
        out.seek(HEADER)
        try:
            schemaless_writer(out, form.bare, _record(form, said, id))
            if _body(form, _read(form, out.getvalue())) != (id, body):
                raise ValueError("does not come back as it was")
        except UNREADABLE as error:
            raise Unusable(said.get("source", ""), name, f"does not fit its schema ({type(error).__name__})") from error
        return out.getvalue()

    def decode(self, value: bytes) -> tuple[str, str, str]:
        if len(value) < HEADER or value[0] != 0:
            raise UnknownSchema("topic", "value", "not in the wire format")
        number = int.from_bytes(value[1:HEADER])
        form = self._by_number.get(number)
        if form is None:
            form = self._by_number[number] = form_of(self._registry.schema_of(number))
        try:
            id, body = _body(form, _read(form, value))
        except UNREADABLE as error:
            raise Unusable("topic", form.name, f"does not fit its schema ({type(error).__name__})") from error
        return ("event" if form.is_event else _snake(form.name)), id, body

    def _header(self, topic: str, form: Form) -> bytes:
        key = (topic, form.name)
        if key not in self._headers:
            number = self._registry.id_of(f"{topic}-{form.bare['name']}", form.text)
            self._headers[key] = b"\0" + number.to_bytes(4)
        return self._headers[key]


def form_of(text: str) -> Form:
    """Return the schema in the text, compiled."""
    schema = json.loads(text)
    fields = schema["fields"]
    is_event = bool(fields) and fields[0]["name"] == "meta"
    instant = _instant_text if is_event else _stamp_text
    meta = tuple(_column(field, instant) for field in fields[0]["type"]["fields"]) if is_event else ()
    data = tuple(_column(field, instant) for field in fields[1 if is_event else 0 :])
    bare = parse_schema(_without_logical_types(schema))
    return Form(schema["name"], text, bare, is_event, meta, data)


# ── one record ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _record(form: Form, said: dict[str, Any], id: str) -> dict[str, Any]:
    if not form.is_event:
        return _to_avro(form.data, said | {"id": id})
    return {"meta": _to_avro(form.meta, said)} | _to_avro(form.data, said.get("data") or {})


def _body(form: Form, record: dict[str, Any]) -> tuple[str, str]:
    if not form.is_event:
        said = _to_json(form.data, record)
        return said.pop("id"), msgspec.json.encode(said).decode()
    meta, data = _to_json(form.meta, record["meta"]), _to_json(form.data, record)
    said = {"id": meta.pop("id"), "type": form.name, **meta} | ({"data": data} if data else {})
    return said["id"], msgspec.json.encode(said).decode()


def _to_avro(columns: tuple[Column, ...], said: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column in columns:
        value = said.get(column.name, column.default) if column.is_optional else said[column.name]
        made[column.name] = column.to_avro(value) if column.to_avro and value is not None else value
    return made


def _to_json(columns: tuple[Column, ...], record: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column in columns:
        value = record[column.name]
        if not (column.is_optional and value == column.default):
            made[column.name] = column.to_json(value) if column.to_json and value is not None else value
    return made


def _read(form: Form, value: bytes) -> dict[str, Any]:
    stream = BytesIO(value)
    stream.seek(HEADER)
    record: dict[str, Any] = schemaless_reader(stream, form.bare)  # type: ignore[assignment]
    if stream.tell() != len(value):
        raise ValueError("bytes left over")
    return record


# ── schemas ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _column(field: dict[str, Any], instant: Callable[[int], str]) -> Column:
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    logical = {kind["logicalType"] for kind in kinds if isinstance(kind, dict) and "logicalType" in kind}
    to_avro: Convert = None
    to_json: Convert = None
    if logical == {"date"}:
        to_avro, to_json = _days, _day_text
    elif logical == {"timestamp-micros"}:
        to_avro, to_json = _micros, instant
    return Column(field["name"], "default" in field, field.get("default"), to_avro, to_json)


def _without_logical_types(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_logical_types(value) for key, value in node.items() if key != "logicalType"}
    return [_without_logical_types(one) for one in node] if isinstance(node, list) else node


def _version(path: Path) -> tuple[str, int]:
    event, _, version = path.stem.rpartition(".v")
    return event, int(version)


# ── dates and names ───────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=20_000)
def _days(text: str) -> int:
    return date.fromisoformat(text).toordinal() - FIRST_DAY


@lru_cache(maxsize=20_000)
def _day_text(days: int) -> str:
    return date.fromordinal(days + FIRST_DAY).isoformat()


@lru_cache(maxsize=2_000)
def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=2_000)
def _instant_text(micros: int) -> str:
    return (EPOCH + timedelta(microseconds=micros)).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=2_000)
def _stamp_text(micros: int) -> str:
    return stamp(EPOCH + timedelta(microseconds=micros))


def _camel(snake: str) -> str:
    return "".join(word.capitalize() for word in snake.split("_"))


def _snake(camel: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in camel).lstrip("_")

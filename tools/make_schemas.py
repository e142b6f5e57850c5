"""Write the Avro schema of every event that has none yet, from its struct.

    python -m tools.make_schemas

Only missing files are written: a draft that its struct has outgrown is deleted first, a published one never changes and
gets a next version by hand. `tests/unit/adapters/test_avro.py` tells where struct and schema have come apart.
"""

import json
import re
import sys
import types
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from hub.domain.events.envelope import Event
from hub.domain.events.index import PAYLOADS
from hub.domain.events.sources import OWN

AVRO = Path(__file__).parent.parent / "schemas" / "avro"
NAMESPACE = "tellonce"
SCALARS: dict[type, Any] = {
    str: "string",
    bool: "boolean",
    int: "long",
    float: "double",
    date: {"type": "int", "logicalType": "date"},
    datetime: {"type": "long", "logicalType": "timestamp-micros"},
}
NOT_META = ("type", "data")
"""The record's name is the type, its other fields are the data."""


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema that belongs to each event's struct as it is now, by file name."""
    records = [of_payload(payload) for payload in PAYLOADS] + [_record(own.__name__, own) for own in OWN]
    head = {"type": "record", "name": "", "namespace": NAMESPACE}
    return {file_name(made["name"]): head | made for made in records}


def file_name(event: str) -> str:
    """Return the name of the first version's file.

    >>> file_name("AdviceReceived")
    'advice_received.v1.avsc'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event).lower() + ".v1.avsc"


def of_payload(payload: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the schema of an agency's event: `meta`, then what the payload says."""
    meta = {
        "name": "meta",
        "doc": "Where the event stands and whom it is about, as its source knows them.",
        "type": _record("Meta", Event, leave_out=NOT_META, with_doc=False),
    }
    made = _record(payload.__name__, payload)
    return made | {"fields": [meta, *made["fields"]]}


def _record(
    name: str, struct: type[msgspec.Struct], leave_out: tuple[str, ...] = (), with_doc: bool = True
) -> dict[str, Any]:
    lines = _attributes(struct.__doc__ or "")
    fields = []
    for field in msgspec.structs.fields(struct):
        if field.name not in leave_out:
            doc = {"doc": lines[field.name]} if field.name in lines else {}
            fields.append({"name": field.name, **doc, "type": _type(field.type, field.name), **_default(field)})
    doc = {"doc": " ".join((struct.__doc__ or "").split("\n\n")[0].split())} if with_doc else {}
    return {"type": "record", "name": name, **doc, "fields": fields}


def _type(kind: Any, name: str) -> Any:
    if kind in SCALARS:
        return SCALARS[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (other,) = [one for one in arguments if one is not type(None)]
        return ["null", _type(other, name)]
    if origin is Literal:
        return {
            "type": "enum",
            "name": "".join(word.capitalize() for word in name.split("_")),
            "symbols": list(arguments),
        }
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0], name)}
    if origin is dict:
        return {"type": "map", "values": _type(arguments[1], name)}
    return _record(kind.__name__, kind)


def _default(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    if field.default is msgspec.NODEFAULT:
        return {}
    return {"default": list(field.default) if isinstance(field.default, tuple) else field.default}


def _attributes(doc: str) -> dict[str, str]:
    """Return the lines of a docstring's Attributes section by name."""
    section = doc.partition("Attributes:")[2]
    found = re.findall(r"^ +(\w+): (.*(?:\n {12,}.*)*)", section, re.MULTILINE)
    return {name: " ".join(text.split()).replace("`None`", "null") for name, text in found}


def text_of(schema: dict[str, Any], indent: str = "") -> str:
    """Return a record's schema as JSON with one field to a line.

    >>> print(text_of({"type": "record", "name": "Left", "fields": [{"name": "on", "type": "int"}]}))
    {
      "type": "record",
      "name": "Left",
      "fields": [
        {"name": "on", "type": "int"}
      ]
    }
    """
    inner = indent + "    "
    fields = ",\n".join(inner + _field_text(field, inner) for field in schema["fields"])
    head = [f"{indent}  {_json(key)}: {_json(value)}" for key, value in schema.items() if key != "fields"]
    body = f"[\n{fields}\n{indent}  ]" if fields else "[]"
    return "{\n" + ",\n".join([*head, f'{indent}  "fields": {body}']) + f"\n{indent}}}"


def _field_text(field: dict[str, Any], indent: str) -> str:
    kind = field["type"]
    if not (isinstance(kind, dict) and kind["type"] == "record"):
        return _json(field)
    head = ", ".join(f"{_json(key)}: {_json(value)}" for key, value in field.items() if key != "type")
    return f'{{{head}, "type": {text_of(kind, indent)}}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> int:
    """Write what is missing and name it."""
    AVRO.mkdir(exist_ok=True)
    for name, schema in sorted(schemas().items()):
        path = AVRO / name
        if not path.exists():
            path.write_text(text_of(schema) + "\n", encoding="utf-8")
            print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

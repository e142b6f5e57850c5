"""The compatibility rules of our Avro schemas, and the checks of the folder they live in."""

import json
from pathlib import Path
from typing import Any

import fastavro
import pytest

from tools.avro_compatibility import incompatibilities
from tools.check_schemas import problems, publish


def field(name: str, kind: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def record(*fields: dict[str, Any], name: str = "Moved", **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": list(fields), **more}


def of(kind: Any) -> dict[str, Any]:
    return record(field("value", kind))


def enum(*symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": "Reason", "symbols": list(symbols), **more}


def logical(kind: str, meaning: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "logicalType": meaning, **more}


NODE = record(field("next", ["null", "Node"]), field("value", "int"), name="Node")

READABLE = {
    "the same": (of("string"), of("string")),
    "a primitive in its long form": (of({"type": "string"}), of("string")),
    "a new field with a default": (record(field("a", "int"), field("b", "int", default=0)), record(field("a", "int"))),
    "a new nullable field with a default": (record(field("b", ["null", "int"], default=None)), record()),
    "a removed field": (record(field("a", "int")), record(field("a", "int"), field("b", "int"))),
    "fields in another order": (
        record(field("b", "int"), field("a", "string")),
        record(field("a", "string"), field("b", "int")),
    ),
    "a field renamed with an alias": (record(field("received_on", "int", aliases=["on"])), record(field("on", "int"))),
    "a record renamed with an alias": (record(name="New", aliases=["Moved"]), record()),
    "a record renamed with an alias in its namespace": (
        record(name="New", namespace="tellonce", aliases=["Moved"]),
        record(namespace="tellonce"),
    ),
    "int read as long": (of("long"), of("int")),
    "int read as double": (of("double"), of("int")),
    "long read as float": (of("float"), of("long")),
    "float read as double": (of("double"), of("float")),
    "string read as bytes": (of("bytes"), of("string")),
    "bytes read as string": (of("string"), of("bytes")),
    "a value made optional": (of(["null", "string"]), of("string")),
    "a union that grew": (of(["null", "string", "int"]), of(["null", "string"])),
    "a union in another order": (of(["string", "null"]), of(["null", "string"])),
    "a union of which one branch was promoted": (of(["null", "long"]), of(["null", "int"])),
    "items promoted": (of({"type": "array", "items": "long"}), of({"type": "array", "items": "int"})),
    "values promoted": (of({"type": "map", "values": "double"}), of({"type": "map", "values": "int"})),
    "an enum that grew": (of(enum("moved", "ceased", "died")), of(enum("moved", "ceased"))),
    "an enum that shrank and has a default": (of(enum("moved", "other", default="other")), of(enum("moved", "ceased"))),
    "a fixed of the same size": (
        of({"type": "fixed", "name": "Hash", "size": 16}),
        of({"type": "fixed", "name": "Hash", "size": 16}),
    ),
    "the same logical type": (of(logical("int", "date")), of(logical("int", "date"))),
    "a recursive type": (NODE, NODE),
    "a named type used twice": (
        record(field("a", enum("x", "y")), field("b", "Reason")),
        record(field("a", enum("x")), field("b", "Reason")),
    ),
    "a named type that moved to the second use": (
        record(field("b", enum("x")), field("a", "Reason")),
        record(field("a", enum("x")), field("b", "Reason")),
    ),
}

UNREADABLE = {
    "a new field without a default": (record(field("b", "int")), record(), "Moved.b: new field without a default"),
    "a field renamed without an alias": (
        record(field("received_on", "int")),
        record(field("on", "int")),
        "Moved.received_on: new field without a default",
    ),
    "a record renamed without an alias": (
        record(name="New"),
        record(),
        "New: Moved became New, which does not name it as an alias",
    ),
    "long read as int": (of("int"), of("long"), "Moved.value: long cannot be read as int"),
    "double read as float": (of("float"), of("double"), "Moved.value: double cannot be read as float"),
    "int read as string": (of("string"), of("int"), "Moved.value: int cannot be read as string"),
    "boolean read as int": (of("int"), of("boolean"), "Moved.value: boolean cannot be read as int"),
    "an optional value made obligatory": (
        of("string"),
        of(["null", "string"]),
        "Moved.value: null cannot be read as string",
    ),
    "a union that shrank": (
        of(["null", "string"]),
        of(["null", "string", "int"]),
        "Moved.value: nothing in the new union reads int",
    ),
    "items of another type": (
        of({"type": "array", "items": "string"}),
        of({"type": "array", "items": "int"}),
        "Moved.value[]: int cannot be read as string",
    ),
    "values of another type": (
        of({"type": "map", "values": "int"}),
        of({"type": "map", "values": "long"}),
        "Moved.value{}: long cannot be read as int",
    ),
    "an enum that lost a symbol": (
        of(enum("moved")),
        of(enum("moved", "ceased")),
        "Moved.value: enum Reason lost ceased and has no default",
    ),
    "an optional enum that lost a symbol": (
        of(["null", enum("moved")]),
        of(["null", enum("moved", "ceased")]),
        "Moved.value: enum Reason lost ceased and has no default",
    ),
    "a fixed of another size": (
        of({"type": "fixed", "name": "Hash", "size": 32}),
        of({"type": "fixed", "name": "Hash", "size": 16}),
        "Moved.value: fixed size 16 became 32",
    ),
    "another unit of time": (
        of(logical("long", "timestamp-micros")),
        of(logical("long", "timestamp-millis")),
        "Moved.value: logical type timestamp-millis became timestamp-micros",
    ),
    "a date that became a number": (
        of("int"),
        of(logical("int", "date")),
        "Moved.value: logical type date became None",
    ),
    "a date promoted to a bare long": (
        of("long"),
        of(logical("int", "date")),
        "Moved.value: logical type date became None",
    ),
    "a decimal of another scale": (
        of(logical("bytes", "decimal", precision=9, scale=3)),
        of(logical("bytes", "decimal", precision=9, scale=2)),
        "Moved.value: logical type decimal(9, 2) became decimal(9, 3)",
    ),
    "a fault deep inside": (
        record(field("meta", record(field("area", "int"), name="Meta"))),
        record(field("meta", record(field("area", "string"), name="Meta"))),
        "Moved.meta.area: string cannot be read as int",
    ),
    "a fault inside a recursive type": (
        record(field("next", ["null", "Node"]), field("value", "string"), name="Node"),
        NODE,
        "Node.value: int cannot be read as string",
    ),
    "a record that became an array": (
        of({"type": "array", "items": "int"}),
        of(record(name="Inner")),
        "Moved.value: Inner cannot be read as array",
    ),
}


@pytest.mark.parametrize("name", READABLE)
def test_a_new_version_may_have(name: str) -> None:
    reader, writer = READABLE[name]
    assert incompatibilities(reader, writer) == []


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_new_version_must_not_have(name: str) -> None:
    reader, writer, reason = UNREADABLE[name]
    assert incompatibilities(reader, writer) == [reason]


@pytest.mark.parametrize("name", [*READABLE, *UNREADABLE])
def test_the_answer_does_not_depend_on_whether_fastavro_parsed_the_schemas(name: str) -> None:
    reader, writer = (READABLE.get(name) or UNREADABLE[name])[:2]
    parsed = incompatibilities(fastavro.parse_schema(reader), fastavro.parse_schema(writer))
    assert parsed == incompatibilities(reader, writer)


def test_a_namespace_is_inherited_and_a_dotted_name_has_its_own() -> None:
    schema = record(
        field("meta", record(field("kind", enum("x")), name="Meta")),
        field("again", "tellonce.Meta"),
        field("kind", "Reason"),
        field("other", {"type": "enum", "name": "elsewhere.Reason", "symbols": ["y"]}),
        namespace="tellonce",
    )
    assert incompatibilities(schema, schema) == []


def test_a_type_may_stand_in_an_extra_pair_of_brackets() -> None:
    items = {"type": "array", "items": "int"}
    assert incompatibilities(of({"type": items}), of(items)) == []


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    (tmp_path / "avro").mkdir()
    return tmp_path


def write(schemas: Path, name: str, schema: object) -> Path:
    path = schemas / "avro" / name
    path.write_text(json.dumps(schema), encoding="utf-8")
    return path


def test_a_folder_of_good_schemas_has_no_problems(schemas: Path) -> None:
    write(schemas, "moved.v1.avsc", of("int"))
    write(schemas, "moved.v2.avsc", of("long"))
    write(schemas, "child_left.v1.avsc", record(name="ChildLeft"))
    assert problems(schemas) == []


def test_an_empty_folder_is_a_problem(schemas: Path) -> None:
    assert problems(schemas) == ["schemas/avro holds no *.avsc"]


def test_a_file_that_does_not_parse_is_a_problem(schemas: Path) -> None:
    write(schemas, "moved.v1.avsc", of("no_such_type"))
    write(schemas, "left.v1.avsc", "nonsense")
    (schemas / "avro" / "broken.v1.avsc").write_text("{", encoding="utf-8")
    assert [fault.split(":")[0] for fault in problems(schemas)] == ["broken.v1.avsc", "left.v1.avsc", "moved.v1.avsc"]


def test_a_default_that_does_not_fit_its_field_is_a_problem(schemas: Path) -> None:
    write(schemas, "moved.v1.avsc", record(field("a", "int", default="none")))
    (fault,) = problems(schemas)
    assert fault.startswith("moved.v1.avsc")


def test_a_record_named_unlike_its_file_is_a_problem(schemas: Path) -> None:
    write(schemas, "child_left.v1.avsc", record())
    assert problems(schemas) == ["child_left.v1.avsc: holds Moved, expected ChildLeft"]


def test_a_file_without_a_version_is_a_problem(schemas: Path) -> None:
    write(schemas, "moved.avsc", record())
    assert problems(schemas) == ["moved.avsc: the name is not <event>.v<number>.avsc"]


def test_a_missing_version_is_a_problem(schemas: Path) -> None:
    write(schemas, "moved.v1.avsc", record())
    write(schemas, "moved.v3.avsc", record())
    assert problems(schemas) == ["moved: versions [1, 3] do not count up from 1"]


def test_a_published_schema_never_changes(schemas: Path) -> None:
    path = write(schemas, "moved.v1.avsc", record())
    assert publish(schemas) == ["avro/moved.v1.avsc"]
    assert publish(schemas) == []
    assert problems(schemas) == []

    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert problems(schemas) == [
        "avro/moved.v1.avsc: published, but changed since: put it back and write a new version beside it"
    ]
    path.unlink()
    write(schemas, "other.v1.avsc", record(name="Other"))
    assert problems(schemas) == ["avro/moved.v1.avsc: published, but gone"]


def test_a_new_version_is_compared_with_every_older_one(schemas: Path) -> None:
    write(schemas, "moved.v1.avsc", record())
    write(schemas, "moved.v2.avsc", record(field("a", "int", default=0)))
    write(schemas, "moved.v3.avsc", record(field("a", "int")))
    assert problems(schemas) == [
        "moved.v3.avsc cannot read what moved.v1.avsc wrote: Moved.a: new field without a default"
    ]

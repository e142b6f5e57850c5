"""Can a reader with a new Avro schema read what was written with an old one?

Our own answer, by the schema resolution rules of the Avro 1.12 specification, so that no registry is needed to check a
change. In one point stricter than the specification: a changed logical type is refused, because the bytes still
resolve but mean something else (milliseconds read as microseconds).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Schema: TypeAlias = str | dict[str, Any] | list[Any]
Named: TypeAlias = dict[str, dict[str, Any]]

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
PROMOTIONS: Mapping[str, frozenset[str]] = {  # written as -> may be read as
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}


def incompatibilities(reader: Schema, writer: Schema) -> list[str]:
    """Return why `reader` cannot read everything written with `writer`; empty if it can.

    Args:
        reader: The newer schema, as JSON.
        writer: The older schema, as JSON.

    Returns:
        One line per fault, beginning with the path of the field, in the order of the reader's fields.

    >>> old = {"type": "record", "name": "Moved", "fields": [{"name": "on", "type": "int"}]}
    >>> new = {**old, "fields": [*old["fields"], {"name": "aware_on", "type": ["null", "int"]}]}
    >>> incompatibilities(new, old)
    ['Moved.aware_on: new field without a default']
    >>> incompatibilities(old, new)
    []
    """
    return list(_Resolution(_names(reader), _names(writer)).faults(reader, writer, ""))


def full_name(name: str, namespace: str) -> str:
    """Return the name with its namespace; a dotted name carries its own.

    >>> full_name("Meta", "tellonce"), full_name("other.Meta", "tellonce"), full_name("Meta", "")
    ('tellonce.Meta', 'other.Meta', 'Meta')
    """
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _names(schema: Schema) -> Named:
    """Every named type by full name; the definitions get `name` and `aliases` in full and their `namespace`."""
    found: Named = {}

    def walk(node: Schema, namespace: str) -> Schema:
        if isinstance(node, str):
            return node if node in PRIMITIVES else full_name(node, namespace)
        if isinstance(node, list):
            return [walk(branch, namespace) for branch in node]
        kind = node["type"]
        if isinstance(kind, dict | list):
            return walk(kind, namespace)
        if kind in ("array", "map"):
            part = "items" if kind == "array" else "values"
            return {**node, part: walk(node[part], namespace)}
        if kind not in ("record", "error", "enum", "fixed"):
            return node if kind in PRIMITIVES else full_name(kind, namespace)
        name = full_name(node["name"], node.get("namespace", namespace))
        inner = name.rpartition(".")[0]
        aliases = [full_name(alias, inner) for alias in node.get("aliases", ())]
        found[name] = definition = {**node, "name": name, "aliases": aliases}
        if "fields" in node:
            definition["fields"] = [{**field, "type": walk(field["type"], inner)} for field in node["fields"]]
        return definition

    found[""] = {"root": walk(schema, "")}
    return found


class _Resolution:
    """One comparison of two schemas; remembers the pairs of named types it is in, so that recursive types end."""

    def __init__(self, readers: Named, writers: Named) -> None:
        self.readers, self.writers = readers, writers
        self.seen: set[tuple[str, str]] = set()

    def faults(self, reader: Schema, writer: Schema, path: str) -> Iterator[str]:
        if not path:
            reader, writer = self.readers[""]["root"], self.writers[""]["root"]
        reader, writer = _deref(reader, self.readers), _deref(writer, self.writers)
        if isinstance(writer, list):
            for branch in writer:
                yield from self.faults(reader, branch, path or "union")
        elif isinstance(reader, list):
            yield from self._into_union(reader, writer, path)
        else:
            yield from self._plain(reader, writer, path)

    def _into_union(self, reader: list[Any], writer: Schema, path: str) -> Iterator[str]:
        attempts = []
        for branch in reader:
            trial = _Resolution(self.readers, self.writers)
            trial.seen = set(self.seen)
            attempts.append(list(trial.faults(branch, writer, path or "union")))
            if not attempts[-1]:
                return
        same = [
            attempt
            for branch, attempt in zip(reader, attempts, strict=True)
            if _kind(_deref(branch, self.readers)) == _kind(writer)
        ]
        if len(same) == 1:  # say what is wrong inside the branch that was meant
            yield from same[0]
        else:
            yield f"{path}: nothing in the new union reads {_describe(writer)}"

    def _plain(self, reader: Schema, writer: Schema, path: str) -> Iterator[str]:
        read_as, written_as = _kind(reader), _kind(writer)
        if read_as != written_as:
            if read_as not in PROMOTIONS.get(written_as, ()):
                yield f"{path}: {_describe(writer)} cannot be read as {_describe(reader)}"
            elif _logical(reader) != _logical(writer):
                yield f"{path}: logical type {_logical(writer)} became {_logical(reader)}"
            return
        if _logical(reader) != _logical(writer):
            yield f"{path}: logical type {_logical(writer)} became {_logical(reader)}"
        if isinstance(reader, dict) and isinstance(writer, dict):
            yield from self._complex(reader, writer, path)

    def _complex(self, reader: dict[str, Any], writer: dict[str, Any], path: str) -> Iterator[str]:
        kind = _kind(reader)
        if kind == "array":
            yield from self.faults(reader["items"], writer["items"], f"{path}[]")
        elif kind == "map":
            yield from self.faults(reader["values"], writer["values"], f"{path}{{}}")
        elif kind in ("record", "enum", "fixed"):
            yield from self._named(reader, writer, path or _short(reader["name"]))

    def _named(self, reader: dict[str, Any], writer: dict[str, Any], path: str) -> Iterator[str]:
        pair = (reader["name"], writer["name"])
        if pair in self.seen:
            return
        self.seen.add(pair)
        if _short(pair[0]) != _short(pair[1]) and pair[1] not in reader["aliases"]:
            yield f"{path}: {pair[1]} became {pair[0]}, which does not name it as an alias"
        elif _kind(reader) == "record":
            yield from self._record(reader, writer, path)
        elif _kind(reader) == "enum":
            lost = [symbol for symbol in writer["symbols"] if symbol not in reader["symbols"]]
            if lost and "default" not in reader:
                yield f"{path}: enum {pair[0]} lost {', '.join(lost)} and has no default"
        elif reader["size"] != writer["size"]:
            yield f"{path}: fixed size {writer['size']} became {reader['size']}"

    def _record(self, reader: dict[str, Any], writer: dict[str, Any], path: str) -> Iterator[str]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            where = f"{path}.{field['name']}"
            names: Sequence[str] = [field["name"], *field.get("aliases", ())]
            source = next((written[name] for name in names if name in written), None)
            if source is not None:
                yield from self.faults(field["type"], source["type"], where)
            elif "default" not in field:
                yield f"{where}: new field without a default"


def _deref(schema: Schema, names: Named) -> Schema:
    if isinstance(schema, str) and schema not in PRIMITIVES:
        return names[schema]
    return schema


def _kind(schema: Schema) -> str:
    if isinstance(schema, list):
        return "union"
    kind = schema if isinstance(schema, str) else str(schema["type"])
    return "record" if kind == "error" else kind


def _logical(schema: Schema) -> str | None:
    """The logical type with all that belongs to its meaning; `None` for a bare type."""
    if not isinstance(schema, dict) or "logicalType" not in schema:
        return None
    if schema["logicalType"] == "decimal":
        return f"decimal({schema.get('precision')}, {schema.get('scale', 0)})"
    return str(schema["logicalType"])


def _describe(schema: Schema) -> str:
    return _logical(schema) or (schema.get("name") if isinstance(schema, dict) else None) or _kind(schema)


def _short(name: str) -> str:
    return name.rpartition(".")[2]

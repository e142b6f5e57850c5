"""Schemas on a real registry that speaks Confluent's REST API, and values that its own client can read."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from hub.adapters.avro import AvroCodec
from hub.adapters.registry import ConfluentRegistry, number_of
from hub.domain.errors import ConfigError, Unavailable, UnknownSchema
from tests.worker_world import MONDAY, an_event

Unique = Callable[[str], str]
AVRO = Path(__file__).parents[2] / "schemas" / "avro"


@pytest.fixture
def server(registry: str) -> Iterator[ConfluentRegistry]:
    made = ConfluentRegistry(registry)
    yield made
    made.close()


def test_an_id_is_the_same_each_time_and_leads_back_to_its_schema(server: ConfluentRegistry, unique: Unique) -> None:
    text = (AVRO / "advice_received.v1.avsc").read_text(encoding="utf-8")
    number = server.id_of(unique("agency.education-tellonce.AdviceReceived"), text)
    assert server.id_of(unique("agency.education-tellonce.AdviceReceived"), text) == number
    assert number_of(server.schema_of(number)) == number_of(text)  # all but the explanations, of which it drops some


def test_an_event_comes_back_byte_for_byte_in_another_process(registry: str, unique: Unique) -> None:
    row = an_event("E1", 1, 1, "SessionDelivered", MONDAY, line="L1", minutes=30.0)
    writer, reader = ConfluentRegistry(registry), ConfluentRegistry(registry)
    value = AvroCodec(AVRO, writer).encode(unique("agency.education"), *row[2:5])
    assert AvroCodec(AVRO, reader).decode(value) == row[2:5]
    writer.close()
    reader.close()


def test_confluents_own_client_reads_what_we_write(registry: str, unique: Unique) -> None:
    from confluent_kafka.schema_registry import SchemaRegistryClient
    from confluent_kafka.schema_registry.avro import AvroDeserializer
    from confluent_kafka.serialization import MessageField, SerializationContext

    row = an_event("E1", 1, 1, "SessionDelivered", MONDAY, line="L1", minutes=30.0, on=MONDAY)
    ours = ConfluentRegistry(registry)
    value = AvroCodec(AVRO, ours).encode(unique("agency.education"), *row[2:5])
    ours.close()
    with SchemaRegistryClient({"url": registry}) as client:
        read = AvroDeserializer(client)(value, SerializationContext(unique("agency.education"), MessageField.VALUE))
    assert isinstance(read, dict)
    assert (read["line"], read["on"], read["minutes"]) == ("L1", MONDAY, 30.0)
    assert read["meta"]["id"] == msgspec.json.decode(row[4])["id"]


def test_an_id_that_nobody_gave_is_an_unknown_schema(server: ConfluentRegistry) -> None:
    with pytest.raises(UnknownSchema):
        server.schema_of(999_999)


def test_a_schema_that_the_registry_refuses_stops_at_start(server: ConfluentRegistry, unique: Unique) -> None:
    with pytest.raises(ConfigError):
        server.id_of(unique("s"), '{"type": "no such type"}')


def test_a_registry_that_is_away_is_unavailable() -> None:
    registry = ConfluentRegistry("http://127.0.0.1:1/apis/ccompat/v7", timeout_s=2)
    with pytest.raises(Unavailable):
        registry.schema_of(1)
    registry.close()

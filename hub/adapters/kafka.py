"""The event log on Kafka: topics made as they are listed, rows of the outbox published and acknowledged."""

import asyncio
import threading
import tomllib
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAlreadyExistsError
from msgspec import Struct

from hub.domain.errors import ConfigError, Unavailable, Unusable
from hub.domain.topics import Topic, Topics
from hub.ports import Codec

T = TypeVar("T")
DAY_MS = 86_400_000


def load_topics(file: Path, prefix: str = "") -> Topics:
    """Return the topics listed in the file.

    Raises:
        ConfigError: It lists something else than topics.
    """
    try:
        listed = tomllib.loads(file.read_text(encoding="utf-8"))
        topics = msgspec.convert(listed | {"prefix": prefix}, Topics)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(file.name, str(error)) from error
    astray = [area for area, number in topics.partition_of.items() if not 0 <= number < topics.partitions]
    if astray:
        raise ConfigError(file.name, f"no such partition: {', '.join(astray)}")
    return topics


class _Typed(Struct):
    type: str = ""


class KafkaLog:
    """Publishes from any thread; the client lives in a thread of its own, started when first needed.

    Attributes:
        timeout_s: How long one call may take, acknowledgements included.
    """

    def __init__(
        self,
        bootstrap: str,
        topics: Topics,
        codec: Codec,
        security: Mapping[str, Any] | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        """Publish to the brokers at `bootstrap`, "HOST:PORT" or several of them joined by commas.

        Args:
            bootstrap: Where the cluster is.
            topics: The topics, made at the first call if they are missing.
            codec: Makes bytes of the outbox's rows.
            security: What aiokafka's clients need besides: `security_protocol`, `sasl_mechanism`, `ssl_context` …
            timeout_s: See the class.
        """
        self._bootstrap, self._topics, self._codec = bootstrap, topics, codec
        self._security = dict(security or {})
        self.timeout_s = timeout_s
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._runner = asyncio.new_event_loop()
        self._producer: AIOKafkaProducer | None = None

    def publish(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, Unusable]:
        refused: dict[int, Unusable] = {}
        records = []
        for row in rows:
            topic, area = self._topics.on_broker(row["topic"]), row["area"]
            try:
                value = self._codec.encode(topic, row["kind"], row["id"], row["body"])
            except Unusable as error:
                refused[row["n"]] = error
                continue
            said = msgspec.json.decode(row["body"], type=_Typed).type or row["kind"]
            headers = _headers(id=row["id"], type=said, kind=row["kind"], area=area, taken_at=row["taken_at"] or "")
            records.append((topic, self._topics.partition(area), area.encode(), value, headers))
        self._call(self._send(records))
        return refused

    def publish_results(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._call(
            self._send([
                (self._topics.on_broker(row["topic"]), self._topics.partition(row["area"]), row["key"].encode(),
                 row["body"].encode(), _headers(id=row["id"], area=row["area"]))
                for row in rows
            ])
        )  # fmt: skip

    def ensure_topics(self) -> None:
        """Make the topics that are missing, with their settings.

        Raises:
            ConfigError: A topic has another number of partitions than the list says.
            Unavailable: No broker answers.
        """
        self._call(_ensure(self._bootstrap, self._topics, self._security))

    def close(self) -> None:
        """Close the client; what was published is acknowledged already."""
        with self._lock:
            if self._thread is not None:
                try:
                    asyncio.run_coroutine_threadsafe(self._end(), self._runner).result(10)
                finally:
                    self._runner.call_soon_threadsafe(self._runner.stop)
                    self._thread.join(10)
                    self._thread = None
            if not self._runner.is_running() and not self._runner.is_closed():
                self._runner.close()

    # ── in the client's own thread ────────────────────────────────────────────────────────────────────────────────────

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._runner.run_forever, name="kafka-log", daemon=True)
                self._thread.start()
        future = asyncio.run_coroutine_threadsafe(work, self._runner)
        try:
            return future.result(self.timeout_s)
        except TimeoutError as error:
            future.cancel()
            self._forget()
            raise Unavailable("kafka", 1.0, "no acknowledgement in time") from error
        except KafkaError as error:
            self._forget()
            raise Unavailable("kafka", 1.0, type(error).__name__) from error

    async def _send(self, records: list[tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]]) -> None:
        if not records:
            return
        producer = await self._started()
        first = set(self._topics.first)
        for is_first in (True, False):
            acknowledged = [
                await producer.send(topic, value, key=key, partition=partition, headers=headers)
                for topic, partition, key, value, headers in records
                if (topic in first) is is_first
            ]
            await asyncio.gather(*acknowledged)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            await _ensure(self._bootstrap, self._topics, self._security)
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap, acks="all", enable_idempotence=True, linger_ms=0,
                max_batch_size=1 << 18, max_request_size=4 << 20, **self._security,
            )  # fmt: skip
            try:
                await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer
        return self._producer

    def _forget(self) -> None:
        """Start afresh at the next call: an idempotent producer is of no use after an error."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._runner)

    async def _end(self) -> None:
        await self._stop()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _stop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                await asyncio.wait_for(producer.stop(), 5)
            except (KafkaError, TimeoutError):  # what it still held was never acknowledged, and is published again
                producer._sender.sender_task.cancel()  # aiokafka leaves it to connect for ever
                await producer.client.close()


def _headers(**values: str) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in values.items()]


# ── topics ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _ensure(bootstrap: str, topics: Topics, security: Mapping[str, Any]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, **security)
    try:
        await admin.start()
        names = {topics.on_broker(topic.name): topic for topic in topics.topic}
        brokers = len((await admin.describe_cluster())["brokers"])
        there = set(await admin.list_topics())
        missing = [_new(name, topic, topics.partitions, brokers) for name, topic in names.items() if name not in there]
        if missing:
            await _create(admin, missing)
        await _check(admin, sorted(names), topics.partitions)
    finally:
        await admin.close()


async def _create(admin: AIOKafkaAdminClient, missing: list[NewTopic]) -> None:
    try:
        answer = await admin.create_topics(missing)
    except TopicAlreadyExistsError:
        return  # somebody was faster
    harmless = (0, TopicAlreadyExistsError.errno)
    refused = [f"{name}: {' '.join(map(str, why))}" for name, *why in answer.topic_errors if why[0] not in harmless]
    if refused:
        raise ConfigError("topics", "; ".join(refused))


def _new(name: str, topic: Topic, partitions: int, brokers: int) -> NewTopic:
    replicas = min(3, brokers)
    settings = {
        "cleanup.policy": topic.cleanup,
        "retention.ms": str(topic.retention_days * DAY_MS),
        "min.insync.replicas": str(max(1, replicas - 1)),
    }
    return NewTopic(name, partitions, replicas, topic_configs=settings)


async def _check(admin: AIOKafkaAdminClient, names: list[str], partitions: int) -> None:
    for _ in range(50):  # a new topic takes a moment to be known everywhere
        described = {topic["topic"]: topic for topic in await admin.describe_topics(names)}
        ready = [name for name in names if _is_led(described.get(name))]
        if len(ready) == len(names):
            break
        await asyncio.sleep(0.1)
    else:
        raise KafkaConnectionError("topics without a leader")
    wrong = [name for name in names if len(described[name]["partitions"]) != partitions]
    if wrong:
        raise ConfigError("topics", f"not {partitions} partitions: {', '.join(wrong)}")


def _is_led(described: Mapping[str, Any] | None) -> bool:
    parts = described["partitions"] if described and not described["error_code"] else []
    return bool(parts) and all(part["leader"] >= 0 for part in parts)

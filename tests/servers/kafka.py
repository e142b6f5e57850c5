"""One Apache Kafka broker, its own controller (KRaft), on loopback."""

import base64
import os
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from tests.servers import maven
from tests.servers.process import Process, accepts, free_ports
from tests.servers.server import Server

VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    "org.slf4j:slf4j-simple:1.7.36",  # without a binding the broker logs nothing
)
DIGEST = "ab3fe3c1792167d34812b97a970dcbd68c19648cdf0394dd3e6610f8d4ddb308"

JVM = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
# A start-up cache (Java 25) that is missing, stale or from another Java is ignored.
CACHE_IS_OPTIONAL = ("-XX:+IgnoreUnrecognizedVMOptions", "-Xlog:disable", "-Xlog:all=error:stderr")


class KafkaServer(Server):
    """A broker.

    Attributes:
        bootstrap: "127.0.0.1:PORT", the same through all restarts.
    """

    name = "kafka"

    def __init__(self, settings: Mapping[str, object] | None = None, cache: str | None = None) -> None:
        """Prepare a broker.

        Args:
            settings: Broker properties that add to ours or replace them.
            cache: The JVM option about the start-up cache; None uses the one we made.
        """
        super().__init__()
        self.port, controller = free_ports(2)
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._cache = cache
        self._properties = self.folder / "broker.properties"
        everything = _properties(self.folder / "data", self.port, controller) | dict(settings or {})
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in everything.items()))

    def _launch(self) -> Process:
        cache = self._cache or f"-XX:AOTCache={_start_up_cache()}"
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(cache if self._cache is None else "-Xshare:off")
        return Process(_command(cache, "kafka.Kafka", self._properties), self.folder / "broker.log")

    def _is_ready(self) -> bool:
        return accepts(self.port)  # opened when the broker is a full member of its cluster

    def _format(self, cache: str) -> None:
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # An id that begins with "-" would be read as an option, hence "=".
        command = _command(
            cache, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", self._properties
        )
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"formatting of the broker's folder failed:\n{done.stdout}{done.stderr}")


def _libraries() -> Path:
    return maven.jars(f"kafka/{VERSION}", COORDINATES, DIGEST)


def _start_up_cache() -> Path:
    """Return the file that lets a broker start in 0.8 s instead of 1.9; made once per Java, in 10 s."""
    cache = _libraries().with_name(f"{VERSION}-java-{maven.java_version()}.aot")
    if not cache.exists():
        new = cache.with_suffix(f".{os.getpid()}")
        with KafkaServer(cache=f"-XX:AOTCacheOutput={new}"):
            pass  # the JVM writes it when it ends
        new.touch()  # a Java that cannot write one is not asked again
        new.replace(cache)
    return cache


def _command(cache: str, main: str, *arguments: str | Path) -> list[str]:
    path = os.pathsep.join(sorted(map(str, _libraries().glob("*.jar"))))
    return [str(maven.java()), *JVM, *CACHE_IS_OPTIONAL, cache, "-cp", path, main, *map(str, arguments)]


def _properties(data: Path, port: int, controller: int) -> dict[str, object]:
    return {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data,
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        # After kill -9 a broker is let in again when its former life has timed out: 3 s instead of 9.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        # One broker: no topic can have three replicas. Few partitions for the internal ones.
        "default.replication.factor": 1,
        "min.insync.replicas": 1,
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 3,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 3,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        # Small machine: fewer threads, and 4 MB instead of 128 MB for the log cleaner.
        "num.network.threads": 2,
        "num.io.threads": 2,
        "log.cleaner.dedupe.buffer.size": 4 << 20,
    }

"""An Apicurio schema registry on loopback, spoken to by the Confluent registry's REST API."""

import urllib.error
import urllib.request

from tests.servers import maven
from tests.servers.process import Process, free_ports
from tests.servers.server import Server

VERSION = "3.3.3"  # needs Java 21
COORDINATES = f"io.apicurio:apicurio-registry-app:{VERSION}:all:tar.gz"
DIGEST = "8bc6751c76d963734224b01d5e7f84ccb3cb61c87d3bd77c36c35f10a5cbed63"

JVM = ("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class RegistryServer(Server):
    """A registry that keeps schemas in memory: it forgets everything when it ends.

    Attributes:
        url: Base URL of the Confluent-compatible API, version 7; the same through all restarts.
    """

    name = "registry"

    def __init__(self) -> None:
        super().__init__()
        self._port, self._management_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self._port}/apis/ccompat/v7"

    def _launch(self) -> Process:
        program = maven.unpacked(f"apicurio/{VERSION}", COORDINATES, DIGEST) / "quarkus-run.jar"
        settings = [
            "-Dquarkus.http.host=127.0.0.1",
            f"-Dquarkus.http.port={self._port}",
            "-Dquarkus.management.host=127.0.0.1",
            f"-Dquarkus.management.port={self._management_port}",
        ]
        return Process([maven.java(), *JVM, *settings, "-jar", program], self.folder / "registry.log")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/subjects", timeout=5) as response:
                return bool(response.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

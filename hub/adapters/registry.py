"""Schema registries: the schema files themselves, or any server that speaks Confluent's REST API."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from hub.domain.errors import ConfigError, Unavailable, UnknownSchema

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class FileRegistry:
    """Ids made from the schemas' content: equal files give equal ids on every machine, and no server is needed."""

    def __init__(self, folder: Path) -> None:
        """Know every schema in the folder.

        Raises:
            ConfigError: Two different schemas have the same id.
        """
        self._schemas: dict[int, str] = {}
        for path in sorted(folder.glob("*.avsc")):
            text = path.read_text(encoding="utf-8")
            number = number_of(text)
            if _meaning(self._schemas.setdefault(number, text)) != _meaning(text):
                raise ConfigError(path.name, "another schema has the same id")

    def id_of(self, subject: str, schema: str) -> int:
        number = number_of(schema)
        self._schemas.setdefault(number, schema)
        return number

    def schema_of(self, number: int) -> str:
        if number not in self._schemas:
            raise UnknownSchema("registry", "schema id", f"no schema file has the id {number}")
        return self._schemas[number]


class ConfluentRegistry:
    """A server: Confluent's own, Apicurio, Karapace, Redpanda."""

    def __init__(self, url: str, timeout_s: float = 10.0) -> None:
        """Ask the server at the URL; user and password may be in it."""
        self._client = httpx.Client(base_url=url.rstrip("/") + "/", timeout=timeout_s, headers={"Accept": MEDIA_TYPE})

    def id_of(self, subject: str, schema: str) -> int:
        body = json.dumps({"schema": schema, "schemaType": "AVRO"})
        answer = self._ask("POST", f"subjects/{quote(subject, safe='')}/versions", body)
        if answer.status_code in (409, 422):
            raise ConfigError(subject, f"the schema registry refuses the schema ({answer.status_code})")
        return int(_json(answer)["id"])

    def schema_of(self, number: int) -> str:
        answer = self._ask("GET", f"schemas/ids/{number}")
        if answer.status_code == 404:
            raise UnknownSchema("registry", "schema id", f"the schema registry has no schema {number}")
        return str(_json(answer)["schema"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> httpx.Response:
        try:
            return self._client.request(
                method, path, content=body, headers={"Content-Type": MEDIA_TYPE} if body else {}
            )
        except httpx.HTTPError as error:
            raise Unavailable("schema registry", 1.0, type(error).__name__) from error


def number_of(schema: str) -> int:
    """Return the id of a schema: 31 bits of a digest of all in it but its explanations."""
    digest = hashlib.sha256(_meaning(schema).encode()).digest()
    return int.from_bytes(digest[:4]) & 0x7FFFFFFF


def _meaning(schema: str) -> str:
    return json.dumps(_without_doc(json.loads(schema)), sort_keys=True, separators=(",", ":"))


def _without_doc(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_doc(value) for key, value in node.items() if key != "doc"}
    return [_without_doc(one) for one in node] if isinstance(node, list) else node


def _json(answer: httpx.Response) -> Any:
    if answer.status_code != 200:
        raise Unavailable("schema registry", 1.0, f"status {answer.status_code}")
    return answer.json()

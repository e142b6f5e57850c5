"""The hub's configuration: one frozen `Config`, and the only reader of the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from hub.domain.errors import ConfigError

NAMES = {
    "HUB_DATA": "folder of the embedded store, its key and its mail outbox (default .hub)",
    "HUB_DATABASE": "PostgreSQL DSN; without it the store is a SQLite file in HUB_DATA",
    "HUB_BOOTSTRAP": "Kafka bootstrap HOST:PORT; without it intake hands events straight to the area's worker",
    "HUB_PREFIX": "before every topic and group name, so that several hubs can share one cluster (default none)",
    "HUB_REGISTRY": "URL of a Confluent-compatible schema registry; without it the file registry",
    "HUB_KEY_FILE": "file with the secret key of our names (default HUB_DATA/key, made at first use)",
    "HUB_SMTP": "mail server HOST:PORT; without it mails are files in the outbox folder",
    "HUB_SMTP_FROM": "sender address of mails",
    "HUB_OUTBOX_DIR": "folder of mails that are files (default HUB_DATA/outbox)",
    "HUB_PDS_URL": "base URL of the PDS FHIR API, ending before /Patient; without it nobody is traced",
    "HUB_PDS_KEY_FILE": "file with the access token of PDS, read anew for each request (default none: the sandbox)",
    "HUB_PDS_RATE": "requests to PDS a second, at most (default 3)",
    "HUB_PDS_AGAIN_DAYS": "days before PDS is asked the same question again (default 90)",
    "HUB_HOST": "address that pages listen on (default 127.0.0.1)",
    "HUB_PORT": "port that pages listen on (default 8000, or the next free one)",
    "HUB_BASE_URL": "address of the pages as written in messages (default http://127.0.0.1:8000)",
}
"""Every name the hub reads; another HUB_ name is an error, for it is a slip of the pen."""


class Config(Struct, frozen=True):
    """How this hub is set up."""

    data: Path
    database: str = ""
    bootstrap: str = ""
    prefix: str = ""
    registry: str = ""
    key_file: Path | None = None
    smtp: str = ""
    smtp_from: str = "tell-once@localhost"
    outbox: Path | None = None
    pds_url: str = ""
    pds_key_file: Path | None = None
    pds_rate: float = 3.0
    pds_again_days: int = 90
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"

    @property
    def mails(self) -> Path:
        """Folder of mails that are files."""
        return self.outbox or self.data / "outbox"


def read(environment: Mapping[str, str] | None = None) -> Config:
    """Return the configuration in the environment.

    Raises:
        ConfigError: An unknown HUB_ name, or a value that is no number where one belongs.
    """
    given = {k: v for k, v in (os.environ if environment is None else environment).items() if k.startswith("HUB_")}
    for name in sorted(given.keys() - NAMES.keys()):
        raise ConfigError(name, "no such setting; the names are " + ", ".join(sorted(NAMES)))
    for name in ("HUB_PORT", "HUB_PDS_AGAIN_DAYS"):
        if not given.get(name, "0").isdecimal():
            raise ConfigError(name, "is no number")
    return Config(
        data=Path(given.get("HUB_DATA", ".hub")),
        database=given.get("HUB_DATABASE", ""),
        bootstrap=given.get("HUB_BOOTSTRAP", ""),
        prefix=given.get("HUB_PREFIX", ""),
        registry=given.get("HUB_REGISTRY", ""),
        key_file=Path(given["HUB_KEY_FILE"]) if "HUB_KEY_FILE" in given else None,
        smtp=given.get("HUB_SMTP", ""),
        smtp_from=given.get("HUB_SMTP_FROM", "tell-once@localhost"),
        outbox=Path(given["HUB_OUTBOX_DIR"]) if "HUB_OUTBOX_DIR" in given else None,
        pds_url=given.get("HUB_PDS_URL", ""),
        pds_key_file=Path(given["HUB_PDS_KEY_FILE"]) if "HUB_PDS_KEY_FILE" in given else None,
        pds_rate=_rate(given.get("HUB_PDS_RATE", "3")),
        pds_again_days=int(given.get("HUB_PDS_AGAIN_DAYS", "90")),
        host=given.get("HUB_HOST", "127.0.0.1"),
        port=int(given.get("HUB_PORT", "8000")),
        base_url=given.get("HUB_BASE_URL", "http://127.0.0.1:8000"),
    )


def _rate(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ConfigError("HUB_PDS_RATE", "is no number") from error

"""Identity models: versioned files of weights, each with the report of its training."""

from importlib.resources import files
from pathlib import Path

import msgspec

from hub.domain.errors import ConfigError
from hub.domain.identity.model import Model

FIRST = "children-2026-11"
"""The model that ships: fitted to invented English children (CC0), so that an area has one before it can train its own."""


def load(name: str = FIRST) -> Model:
    """Return a model that ships, by its name, or one in a file, by its path.

    Raises:
        ConfigError: There is none, or it is not one.
    """
    path = Path(name) if name.endswith(".json") else files("hub") / "identity_models" / f"{name}.json"
    if not path.is_file():
        raise ConfigError(name, "no such identity model")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Model)
    except msgspec.MsgspecError as error:
        raise ConfigError(name, f"not an identity model: {error}") from error


def save(model: Model, path: Path) -> None:
    """Write a model to a file that `load` reads."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(model)) + b"\n")

"""A folder instead of a mail server: one .eml file per message, which every mail program opens."""

import os
from pathlib import Path

from msgspec import structs

from hub.adapters.channels.mail import as_mail
from hub.domain.alerts import Message
from hub.domain.errors import Unavailable


class OutboxFolder:
    """Writes messages to a folder; the same message twice leaves one file with the same bytes."""

    def __init__(self, folder: Path, sender: str = "tell-once@localhost") -> None:
        self._folder, self._sender = folder, sender

    def send(self, message: Message) -> None:
        to = message.to if "@" in message.to else f"{message.to}@outbox.invalid"  # a plain name will do for a folder
        content = as_mail(structs.replace(message, to=to), self._sender).as_bytes()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half = self._folder / f".{message.id}.part"
            half.write_bytes(content)
            os.replace(half, self._folder / f"{message.id}.eml")
        except OSError as error:
            raise Unavailable("outbox folder", 60.0, error.strerror or type(error).__name__) from error

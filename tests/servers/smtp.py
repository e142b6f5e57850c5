"""A mail server on loopback that keeps what it is sent."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Self

from tests.servers.policy import missing
from tests.servers.process import free_ports


@dataclass(frozen=True)
class Mail:
    """One accepted message: the envelope's addresses and the parsed content."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class SmtpServer:
    """Accepts every message, except to recipients in `refused`.

    Attributes:
        mails: What was accepted, oldest first.
        refused: Addresses answered with 550, as a mailbox that does not exist.
    """

    def __init__(self) -> None:
        self.host = "127.0.0.1"
        (self.port,) = free_ports()
        self.mails: list[Mail] = []
        self.refused: set[str] = set()

    def clear(self) -> None:
        self.mails.clear()
        self.refused.clear()

    # The two methods below are called by aiosmtpd, by these names.
    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.mails.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), message))
        return "250 OK"

    def __enter__(self) -> Self:
        try:
            from aiosmtpd.controller import Controller
        except ImportError:
            missing("the SMTP server", "pip install aiosmtpd")
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

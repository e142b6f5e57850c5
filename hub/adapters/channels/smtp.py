"""E-mail by SMTP (RFC 5321), one connection per message: alerts are few, and a broken connection hurts only one."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from hub.adapters.channels.mail import as_mail
from hub.domain.alerts import Message
from hub.domain.errors import Unavailable, Unusable


class Server(Struct, frozen=True):
    """Where mail is handed in.

    Attributes:
        user: Empty for a server that asks for no password.
        starttls: The connection must be encrypted before anything is said; without it the mail is not sent.
        name: What we call ourselves in EHLO.
    """

    host: str
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    timeout_s: float = 20.0
    name: str = "tell-once.invalid"


class Smtp:
    """Sends messages by one server.

    What the server refuses for good (5xx) is `Unusable`, everything else `Unavailable`.
    """

    def __init__(self, server: Server, sender: str, tls: ssl.SSLContext | None = None) -> None:
        self._server, self._sender, self._tls = server, sender, tls

    def send(self, message: Message) -> None:
        mail = as_mail(message, self._sender)
        with _named_errors(), self._connected() as connection:
            connection.send_message(mail, self._sender, [message.to])

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        at = self._server
        connection = smtplib.SMTP(at.host, at.port, local_hostname=at.name, timeout=at.timeout_s)
        try:
            if at.starttls:
                connection.starttls(context=self._tls or ssl.create_default_context())
            if at.user:
                connection.login(at.user, at.password)
            yield connection
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()  # the message is accepted: a rude goodbye must not send it again
        finally:
            connection.close()


@contextmanager
def _named_errors() -> Iterator[None]:
    """Turn what smtplib raises into our own errors; no address or server text goes along."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Unusable("smtp", "address", f"refused with {codes[0]}") from error
        raise Unavailable("smtp", 300.0, f"put off with {codes[0]}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise Unavailable("smtp", 300.0, f"sign-in refused with {error.smtp_code}") from error
    except smtplib.SMTPResponseException as error:  # also sender refused and data refused
        if error.smtp_code >= 500 and isinstance(error, smtplib.SMTPDataError):
            raise Unusable("smtp", "message", f"refused with {error.smtp_code}") from error
        raise Unavailable("smtp", 60.0, f"put off with {error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable("smtp", 30.0, type(error).__name__) from error

"""Mail handed in to a real SMTP server."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from hub.adapters.channels.smtp import Server, Smtp
from hub.domain.alerts import AlertRetracted, Announced, Delivery, Message
from hub.domain.announcements import after, decide
from hub.domain.errors import Unavailable, Unusable
from hub.domain.messages import Waiting, compose
from hub.domain.obligation import Judgement
from hub.pipeline import announce, notify
from tests.servers.process import free_ports
from tests.servers.smtp import SmtpServer
from tests.telling import TODAY, a_case, a_duty, an_occasion, judged

SENDER = "hub@council.example"
MESSAGE = Message("0a1b", "email", "dco@icb.example", "Tell Once: 1 alert", "Fällig – due.\n", date(2026, 1, 20))


def channel(server: SmtpServer, **fields: Any) -> Smtp:
    return Smtp(Server(server.host, server.port, timeout_s=10, **fields), SENDER)


def test_a_message_arrives_with_its_id_and_date(smtp: SmtpServer) -> None:
    channel(smtp).send(MESSAGE)
    (mail,) = smtp.mails
    assert (mail.sender, mail.recipients) == (SENDER, ("dco@icb.example",))
    assert mail.message["Message-ID"] == "<0a1b@tell-once>"
    assert mail.message["Date"] == "Tue, 20 Jan 2026 06:00:00 +0000"
    assert mail.message["Subject"] == "Tell Once: 1 alert"
    assert mail.message.get_content().replace("\r\n", "\n") == "Fällig – due.\n"


def test_a_message_sent_twice_has_one_id_so_that_it_counts_once(smtp: SmtpServer) -> None:
    for _ in range(2):
        channel(smtp).send(MESSAGE)
    assert [mail.message["Message-ID"] for mail in smtp.mails] == ["<0a1b@tell-once>"] * 2


def test_nothing_in_a_subject_or_text_adds_a_header_a_recipient_or_a_command(smtp: SmtpServer) -> None:
    evil = "x\r\nBcc: all@everywhere.example\r\n.\r\nMAIL FROM:<evil@y.example>"
    channel(smtp).send(structs.replace(MESSAGE, subject=evil, text=evil + "\r\n.\r\nQUIT\r\n"))
    (mail,) = smtp.mails
    assert mail.recipients == ("dco@icb.example",)
    assert mail.message["Bcc"] is None
    assert "QUIT" in mail.message.get_content()


def test_a_mailbox_that_does_not_exist_is_not_tried_again(smtp: SmtpServer) -> None:
    smtp.refused.add("dco@icb.example")
    with pytest.raises(Unusable) as refused:
        channel(smtp).send(MESSAGE)
    assert (refused.value.field, refused.value.reason) == ("address", "refused with 550")
    assert "icb" not in str(refused.value)


def test_a_server_that_is_away_is_tried_again() -> None:
    (port,) = free_ports()
    with pytest.raises(Unavailable) as away:
        Smtp(Server("127.0.0.1", port, timeout_s=2), SENDER).send(MESSAGE)
    assert (away.value.dependency, away.value.retry_after_s) == ("smtp", 30.0)


def test_without_the_encryption_that_is_asked_for_nothing_is_sent(smtp: SmtpServer) -> None:
    with pytest.raises(Unavailable):
        channel(smtp, starttls=True).send(MESSAGE)
    assert smtp.mails == []


class Moody:
    """Answers DATA as it is told to."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return self.answer


@contextmanager
def running(handler: object, **options: Any) -> Iterator[int]:
    from aiosmtpd.controller import Controller

    (port,) = free_ports()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.mark.parametrize("answer, error", [("451 4.3.0 try later", Unavailable), ("554 5.7.1 no", Unusable)])
def test_what_the_server_puts_off_is_tried_again_and_what_it_refuses_is_not(
    answer: str, error: type[Exception]
) -> None:
    with running(Moody(answer)) as port, pytest.raises(error):
        Smtp(Server("127.0.0.1", port, timeout_s=10), SENDER).send(MESSAGE)


def test_with_starttls_the_message_and_the_password_travel_encrypted(tmp_path: Path) -> None:
    server_side, client_side = certified(tmp_path)
    kept = SmtpServer()
    seen: list[tuple[bytes, bool]] = []

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> Any:
        from aiosmtpd.smtp import AuthResult

        seen.append((data.login, session.ssl is not None))
        return AuthResult(success=data.password == b"secret", handled=False)

    options = {"tls_context": server_side, "require_starttls": True, "authenticator": sign_in, "auth_required": True}
    with running(kept, **options) as port:
        at = Server("localhost", port, user="hub", password="secret", starttls=True, timeout_s=10)
        Smtp(at, SENDER, client_side).send(MESSAGE)
        with pytest.raises(Unavailable) as refused:
            Smtp(structs.replace(at, password="wrong"), SENDER, client_side).send(MESSAGE)
        with pytest.raises(Unavailable):  # a certificate that nobody vouches for
            Smtp(at, SENDER).send(MESSAGE)
    assert [mail.message["Message-ID"] for mail in kept.mails] == ["<0a1b@tell-once>"]
    assert set(seen) == {(b"hub", True)}
    assert refused.value.reason == "sign-in refused with 535"


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's side of one connection, by a certificate made here for localhost."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "server.pem", folder / "server.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(pem, key_pem)
    return server_side, ssl.create_default_context(cafile=str(pem))


def test_from_a_duty_to_the_mail_that_takes_its_alert_back(smtp: SmtpServer) -> None:
    before: dict[str, Announced] = {}
    alerts: dict[str, Any] = {}
    known: dict[str, list[Delivery]] = {}

    def tick(judgement: Judgement) -> list[Any]:
        decisions = decide(an_occasion(), a_case(), judgement, before)
        before.update(after(before, decisions))
        alerts.update(announce.rows(decisions, alerts))
        rows = list(notify.deliveries(decisions, known).values())
        waiting = [
            Waiting(d, alerts[d.alert].announced, alerts[d.alert].text, alerts[d.alert].reason, "TO-AB12") for d in rows
        ]
        for message in compose(waiting, TODAY, "https://hub.example"):
            channel(smtp).send(message)
        for d in rows:
            known.setdefault(d.alert, []).extend(notify.reported(d, "sent", TODAY))
        return list(decisions)

    (raised,) = tick(judged(a_duty()))
    (retracted,) = tick(judged(a_duty("met", done_on=date(2026, 1, 10))))
    assert isinstance(retracted, AlertRetracted)
    alert, taken_back = (mail.message for mail in smtp.mails)
    assert alert["To"] == taken_back["To"] == "dco.north@icb.example"
    assert "Statutory limit passed" in alert.get_content()
    assert taken_back["Subject"] == "Tell Once: 1 alert withdrawn (case TO-AB12)"
    assert "Reason: Done on 10 January 2026, in time;" in taken_back.get_content()
    assert f"https://hub.example/alerts/{raised.alert}" in taken_back.get_content()
    assert not any(word in str(mail) for mail in (alert, taken_back) for word in ("child-1", "duty-1"))

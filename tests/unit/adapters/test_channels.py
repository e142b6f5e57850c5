import email
import email.policy
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from msgspec import structs

from hub.adapters.channels.mail import as_mail
from hub.adapters.channels.outbox_folder import OutboxFolder
from hub.domain.alerts import Message
from hub.domain.errors import Unavailable, Unusable

MESSAGE = Message("0a1b", "outbox", "dco@icb.example", "Tell Once: 1 alert", "Fällig – due.\n", date(2026, 7, 1))


def read(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)  # type: ignore[return-value]


def test_a_message_becomes_mail_with_a_date_and_an_id_of_its_own() -> None:
    mail = read(as_mail(MESSAGE, "hub@council.example").as_bytes())
    assert mail["Message-ID"] == "<0a1b@tell-once>"
    assert mail["Date"] == "Wed, 01 Jul 2026 06:00:00 +0100"
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "dco@icb.example",
        "hub@council.example",
        "Tell Once: 1 alert",
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["Fällig – due."]


def test_the_same_message_gives_the_same_bytes_with_and_without_html() -> None:
    for message in (MESSAGE, structs.replace(MESSAGE, html="<p>Fällig</p>")):
        assert as_mail(message, "hub@council.example").as_bytes() == as_mail(message, "hub@council.example").as_bytes()


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x00"])
def test_no_subject_begins_a_header_of_its_own(break_: str) -> None:
    mail = read(
        as_mail(
            structs.replace(MESSAGE, subject=f"Due{break_}Bcc: x@y.example{break_}{break_}body"), "a@b.example"
        ).as_bytes()
    )
    assert mail["Bcc"] is None
    assert "Bcc: x@y.example" in mail["Subject"]
    assert mail.get_content().splitlines() == ["Fällig – due."]


@pytest.mark.parametrize(
    "address",
    [
        "dco@icb.example\r\nBcc: x@y.example", "dco@icb.example\n", "dco@icb.example, x@y.example",
        "dco@icb.example;x@y.example", "Somebody <dco@icb.example>", "dco", "@icb.example", "dco@", "dco@@icb.example",
        "", "dco @icb.example", "d\u00e9@icb.example", "dco@icb.example\u2028x", "(c)dco@icb.example",
        '"a b"@icb.example',
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(Unusable) as refused:
        as_mail(structs.replace(MESSAGE, to=address), "hub@council.example")
    assert refused.value.field == "address"
    assert "example" not in str(refused.value)
    with pytest.raises(Unusable):
        as_mail(MESSAGE, address)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a\r\nb", "a>b", "a b", "ü"])
def test_an_id_that_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        OutboxFolder(tmp_path).send(structs.replace(MESSAGE, id=name))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_gets_one_file_per_message_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = OutboxFolder(tmp_path / "outbox")
    folder.send(MESSAGE)
    first = (tmp_path / "outbox" / "0a1b.eml").read_bytes()
    folder.send(MESSAGE)
    folder.send(structs.replace(MESSAGE, id="2c3d"))
    assert sorted(path.name for path in (tmp_path / "outbox").iterdir()) == ["0a1b.eml", "2c3d.eml"]
    assert (tmp_path / "outbox" / "0a1b.eml").read_bytes() == first
    assert read(first)["Subject"] == "Tell Once: 1 alert"


def test_a_folder_takes_a_plain_name_for_an_address(tmp_path: Path) -> None:
    OutboxFolder(tmp_path).send(structs.replace(MESSAGE, to="dco-north"))
    assert read((tmp_path / "0a1b.eml").read_bytes())["To"] == "dco-north@outbox.invalid"


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as away:
        OutboxFolder(tmp_path / "file").send(MESSAGE)
    assert away.value.retry_after_s > 0

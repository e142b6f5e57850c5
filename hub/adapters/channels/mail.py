"""A message as e-mail (RFC 5322): the same bytes each time, and nothing in a header that could begin another."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from hub.domain.alerts import Message
from hub.domain.errors import Unusable
from hub.domain.instants import LONDON, at_six

_ID = re.compile(r"[0-9A-Za-z._-]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")


def as_mail(message: Message, sender: str, domain: str = "tell-once") -> EmailMessage:
    """Return the message as e-mail, dated 06:00 Europe/London of its day.

    Args:
        sender: Address in From.
        domain: Right side of the Message-ID, whose left side is the message's id.

    Raises:
        Unusable: The id or an address is not one; trying again will not help.
    """
    if not _ID.fullmatch(message.id):
        raise Unusable("message", "id", "letters, digits, dot, dash and underscore only")
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender, "sender")
    mail["To"] = _address(message.to, "address")
    mail["Subject"] = "".join(c if c.isprintable() else " " for c in message.subject)
    mail["Date"] = format_datetime(at_six(message.on).astimezone(LONDON))
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday reply comes back
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
        mail.set_boundary(f"={message.id}")  # the default one is random
    return mail


def _address(text: str, field: str) -> Address:
    """The one address that the text is; a list, a name or a line break is refused, and never shown."""
    if not (text.isascii() and text.isprintable() and _ADDRESS.fullmatch(text)):
        raise Unusable("contacts", field, "not an e-mail address")
    try:
        return Address(addr_spec=text)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise Unusable("contacts", field, "not an e-mail address") from error

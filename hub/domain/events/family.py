"""Topic `agency.family`: what families tell the hub themselves."""

from datetime import date
from typing import ClassVar

from hub.domain.events.envelope import Payload


class ConcernRaised(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody is concerned `about` a body, a line of the plan or a duty; their words are kept elsewhere."""

    topic: ClassVar[str] = "agency.family"
    about: str = ""
    body: str = ""
    line: str = ""
    duty: str = ""
    on: date | None = None
    by: str = ""
    words_ref: str = ""


class ViewsGiven(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The child, parent or young person gave their views; their words are kept elsewhere."""

    topic: ClassVar[str] = "agency.family"
    on: date | None = None
    by: str = ""
    words_ref: str = ""

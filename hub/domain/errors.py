"""What can go wrong, sorted by who can mend it.

HubError
├── Unusable            the sender must correct it: dead letter, go on
│   ├── UnknownSchema
│   └── InvalidIdentifier
├── Forbidden           not allowed for this purpose
├── NotFound            no such thing, or not for you
├── Conflict            somebody was faster: reload and redo
├── Unavailable         a dependency is away: try again later
├── RuleError           our law data is wrong: stop at start
└── ConfigError         our configuration is wrong: stop at start

Fields, not sentences. No field holds personal data.
"""


class HubError(Exception):
    """Root of all errors we raise on purpose."""

    exit_code = 1
    http_status = 500

    def fields(self) -> dict[str, object]:
        """Return the error's fields by name, safe to log and to show."""
        return {k: v for k, v in vars(self).items() if not k.startswith("_")}

    def __str__(self) -> str:
        return "; ".join(f"{k}: {v}" for k, v in self.fields().items() if v not in (None, ""))


class Unusable(HubError):
    """A row, event or file that its sender must correct."""

    http_status = 422

    def __init__(self, source: str, field: str, reason: str, row: int | None = None, file: str = "") -> None:
        super().__init__(source, field, reason)
        self.source, self.file, self.row, self.field, self.reason = source, file, row, field, reason


class UnknownSchema(Unusable):
    """An event of a type or version that we do not know."""


class InvalidIdentifier(Unusable):
    """An identifier whose form or check digit is wrong."""


class Forbidden(HubError):
    """The actor may not do this for this purpose."""

    exit_code = 7
    http_status = 403

    def __init__(self, role: str, action: str, reason: str = "") -> None:
        super().__init__(role, action, reason)
        self.role, self.action, self.reason = role, action, reason


class NotFound(HubError):
    """No such thing, or not for this actor: the two are not told apart."""

    exit_code = 8
    http_status = 404

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.kind, self.name = kind, name


class Conflict(HubError):
    """Somebody was faster, or the order of things forbids it."""

    exit_code = 6
    http_status = 409

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what, self.reason = what, reason


class Unavailable(HubError):
    """Something we depend on is away.

    Attributes:
        retry_after_s: Seconds to wait before the next try.
    """

    exit_code = 5
    http_status = 503

    def __init__(self, dependency: str, retry_after_s: float = 1.0, reason: str = "") -> None:
        super().__init__(dependency, retry_after_s, reason)
        self.dependency, self.retry_after_s, self.reason = dependency, retry_after_s, reason


class RuleError(HubError):
    """A rule file says something that cannot be."""

    exit_code = 4

    def __init__(self, file: str, rule: str, reason: str) -> None:
        super().__init__(file, rule, reason)
        self.file, self.rule, self.reason = file, rule, reason


class ConfigError(HubError):
    """A setting, or a file that configures the hub, is wrong."""

    exit_code = 3

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason

"""Identifiers: those of the outside world, checked; and our own, derived and never random.

Sources: NHS Data Dictionary (NHS NUMBER, modulus 11); DfE Unique Pupil Number 2.0 (modulus 23).
"""

import hashlib
import hmac
import re

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = re.compile(r"[A-Z]\d{11}[0-9A-HJ-NP-RT-Z]")
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})")
_BREAKS = re.compile(r"[\s\-]")


def nhs_number(text: str) -> str | None:
    """Return the ten digits of a valid NHS number, or `None`.

    >>> nhs_number("943 476 5919")
    '9434765919'
    >>> nhs_number("9000000015") is None
    True
    """
    digits = _BREAKS.sub("", text)
    if len(digits) != 10 or not digits.isdecimal() or not digits.isascii() or len(set(digits)) == 1:
        return None
    check = (11 - sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11) % 11
    return digits if check != 10 and check == int(digits[9]) else None


def upn(text: str) -> str | None:
    """Return a valid Unique Pupil Number in capitals, or `None`.

    >>> upn("b801200005001")
    'B801200005001'
    >>> upn("A801200005001") is None
    True
    """
    code = _BREAKS.sub("", text).upper()
    if not _UPN.fullmatch(code):
        return None
    values = [UPN_LETTERS.index(c) if c.isalpha() else int(c) for c in code[1:]]
    return code if UPN_LETTERS[sum(i * v for i, v in enumerate(values, 2)) % 23] == code[0] else None


def is_temporary_upn(code: str) -> bool:
    """Tell whether a UPN is temporary: it ends in a letter and identifies nobody for long."""
    return code[-1:].isalpha()


def postcode(text: str) -> str | None:
    """Return a postcode in capitals with one space, or `None` when it is not one in form.

    >>> postcode("ls1 4ap")
    'LS1 4AP'
    """
    found = _POSTCODE.fullmatch(_BREAKS.sub("", text).upper())
    return f"{found[1]} {found[2]}" if found else None


def name_of(*parts: object) -> str:
    """Return a stable public name for the given parts: 32 hex digits, the same in every run."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()


class Keyed:
    """Names that only the holder of a key can derive, so that nobody guesses a number back from its name."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, digest_size=32).digest()

    def name(self, *parts: object) -> str:
        """Return the keyed name of the parts: 32 hex digits (BLAKE2b in its keyed mode, RFC 7693)."""
        return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16, key=self._key).hexdigest()

    def signature(self, text: bytes) -> str:
        """Return an HMAC-SHA256 of the text, as sent in the Tell-Once-Signature header."""
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

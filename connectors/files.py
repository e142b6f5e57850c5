"""The files of a load: a file, a folder or a zip; and in which encoding their text comes."""

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from connectors.base import Held, Part

CHUNK = 1 << 20
UNFINISHED = (".part", ".partial", ".filepart", ".tmp", ".crdownload")
_ASIDE = re.compile(r"(^|/)(\.|~\$|__MACOSX/|readme|source\.md|manifest\.)", re.IGNORECASE)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


def parts_of(path: Path, suffixes: tuple[str, ...]) -> list[Part | Held]:
    """Return the files at the path that a connector reads, by name; a `Held` for each that is not whole.

    Args:
        path: A file (then its ending does not matter), a folder or a zip, with any folders inside.
        suffixes: Endings that the connector reads. Others in a folder are left alone, unless of an unfinished copy.
    """
    if path.is_dir():
        found: list[Part | Held] = []
        for file in sorted(path.rglob("*")):
            if file.is_file():
                found += _one(file, file.relative_to(path).as_posix(), suffixes)
        return found
    if _is_zip(path):
        return _archive(path, "", suffixes)
    return [_unfinished(path.name) or Part(path.name, lambda: path.open("rb"))]


def _one(file: Path, name: str, suffixes: tuple[str, ...]) -> list[Part | Held]:
    if _ASIDE.search(name):
        return []
    if held := _unfinished(name):
        return [held]
    if _is_zip(file):
        return _archive(file, f"{name}/", suffixes)
    return [Part(name, lambda: file.open("rb"))] if name.lower().endswith(suffixes) else []


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or zipfile.is_zipfile(path)


def _archive(path: Path, prefix: str, suffixes: tuple[str, ...]) -> list[Part | Held]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=lambda info: info.filename)
    except _BROKEN:
        return [Held(prefix.rstrip("/") or path.name, "the archive is broken or not complete")]
    found: list[Part | Held] = []
    for info in infos:
        name = info.filename
        if _ASIDE.search(name):
            continue
        if info.flag_bits & 1:
            found.append(Held(prefix + name, "encrypted: give it without a password"))
        elif held := _unfinished(prefix + name):
            found.append(held)
        elif PurePosixPath(name).suffix.lower() == ".zip":
            found.append(Held(prefix + name, "an archive in an archive: unpack it first"))
        elif name.lower().endswith(suffixes):
            found.append(Part(prefix + name, lambda info=info: _member(path, info)))  # type: ignore[misc]
    return found


def _unfinished(name: str) -> Held | None:
    return Held(name, "an unfinished copy") if name.lower().endswith(UNFINISHED) else None


@contextmanager
def _member(path: Path, info: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(path) as archive, archive.open(info) as stream:
        yield stream  # type: ignore[misc]


def broken(part: Part) -> str:
    """Return why the bytes of a file cannot be had in full; empty if they can."""
    try:
        with part.open() as stream:
            while stream.read(CHUNK):
                pass
    except _BROKEN:
        return "cannot be read to its end"
    return ""


def encoding_of(part: Part) -> tuple[str, str]:
    """Return the encoding of a text file and why it cannot be read; one of them is empty.

    UTF-8 with or without a byte order mark, else cp1252, the other encoding that English systems export.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_first = True, True
    with part.open() as stream:
        while chunk := stream.read(CHUNK):
            if is_first and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "", "UTF-16: save it as UTF-8"
            if b"\0" in chunk:
                return "", "holds null bytes: a copy that was cut short, or no text file"
            is_first = False
            if is_utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_first:
        return "", "empty: not even a header"
    if is_utf8 and decoder.getstate()[0]:
        return "", "ends within a character"
    return ("utf-8-sig" if is_utf8 else "cp1252"), ""


@contextmanager
def text_of(part: Part, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open a file as text, its line ends untouched; bytes that the encoding does not know become U+FFFD."""
    with part.open() as stream:
        yield io.TextIOWrapper(stream, encoding, errors="replace", newline="")

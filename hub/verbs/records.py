"""Files of records: CSV, plain or gzip."""

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from hub.domain.errors import Unusable


def read(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file, plain or gzip.

    Raises:
        Unusable: It cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(str(path), "file", f"cannot be read: {error}") from error


def header(path: Path) -> tuple[str, ...]:
    """Return the columns of a file; none if it has no row."""
    return tuple(next(read(path), {}))

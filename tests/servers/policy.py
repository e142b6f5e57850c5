"""What happens when the machine lacks something a test needs."""

import os
from typing import NoReturn

import pytest


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() not in ("", "0", "false", "no")


# Read once, at import: a fixture takes HUB_TEST_ALL out of the environment, for the hub refuses unknown HUB_ names.
ALL_REQUIRED = _is_set("CI") or _is_set("HUB_TEST_ALL")


def missing(what: str, how: str) -> NoReturn:
    """Skip the running test in one line; with CI=true or HUB_TEST_ALL=1 fail it.

    Args:
        what: The thing that is not there: "Chromium".
        how: How to get it: "apt install chromium, or set CHROMIUM".
    """
    line = f"{what} is missing: {how}"
    if ALL_REQUIRED:
        pytest.fail(f"{line} (a failure because CI or HUB_TEST_ALL is set)", pytrace=False)
    pytest.skip(line)

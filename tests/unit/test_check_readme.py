"""Which blocks of the README are run, and with what environment."""

from pathlib import Path

import pytest

from tools.check_readme import environment, runnable


def test_only_marked_blocks_run_each_with_its_line() -> None:
    shown = "# Title\n\n```sh\nrm -rf /\n```\n\n"
    page = shown + "<!-- runs -->\n```sh\nhub check\nhub --help\n```\n\n<!-- runs -->\n```sh\ntrue\n```\n"
    assert runnable(page) == [(9, "hub check\nhub --help\n"), (15, "true\n")]


def test_a_fence_inside_a_longer_fence_does_not_end_it() -> None:
    assert runnable("<!-- runs -->\n````sh\necho '```'\n````\n") == [(3, "echo '```'\n")]


@pytest.mark.parametrize(
    "page",
    [
        "<!-- runs -->\n\n```sh\ntrue\n```\n",
        "<!-- runs -->\n```python\npass\n```\n",
        "<!-- runs -->\n```sh\ntrue\n",
    ],
)
def test_a_mark_without_its_block_is_an_error(page: str) -> None:
    with pytest.raises(ValueError, match="1 lines say"):
        runnable(page)


def test_commands_see_their_own_data_folder_and_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE", "postgresql://elsewhere")
    seen = environment(Path("somewhere"))
    assert {name: value for name, value in seen.items() if name.startswith("HUB_")} == {"HUB_DATA": "somewhere"}
    assert seen["PATH"].split(":")[0].endswith(".venv/bin")

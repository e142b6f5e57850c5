"""The steward's pages say the same on PostgreSQL as on SQLite."""

import html
import re
from pathlib import Path

from starlette.testclient import TestClient

from hub.bootstrap import Hub
from hub.config import Config
from tests.stewarding import a_hub, a_queue, app_of, child_of
from tests.unit.web.conftest import LOCAL, token_in


def pages(hub: Hub) -> dict[str, str]:
    """Every page of a steward after a decision, an undo and a split."""
    world = a_queue(hub)
    client = TestClient(app_of(hub), base_url=LOCAL, client=("127.0.0.1", 50000), follow_redirects=False)
    client.post("/sign-in", data={"offer": "steward|demo steward", "csrf": token_in(client.get("/").text)})
    token = token_in(client.get("/steward").text)
    asked = world.select("SELECT id FROM possible_match WHERE local_id = 'T1'")[0]["id"]
    where = client.post(f"/steward/{asked}/link", data={"csrf": token, "reason": "records"}).headers["location"]
    entry = re.findall("entry=([0-9a-f]+)", where)[0]
    assert client.post(f"/steward/history/{entry}/undo", data={"csrf": token, "reason": "slip"}).status_code == 303
    seen: dict[str, str] = {}
    todo = ["/steward", f"/steward/disclosures/{child_of(world, 'casework', 'C1')}"]
    while todo:
        path = todo.pop()
        text = client.get(path).text
        seen[path] = re.sub(r'name="csrf" value="[0-9a-f]+"', "", text)
        todo += sorted(
            {html.unescape(one) for one in re.findall(r'href="(/steward[^"#]*)"', text)} - seen.keys() - set(todo)
        )
    hub.store.close()
    return seen


def test_the_pages_are_the_same_on_both(tmp_path: Path, postgres_dsn: str) -> None:
    here = pages(a_hub(tmp_path / "sqlite"))
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "key").write_text("a test's key\n")
    there = pages(Hub(Config(data=tmp_path / "postgres", database=postgres_dsn)))
    assert len(here) > 20
    assert here == there

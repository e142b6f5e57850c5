"""The servers of `tests/servers` are real and behave as other tests rely on."""

import asyncio
import json
import smtplib
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select, text

from tests.servers import policy
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer
from tests.servers.process import has_ended, wait_until
from tests.servers.smtp import SmtpServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

Unique = Callable[[str], str]


async def make_topic(bootstrap: str, name: str, partitions: int = 1, **configs: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        settings = {key.replace("_", "."): value for key, value in configs.items()}
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])
    finally:
        await admin.close()


async def write(bootstrap: str, topic: str, *values: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, partition=0)


async def read(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    async with consumer:
        consumer.assign([TopicPartition(topic, 0)])
        return [(await asyncio.wait_for(anext(consumer), 20)).value for _ in range(count)]


class TestKafka:
    def test_a_record_written_is_the_record_read(self, kafka: str, unique: Unique) -> None:
        async def scenario() -> list[bytes]:
            await make_topic(kafka, unique("agency.people"))
            await write(kafka, unique("agency.people"), b"told once")
            return await read(kafka, unique("agency.people"), 1)

        assert asyncio.run(scenario()) == [b"told once"]

    def test_a_group_reads_on_from_what_it_committed(self, kafka: str, unique: Unique) -> None:
        async def member() -> bytes:
            async with AIOKafkaConsumer(
                unique("t"),
                bootstrap_servers=kafka,
                group_id=unique("g"),
                auto_offset_reset="earliest",
                enable_auto_commit=False,
            ) as consumer:
                record = await asyncio.wait_for(anext(consumer), 20)
                await consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})
                return record.value

        async def scenario() -> list[bytes]:
            await make_topic(kafka, unique("t"))
            await write(kafka, unique("t"), b"1", b"2")
            return [await member(), await member()]

        assert asyncio.run(scenario()) == [b"1", b"2"]

    def test_a_topic_keeps_the_settings_it_was_created_with(self, kafka: str, unique: Unique) -> None:
        async def scenario() -> tuple[int, dict[str, str]]:
            await make_topic(kafka, unique("t"), 3, cleanup_policy="compact", retention_ms="86400000")
            admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
            await admin.start()
            try:
                (described,) = await admin.describe_topics([unique("t")])
                (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, unique("t"))])
            finally:
                await admin.close()
            settings = {name: value for name, value, *_ in answer.resources[0][4]}
            return len(described["partitions"]), settings

        partitions, settings = asyncio.run(scenario())

        assert partitions == 3
        assert settings["cleanup.policy"] == "compact"
        assert settings["retention.ms"] == "86400000"

    def test_a_killed_broker_comes_back_on_its_port_with_its_data(self, own_kafka: KafkaServer) -> None:
        bootstrap = own_kafka.bootstrap

        async def before() -> None:
            await make_topic(bootstrap, "t")
            await write(bootstrap, "t", b"1", b"2")

        asyncio.run(before())
        own_kafka.kill()
        assert not own_kafka.is_running
        own_kafka.start()

        async def after() -> list[bytes]:
            await write(bootstrap, "t", b"3")
            return await read(bootstrap, "t", 3)

        assert asyncio.run(after()) == [b"1", b"2", b"3"]
        assert own_kafka.bootstrap == bootstrap


class TestPostgres:
    NOTE = Table("note", MetaData(), Column("id", Integer, primary_key=True), Column("words", String))

    def test_sqlalchemy_reads_back_what_it_wrote(self, postgres: PostgresServer, postgres_dsn: str) -> None:
        engine = create_engine(postgres_dsn.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            self.NOTE.metadata.create_all(connection)
            connection.execute(insert(self.NOTE).values(id=1, words="één keer verteld"))
        with engine.connect() as connection:
            assert connection.execute(select(self.NOTE)).one() == (1, "één keer verteld")
            assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        engine.dispose()

    @pytest.mark.parametrize("turn", ["first", "second"])
    def test_every_test_gets_an_empty_database(self, turn: str, postgres_dsn: str) -> None:
        engine = create_engine(postgres_dsn.replace("postgresql://", "postgresql+psycopg://"))
        with engine.begin() as connection:
            self.NOTE.metadata.create_all(connection, checkfirst=False)  # raises if the table is there
        engine.dispose()

    def test_a_killed_server_comes_back_on_its_port_with_what_was_committed(self, own_postgres: PostgresServer) -> None:
        import psycopg

        dsn = own_postgres.new_database()
        survivor = psycopg.connect(dsn)
        survivor.execute("CREATE TABLE note (words text)")
        survivor.execute("INSERT INTO note VALUES ('committed')")
        survivor.commit()
        survivor.execute("INSERT INTO note VALUES ('not committed')")
        own_postgres.kill()
        with pytest.raises(psycopg.OperationalError):
            survivor.execute("SELECT 1")
        survivor.close()
        own_postgres.start()

        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT words FROM note").fetchall() == [("committed",)]


class TestRegistry:
    def test_an_incompatible_next_version_is_refused(self, registry: str, unique: Unique) -> None:
        def ask(path: str, field: dict[str, object]) -> dict[str, object]:
            schema = {"type": "record", "name": "Person", "fields": [field]}
            request = urllib.request.Request(
                f"{registry}/{path}",
                json.dumps({"schema": json.dumps(schema)}).encode(),
                {"Content-Type": "application/vnd.schemaregistry.v1+json"},
            )
            with urllib.request.urlopen(request, timeout=20) as response:
                answer: dict[str, object] = json.load(response)
                return answer

        subject = unique("people")
        assert "id" in ask(f"subjects/{subject}/versions", {"name": "id", "type": "string"})
        check = f"compatibility/subjects/{subject}/versions/latest"
        assert ask(check, {"name": "id", "type": "string", "doc": "explained"})["is_compatible"] is True
        assert ask(check, {"name": "born", "type": "int"})["is_compatible"] is False


class TestSmtp:
    def test_a_mail_arrives_as_it_was_sent(self, smtp: SmtpServer) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "hub@example.org", "officer@example.org", "2 duties due"
        message["Message-ID"] = "<delivery-1@example.org>"
        message.set_content("Zoë, see the worklist.")
        with smtplib.SMTP(smtp.host, smtp.port, timeout=5) as client:
            client.send_message(message)

        (mail,) = smtp.mails
        assert mail.recipients == ("officer@example.org",)
        assert mail.message["Message-ID"] == "<delivery-1@example.org>"
        assert mail.message.get_content().strip() == "Zoë, see the worklist."

    def test_an_unknown_mailbox_is_refused_at_once(self, smtp: SmtpServer) -> None:
        assert smtp.mails == []
        smtp.refused.add("gone@example.org")
        with smtplib.SMTP(smtp.host, smtp.port, timeout=5) as client:
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("hub@example.org", ["gone@example.org"], "Subject: x\r\n\r\n")


class TestBrowser:
    def test_a_page_is_rendered(self, page: "Page", tmp_path: Path) -> None:
        page.goto("data:text/html,<title>Tell Once</title><h1 style='color:%23005eb8'>Worklist</h1>")

        assert page.get_by_role("heading").inner_text() == "Worklist"
        picture = page.screenshot(path=tmp_path / "page.png")
        assert picture.startswith(b"\x89PNG")
        assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/London"


class TestMissing:
    def test_on_a_laptop_a_missing_server_skips_and_says_how_to_get_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(policy, "ALL_REQUIRED", False)
        with pytest.raises(pytest.skip.Exception, match="Chromium is missing: apt install chromium"):
            policy.missing("Chromium", "apt install chromium")

    def test_on_ci_a_missing_server_is_a_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(policy, "ALL_REQUIRED", True)
        with pytest.raises(pytest.fail.Exception, match="Chromium is missing"):
            policy.missing("Chromium", "apt install chromium")


START_AND_WAIT = """
import time
from tests.servers.process import Process, new_folder
folder = new_folder("guarded")
print(folder, Process(["sleep", "600"], folder / "log").pid, flush=True)
time.sleep(600)
"""


class TestGuard:
    @pytest.mark.parametrize("end", ["terminate", "kill"])
    def test_a_killed_test_run_leaves_no_server_and_no_folder(self, end: str) -> None:
        import psutil

        root = Path(__file__).parents[2]
        run = subprocess.Popen([sys.executable, "-c", START_AND_WAIT], cwd=root, stdout=subprocess.PIPE, text=True)
        with run:
            assert run.stdout is not None
            folder, pid = run.stdout.readline().split()
            server = psutil.Process(int(pid))
            assert not has_ended(server)
            getattr(run, end)()

        wait_until(lambda: not Path(folder).exists())
        wait_until(lambda: has_ended(server))

"""The `faust.App` of a worker: it starts, supervises and stops the batch service and the agents."""

import asyncio
import logging
import os
import signal
from typing import Any

import faust
import mode

from consumers import agents
from consumers.batch_service import BatchService, Settings
from consumers.partition import Parts
from hub.domain.errors import HubError

STOP = (signal.SIGTERM, signal.SIGINT)
LOGGER = logging.getLogger("tell_once.worker")


class Worker:
    """One worker process: the app, the service that does the work, and what the agents count."""

    def __init__(self, parts: Parts, settings: Settings, has_agents: bool = True) -> None:
        self.app = make_app(settings)
        self.service = BatchService(parts, settings, beacon=self.app.beacon)
        self.operations = agents.add(self.app, parts.topics) if has_agents else agents.Operations()
        self.app.producer_only = not has_agents  # an app without agents would crash its conductor
        self._parts, self._settings = parts, settings

    async def run(self, stop: asyncio.Event) -> int:
        """Work until told to stop; return 0, or the exit code of what went wrong."""
        reason: BaseException | None = None
        try:
            await asyncio.to_thread(self._parts.log.ensure_topics)  # agents hang on a topic that is not there
            await self.app.start()
            await self.app.add_runtime_dependency(self.service)
            await _first(stop.wait(), self.app.wait_until_stopped(), self.service.wait_until_stopped())
        except (Exception, asyncio.CancelledError) as error:
            reason = error
        reason = self.service.crash_reason or self.app.crash_reason or reason
        try:
            await asyncio.wait_for(self.app.stop(), self._settings.stop_s + 30)
        except (Exception, asyncio.CancelledError) as error:  # what a crashed app raises while it stops
            reason = reason or error
        return _exit_code(reason)


def make_app(settings: Settings) -> Any:
    """Return the app, with the settings that make Faust lose nothing and listen to nobody."""
    return faust.App(
        f"{settings.group}-operations",
        broker=[f"kafka://{address}" for address in settings.bootstrap.split(",")],
        agent_supervisor=mode.CrashingSupervisor,
        stream_wait_empty=True,
        broker_commit_interval=1.0,
        broker_session_timeout=settings.session_s,
        broker_heartbeat_interval=settings.session_s / 4,
        broker_rebalance_timeout=10.0,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.name,
        web_enabled=False,
        web_bind="127.0.0.1",
        web_tables_enabled=False,
        key_serializer="raw",
        value_serializer="raw",
    )


def run(parts: Parts, settings: Settings, has_agents: bool = True) -> int:
    """Run a worker in this process until SIGTERM or SIGINT, and return its exit code."""
    _log_to_stderr()

    async def main() -> int:
        stop = asyncio.Event()
        for one in STOP:
            asyncio.get_running_loop().add_signal_handler(one, stop.set)
        worker = Worker(parts, settings, has_agents)
        agents.beat(worker.app, lambda: LOGGER.info("%s %s", worker.service.progress, worker.operations))
        code = await worker.run(stop)
        if worker.service.is_stuck:  # Python would wait for that thread for ever; the database ends its transaction
            logging.shutdown()
            os._exit(code or 1)
        return code

    with asyncio.Runner() as runner:
        code = runner.run(main())
    parts.log.close()
    return code


def _log_to_stderr() -> None:
    """Log; the Kafka clients the same thing once in ten seconds, for a broker that is down gives hundreds a second."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("tell_once", "consumers"):
        logging.getLogger(name).setLevel(logging.INFO)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_Seldom())


class _Seldom(logging.Filter):
    """Passes a message of one form from aiokafka once in ten seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("aiokafka"):
            return True
        last = self._passed.get(record.msg)
        if last is not None and record.created - last < 10:
            return False
        self._passed[record.msg] = record.created
        return True


async def _first(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _exit_code(reason: BaseException | None) -> int:
    if reason is None:
        return 0
    LOGGER.error("the worker ends: %s: %s", type(reason).__name__, reason)
    return reason.exit_code if isinstance(reason, HubError) else 1

"""Serving the pages: on loopback only, until there is a real sign-in."""

import ipaddress
import socket

import click
import uvicorn

from hub.bootstrap import Hub
from hub.domain.errors import Unavailable


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next free one within a hundred."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise Unavailable("port", 1.0, f"none free from {wanted}")


def serve(hub: Hub, port: int | None) -> None:
    """Serve until interrupted."""
    host = hub.config.host
    if not ipaddress.ip_address(host).is_loopback:
        click.echo(
            f"Listening on {host}. Until there is a real sign-in, pages answer to loopback alone; all else is refused."
        )
    wanted = port or hub.config.port
    found = free_port(host, wanted)
    if found != wanted:
        click.echo(f"Port {wanted} is taken; using {found}.")
    click.echo(f"Pages: http://{host}:{found}/   (stop with Ctrl-C)")
    uvicorn.run(hub.web(f"http://{host}:{found}"), host=host, port=found, log_level="warning", access_log=False)

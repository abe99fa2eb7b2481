"""The sandbox as a server of its own: started from a command line, it says where it is and runs until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TextIO

from .clients import Client
from .sandbox import DEFAULT_REDIRECT, Sandbox
from .switches import POSITIONS, Limits, Switches

Wait = Callable[[], object]


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    arguments = argparse.ArgumentParser(
        prog="zoho-books sandbox",
        description="Run a local stand-in for Zoho Books on loopback ports until Ctrl-C.",
        epilog="Switches: " + "; ".join(f"{name}={'|'.join(map(str, places))}" for name, places in POSITIONS.items()),
    )
    add = arguments.add_argument
    add("--data-centres", default="us,in", metavar="LIST", help="location codes, with commas (us,in)")
    add("--ports", default="8801,8802", metavar="LIST", help="one per data centre; 0 picks a free one")
    add("--switch", action="append", default=[], metavar="NAME=VALUE", help="turn a switch; repeatable")
    add("--seed", choices=["demo"], help="fill the books with one record of every module")
    add("--no-limits", action="store_true", help="switch every rate limit off")
    add("--send-webhooks", action="store_true", help="send what workflow rules deliver, to this machine only")
    add("--redirect-uri", action="append", metavar="URL", help="register this callback; repeatable")
    return arguments


def run(
    *,
    data_centres: Sequence[str] = ("us", "in"),
    ports: Sequence[int] | None = None,
    switches: Switches | None = None,
    limits: Limits | None = None,
    demo: bool = False,
    send_webhooks: bool = False,
    redirect_uris: Sequence[str] = (DEFAULT_REDIRECT,),
    out: TextIO | None = None,
    wait: Wait | None = None,
) -> int:
    """Start, register a demo client, say where everything is, and serve until `wait` returns or Ctrl-C."""
    out = out or sys.stdout
    with Sandbox(data_centres, switches, limits, ports) as sandbox:
        client = sandbox.register_client(redirect_uris)
        if demo:
            for name in sandbox:
                sandbox[name].seed_demo()
        if send_webhooks:
            sandbox.start_sending()
        out.write(summary(sandbox, client))
        out.flush()
        try:
            (wait or threading.Event().wait)()
        except KeyboardInterrupt:
            out.write("\nStopped.\n")
    return 0


def serve(argv: Sequence[str] | None = None, out: TextIO | None = None, wait: Wait | None = None) -> int:
    """Run the command; answers its exit status."""
    options = parser().parse_args(argv)
    data_centres = _listed(options.data_centres)
    try:
        ports = [int(port) for port in _listed(options.ports)]
        switches = Switches.parse(options.switch)
        if len(ports) < len(data_centres):
            ports += [0] * (len(data_centres) - len(ports))
        return run(
            data_centres=data_centres,
            ports=ports[: len(data_centres)],
            switches=switches,
            limits=Limits.off() if options.no_limits else Limits(),
            demo=options.seed == "demo",
            send_webhooks=options.send_webhooks,
            redirect_uris=options.redirect_uri or [DEFAULT_REDIRECT],
            out=out,
            wait=wait,
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"zoho-books sandbox: {error}\n")
        return 2


def summary(sandbox: Sandbox, client: Client) -> str:
    """The block a person reads: addresses, demo client, organizations, how to stop."""
    lines = ["The sandbox runs. It stands in for Zoho; nothing here reaches Zoho.", ""]
    for name, centre in sandbox.data_centres.items():
        lines += [
            f"Data centre {name}",
            f"  authorize      {centre.accounts_url}/oauth/v2/auth",
            f"  token          {centre.accounts_url}/oauth/v2/token",
            f"  Books API      {centre.api_url}",
        ]
        lines += [
            f"  organization   {organization['organization_id']}  {organization['name']}"
            for organization in centre.organizations
        ]
        lines.append("")
    lines += [
        "Demo client, the same at every data centre",
        f"  client id      {client.client_id}",
        f"  client secret  {client.client_secret}",
        *(f"  callback       {uri}" for uri in client.redirect_uris),
        "",
        "Ctrl-C stops it.",
        "",
    ]
    return "\n".join(lines)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]

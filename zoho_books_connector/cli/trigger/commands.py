"""``zoho-books trigger`` and its parts as a table, each with its options."""

from __future__ import annotations

import argparse
from typing import Final

from zoho_books_connector.cli.command import PROGRAM, Command, port
from zoho_books_connector.cli.trigger.forwarding import address
from zoho_books_connector.cli.trigger.moments import duration, moment

_NAME: Final = f"{PROGRAM} trigger"


def _connection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "connection",
        metavar="CONNECTION",
        nargs="?",
        help="which connection; may be left out for the only one (id, its start, or name)",
    )


def _port_or_any(text: str) -> int:
    return 0 if text == "0" else port(text)


def _path(text: str) -> str:
    if text.startswith("/") and text.isascii() and text.isprintable() and not set(text) & set(" ?#"):
        return text
    raise argparse.ArgumentTypeError("a path begins with / and has no query")


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", metavar="LABEL", help="which subscription; may be left out for the only one")


def _subscribe(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    add = parser.add_argument
    add("--url", metavar="URL", help="where Zoho Books sends: https, and reachable from the internet")
    add("--events", metavar="LIST", type=_names, help="what to be told, with commas: invoice.created,contact.updated")
    add("--name", metavar="LABEL", default="Connector", help="of several subscriptions, this one (Connector)")
    add("--new-secret", action="store_true", help="replace secret and header token; the old ones stay good for a while")
    add("--manual", action="store_true", help="send nothing, and print the steps to do by hand in Zoho Books")
    add("--dry-run", action="store_true", help="change nothing, and show what would be done")
    add("--show-secrets", action="store_true", help="print secrets even where output is no terminal")
    add("--json", action="store_true", help="print what was done as one JSON line")


def _check(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    _name(parser)
    parser.add_argument("--json", action="store_true", help="print what drifted as one JSON line")


def _unsubscribe(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    _name(parser)
    parser.add_argument("--forget", action="store_true", help="only forget it here, and leave Zoho Books as it is")
    parser.add_argument("--json", action="store_true", help="print what was removed as one JSON line")


def _listen(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    add = parser.add_argument
    add("--host", metavar="ADDRESS", default="127.0.0.1", help="address of this machine to listen on (127.0.0.1)")
    add("--port", metavar="PORT", type=_port_or_any, default=8766, help="its port (8766); 0 takes a free one")
    add("--path", metavar="PATH", type=_path, default="/zoho-books", help="path of the URL (/zoho-books)")
    add("--forward", metavar="URL", type=address, help="post each event there as JSON; another answer than 2xx: again")
    add("--json", action="store_true", help="print each event as one JSON line")


def _calls(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 1_000_000:
        return int(text)
    raise argparse.ArgumentTypeError("give a number of calls")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0
    if 0 < share <= 1:
        return share
    raise argparse.ArgumentTypeError("a share is above 0 and at most 1")


def _catch_up(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    add = parser.add_argument
    add("--modules", metavar="LIST", type=_names, help="invoice,contact; by default those of the subscriptions")
    add("--since", metavar="TIME", type=moment, help="begin from then: 2026-06-11T09:00, or 2h, 3d ago; else go on")
    add("--calls", metavar="N", type=_calls, default=100, help="make at most so many calls, of a round too (100)")
    add("--whole", action="store_true", help="read each record as a whole, for one call each")
    add("--every", metavar="TIME", type=duration, help="go on until Ctrl-C, a round in each such time: 15m, 2h")
    add("--calls-per-day", metavar="N", type=_calls, help="calls of a day; by default as Zoho Books answers")
    add("--share", metavar="PART", type=_share, default=0.5, help="part of them that --every may use (0.5)")
    add("--json", action="store_true", help="print what was read as one JSON line for each round")


def _limit(text: str) -> int:
    if text.isdecimal() and 1 <= int(text) <= 10_000:
        return int(text)
    raise argparse.ArgumentTypeError("give a number from 1 to 10000")


def _recent(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    parser.add_argument("--limit", metavar="N", type=_limit, default=20, help="how many (20)")
    parser.add_argument("--json", action="store_true", help="print counts and events as one JSON line")


def _replay(parser: argparse.ArgumentParser) -> None:
    _connection(parser)
    add = parser.add_argument
    add("ids", metavar="ID", nargs="*", help="events by their ids or how these start, after the connection")
    add("--since", metavar="TIME", type=moment, help="events stored from then on: 2026-06-11T09:00, or 2h, 3d ago")
    add("--until", metavar="TIME", type=moment, help="and before then")
    add("--dead", action="store_true", help="every event that was given up")
    add("--json", action="store_true", help="print what was done as one JSON line")


PARTS: Final = (
    Command(
        "trigger subscribe",
        "set up webhooks and workflow rules at Zoho Books",
        f"{_NAME} subscribe --url https://hooks.example.com/zoho-books --events invoice.created,contact.updated",
        "trigger.subscribing:subscribe",
        _subscribe,
    ),
    Command(
        "trigger check",
        "compare what stands at Zoho Books with the subscription",
        f"{_NAME} check",
        "trigger.subscribing:check",
        _check,
    ),
    Command(
        "trigger unsubscribe",
        "remove from Zoho Books what subscribing made",
        f"{_NAME} unsubscribe",
        "trigger.subscribing:unsubscribe",
        _unsubscribe,
    ),
    Command(
        "trigger listen",
        "show events as they arrive",
        f"{_NAME} listen --port 8766",
        "trigger.listening:listen",
        _listen,
    ),
    Command(
        "trigger recent",
        "list the latest events of the inbox",
        f"{_NAME} recent --limit 50",
        "trigger.entries:recent",
        _recent,
    ),
    Command(
        "trigger catch-up",
        "read what changed while nobody listened",
        f"{_NAME} catch-up --modules invoice,contact --since 24h",
        "trigger.catching_up:catch_up",
        _catch_up,
    ),
    Command(
        "trigger replay",
        "show events that were given up, or hand events out again",
        f"{_NAME} replay --dead",
        "trigger.replaying:replay",
        _replay,
    ),
)

TRIGGER: Final = Command("trigger", "receive what happens in Zoho Books", f"{_NAME} listen", parts=PARTS)

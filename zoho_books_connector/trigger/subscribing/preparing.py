"""Makes a subscription, and checks one before anything is sent."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from zoho_books_connector.boundary import Subscription
from zoho_books_connector.errors import FieldFault, InputError
from zoho_books_connector.trigger.subscribing.entities import ENTITIES
from zoho_books_connector.trigger.subscribing.wanted import MOST_IN_NAME, MOST_IN_URL, RULE_TYPES, name_of, url_of

#: Every event that can be subscribed to.
EVENTS: Final = tuple(f"{module}.{verb}" for module in ENTITIES for verb in RULE_TYPES)

_TAG_ALPHABET: Final = string.ascii_lowercase + string.digits
_TAG_LENGTH: Final = 6
_SECRET_ALPHABET: Final = string.ascii_letters + string.digits
_SECRET_LENGTH: Final = 40
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
#: What the address of an event adds to the query.
_OURS: Final = frozenset({"event", "organization_id"})
#: As long as an organization's id may become.
_LONGEST_ORGANIZATION: Final = "0" * 20

_LABEL: Final = re.compile(r"[\w-]+(?: [\w-]+)*")
_NAME: Final = re.compile(rf"[\w-]+(?: [\w-]+)* [{_TAG_ALPHABET}]{{{_TAG_LENGTH}}}")
_SECRET: Final = re.compile(r"[A-Za-z0-9]{12,50}")
_TOKEN: Final = re.compile(r"[!-~]{12,200}")
_ADDRESS: Final = re.compile(r"[!-~]+")


def prepare(callback_url: str, events: Sequence[str], *, label: str) -> Subscription:
    """Make a subscription with a name, a secret and a token that nobody can guess; raises ``InputError``."""
    tag = "".join(secrets.choice(_TAG_ALPHABET) for _ in range(_TAG_LENGTH))
    subscription = Subscription(
        name=f"{label} {tag}",
        callback_url=callback_url,
        events=tuple(dict.fromkeys([events] if isinstance(events, str) else events)),
        secret="".join(secrets.choice(_SECRET_ALPHABET) for _ in range(_SECRET_LENGTH)),
        header_token=secrets.token_urlsafe(32),
    )
    _raise(list(_of_label(label)) or list(_faults(subscription)))
    return subscription


def require_valid(subscription: Subscription) -> None:
    """Raise ``InputError`` with every fault of a subscription that a host kept or made itself."""
    _raise([*_of_name(subscription), *_of_secrets(subscription), *_faults(subscription)])


def require_name(subscription: Subscription) -> None:
    """Raise ``InputError`` unless the name can be the connector's own: by it alone things are removed."""
    _raise(list(_of_name(subscription)))


def _raise(faults: list[FieldFault]) -> None:
    if faults:
        raise InputError(
            "subscription_invalid",
            "Nothing was sent, for the subscription is not what Zoho Books takes: "
            + " ".join(f"{fault.pointer} {fault.message}." for fault in faults),
            "Correct it and call again.",
            fields=tuple(faults),
        )


def _faults(subscription: Subscription) -> Iterator[FieldFault]:
    yield from _of_url(subscription.callback_url)
    if not subscription.events:
        yield FieldFault("/events", "names no event")
    for at, event in enumerate(subscription.events):
        yield from _of_event(subscription, at, event)


def _of_label(label: str) -> Iterator[FieldFault]:
    if not _LABEL.fullmatch(label):
        yield FieldFault("/label", "must be words of letters, digits, hyphens and underscores, one blank between them")


def _of_name(subscription: Subscription) -> Iterator[FieldFault]:
    if not _NAME.fullmatch(subscription.name):
        yield FieldFault("/name", "must be a name that prepare made: a label, a blank, and six letters or digits")


def _of_secrets(subscription: Subscription) -> Iterator[FieldFault]:
    if not _SECRET.fullmatch(subscription.secret):
        yield FieldFault("/secret", "must be 12 to 50 letters and digits")
    if not _TOKEN.fullmatch(subscription.header_token):
        yield FieldFault("/header_token", "must be 12 to 200 visible ASCII characters")


def _of_event(subscription: Subscription, at: int, event: str) -> Iterator[FieldFault]:
    if event not in EVENTS:
        near = get_close_matches(str(event), EVENTS, n=1)
        yield FieldFault(
            f"/events/{at}", "is no event that a workflow rule can start on", suggestion=near[0] if near else None
        )
        return
    if (over := len(name_of(subscription, event)) - MOST_IN_NAME) > 0:
        yield FieldFault("/label", f"is {over} characters too long for the name of {event} in Zoho Books")
    if (over := len(url_of(subscription.callback_url, event, _LONGEST_ORGANIZATION)) - MOST_IN_URL) > 0:
        yield FieldFault("/callback_url", f"is {over} characters too long for {event}")


def _of_url(url: str) -> Iterator[FieldFault]:
    if not _ADDRESS.fullmatch(url):
        yield FieldFault("/callback_url", "must be an address of visible ASCII characters")
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        yield FieldFault("/callback_url", "is no address that can be read")
        return
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    rules: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: not host or port == 0, "must name a host"),
        (lambda: not secure, "must begin with https:// (http:// is taken for this machine alone)"),
        (lambda: "@" in parts.netloc, "must hold no user name and no password"),
        (lambda: "#" in url, "must have no fragment"),
        (lambda: bool(_OURS & query.keys()), "must not name event or organization_id, which are added to its query"),
    )
    yield from (FieldFault("/callback_url", said) for is_wrong, said in rules if is_wrong())

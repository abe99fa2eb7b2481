"""The stage that every section plays on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from benchmarks.answers import invoice_answers
from benchmarks.host import CREATE_PATH, READ_PATH, Bare, Host
from benchmarks.local import LocalServer, local_server
from benchmarks.measure import Effort


@dataclass(frozen=True)
class Bench:
    """A running server that answers a read and a create, a host and a bare client that ask it."""

    server: LocalServer
    host: Host
    bare: Bare
    #: Number of lines → the answer to creating an invoice with so many.
    answers: Mapping[int, bytes]
    effort: Effort


@contextmanager
def set_up(effort: Effort) -> Iterator[Bench]:
    """Set everything up until the end of the block."""
    answers = invoice_answers()
    with local_server() as server, closing(Host(server.url)) as host, closing(Bare(server.url)) as bare:
        server.set_answer(READ_PATH, answers[2])
        server.set_answer(CREATE_PATH, answers[10])
        yield Bench(server, host, bare, answers, effort)

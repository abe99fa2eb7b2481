"""The default runtime: what outlives a call is made once, closed once, and never shared with a forked child."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from zoho_books_connector.runtime import DefaultRuntime


class Resource:
    def __init__(self, closed: list[str] | None = None, name: str = "") -> None:
        self._closed, self._name = closed, name

    def close(self) -> None:
        if self._closed is not None:
            self._closed.append(self._name)


def test_a_resource_is_made_once_however_many_threads_ask() -> None:
    made: list[Resource] = []
    barrier = threading.Barrier(20)

    def create() -> Resource:
        made.append(Resource())
        return made[-1]

    def ask(_: int) -> Resource:
        barrier.wait()
        return runtime.resource("r", create)

    runtime = DefaultRuntime()
    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(ask, range(20)))) == 1
    assert len(made) == 1


def test_a_resource_may_be_made_of_another() -> None:
    runtime = DefaultRuntime()
    assert runtime.resource("outer", lambda: ("outer", runtime.resource("inner", lambda: "inner"))) == (
        "outer",
        "inner",
    )


def test_closing_closes_the_last_one_first() -> None:
    closed: list[str] = []
    with DefaultRuntime() as runtime:
        for name in ("first", "second"):
            runtime.resource(name, lambda name=name: Resource(closed, name))  # type: ignore[misc]  # a bound default
    assert closed == ["second", "first"]


def test_a_closed_runtime_makes_nothing_new() -> None:
    runtime = DefaultRuntime()
    runtime.close()
    with pytest.raises(RuntimeError, match="closed"):
        runtime.resource("r", Resource)


def test_what_the_host_gives_is_used_and_left_open() -> None:
    closed: list[str] = []
    given = Resource(closed, "given")
    with DefaultRuntime(resources={"r": given}) as runtime:
        assert runtime.resource("r", Resource) is given
    assert closed == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_starts_with_resources_of_its_own() -> None:
    runtime = DefaultRuntime()
    parents = runtime.resource("r", Resource)
    child = os.fork()
    if child == 0:
        os._exit(0 if runtime.resource("r", Resource) is not parents else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert runtime.resource("r", Resource) is parents

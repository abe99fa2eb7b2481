"""Which requests are sent again, and after how long: the decision as a table."""

from __future__ import annotations

import pytest

from zoho_books_connector.sending.retry import Attempt, Failure, wait_before_resend

CEILING = 7.0
FAILURES: tuple[Failure, ...] = ("unsent", "lost", "server_error", "unreadable")


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_request_that_ends_the_same_however_often_it_runs_is_sent_again(method: str, failure: Failure) -> None:
    assert wait_before_resend(Attempt(method, 1, failure), CEILING) == 0.5
    assert wait_before_resend(Attempt(method, 2, failure), CEILING) == 1.0
    assert wait_before_resend(Attempt(method, 3, failure), CEILING) is None


@pytest.mark.parametrize("failure", ["lost", "server_error", "unreadable"])
def test_a_create_that_may_have_been_executed_is_never_sent_again(failure: Failure) -> None:
    assert wait_before_resend(Attempt("POST", 1, failure), CEILING) is None


def test_a_create_that_never_left_is_sent_again() -> None:
    assert wait_before_resend(Attempt("POST", 1, "unsent"), CEILING) == 0.5


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("code", "said", "wait"),
    [
        (1070, None, 2.0),
        (44, None, None),
        (43, None, None),
        (45, None, None),
        (44, 3.0, 3.0),
        (44, CEILING, CEILING),
        (44, CEILING + 1, None),
        (None, None, None),
    ],
)
def test_a_limit_is_waited_for_only_when_it_clears_soon(
    method: str, code: int | None, said: float | None, wait: float | None
) -> None:
    assert wait_before_resend(Attempt(method, 1, status=429, zoho_code=code, retry_after=said), CEILING) == wait


@pytest.mark.parametrize("status", [200, 201, 400, 401, 404])
def test_an_answer_that_stands_is_not_questioned(status: int) -> None:
    assert wait_before_resend(Attempt("GET", 1, status=status), CEILING) is None


def test_a_server_error_that_asks_for_a_long_wait_is_left_to_the_host() -> None:
    assert wait_before_resend(Attempt("GET", 1, "server_error", 503, retry_after=30), CEILING) is None

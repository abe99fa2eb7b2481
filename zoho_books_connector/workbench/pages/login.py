"""Asks for the password of a workbench that other machines can reach."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.workbench.security import LOGIN, cookie, is_password, new_session
from zoho_books_connector.workbench.web import bench_of, form_action, render, view


def routes() -> list[Route]:
    """Return the routes of the login page."""
    return [
        Route(LOGIN, view(_show), name="login"),
        Route(LOGIN, form_action(_log_in), methods=["POST"]),
    ]


def _show(request: Request) -> Response:
    return render(request, "login.html", wrong=False)


def _log_in(request: Request, form: FormData) -> Response:
    bench = bench_of(request)
    password = bench.settings.password
    given = form.get("password")
    if password is None or (isinstance(given, str) and is_password(given, password)):
        session = new_session(bench.ledger.session_key(), logged_in=True)
        answer = RedirectResponse("/", 303)
        answer.headers["set-cookie"] = cookie(session, is_secure=request.url.scheme == "https")
        return answer
    return render(request, "login.html", status=403, wrong=True)

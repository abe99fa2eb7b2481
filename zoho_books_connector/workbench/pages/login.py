"""Asks for the password of a workbench that other machines can reach."""

from __future__ import annotations

from math import ceil
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, render
from zoho_books_connector.workbench.web.security import LOGIN, cookie, is_password, is_secure, new_session

#: Bytes of the form, which anybody may send.
_MOST: Final = 10_000


def routes() -> list[Route]:
    """Return the routes of the login page."""
    return [
        Route(LOGIN, view(_show), name="login"),
        Route(LOGIN, form_action(_log_in, most=_MOST), methods=["POST"]),
    ]


def _show(request: Request) -> Response:
    return render(request, "login.html", problem="")


def _log_in(request: Request, form: FormData) -> Response:
    bench = bench_of(request)
    password = bench.settings.password
    given = form.get("password")
    if password is None:
        return RedirectResponse("/", 303)
    if wait := bench.tries.take():
        problem = f"There were too many wrong passwords. Try again in {ceil(wait)} seconds."
        return render(request, "login.html", status=429, problem=problem)
    if isinstance(given, str) and is_password(given, password):
        bench.tries.forget()
        session = new_session(bench.session_key, logged_in=True)
        answer = RedirectResponse("/", 303)
        answer.headers["set-cookie"] = cookie(session, is_secure=is_secure(bench.settings, request.url.scheme))
        return answer
    return render(request, "login.html", status=403, problem="That is not the password.")

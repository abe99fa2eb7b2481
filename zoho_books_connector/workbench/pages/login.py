"""Asks for the password of a workbench that other machines can reach, and takes leave."""

from __future__ import annotations

from math import ceil
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from zoho_books_connector.workbench.web.endpoints import form_action, view
from zoho_books_connector.workbench.web.rendering import bench_of, render
from zoho_books_connector.workbench.web.returning import local_path
from zoho_books_connector.workbench.web.security import LOGIN, is_password
from zoho_books_connector.workbench.web.sessions import cookie, is_logged_in, new_session

#: Bytes of the form, which anybody may send.
_MOST: Final = 10_000


def routes() -> list[Route]:
    """Return the routes of the login page."""
    return [
        Route(LOGIN, view(_show), name="login"),
        Route(LOGIN, form_action(_log_in, most=_MOST), methods=["POST"]),
        Route("/logout", form_action(_log_out), methods=["POST"]),
    ]


def _show(request: Request) -> Response:
    bench = bench_of(request)
    back = local_path(request.query_params.get("back")) or "/"
    if bench.settings.password is None or is_logged_in(request.state.session, bench.session_key):
        return RedirectResponse(back, 303)
    return render(request, "login.html", problem="", back=back)


def _log_in(request: Request, form: FormData) -> Response:
    bench = bench_of(request)
    password = bench.settings.password
    given = form.get("password")
    back = local_path(form.get("back")) or "/"
    if password is None:
        return RedirectResponse(back, 303)
    if wait := bench.tries.take():
        problem = f"There were too many wrong passwords. Try again in {ceil(wait)} seconds."
        return render(request, "login.html", status=429, problem=problem, back=back)
    if isinstance(given, str) and is_password(given, password):
        bench.tries.forget()
        return _in_a_new_session(request, back, logged_in=True)
    return render(request, "login.html", status=403, problem="That is not the password.", back=back)


def _log_out(request: Request, _form: FormData) -> Response:
    return _in_a_new_session(request, LOGIN, logged_in=False)


def _in_a_new_session(request: Request, path: str, *, logged_in: bool) -> Response:
    bench = bench_of(request)
    session = new_session(bench.session_key, logged_in=logged_in)
    answer = RedirectResponse(path, 303)
    answer.headers["set-cookie"] = cookie(session, bench.settings, request.url.scheme)
    return answer

"""Errors as problem documents (RFC 9457)."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from hub.domain.errors import HubError, Unavailable

TITLES = {
    400: "The request is not complete",
    401: "Sign in first",
    403: "Not allowed for this purpose",
    404: "No such thing, or not for you",
    405: "Not this way",
    409: "Somebody was faster",
    422: "The request cannot be used",
    503: "Try again later",
}


class Problem(Exception):
    """An error of the web's own: a status and one sentence that says what to do next."""

    def __init__(self, status: int, detail: str) -> None:
        """Keep both."""
        super().__init__(detail)
        self.status, self.detail = status, detail


def of_error(error: Exception) -> Problem:
    """Return any error as a problem; one that nobody expected says nothing of its cause."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HubError) and error.http_status != 500:
        return Problem(error.http_status, "" if error.http_status == 404 else str(error))
    return Problem(500, "")


def document(request: Request, error: Exception) -> JSONResponse:
    """Return the problem document."""
    problem = of_error(error)
    body = {
        "type": f"urn:tell-once:problem:{problem.status}",
        "title": TITLES.get(problem.status, "Something went wrong here"),
        "status": problem.status,
        "instance": request.url.path,
    }
    if problem.detail:
        body["detail"] = problem.detail
    headers = {"Retry-After": str(round(error.retry_after_s) or 1)} if isinstance(error, Unavailable) else None
    return JSONResponse(body, problem.status, headers, media_type="application/problem+json")

"""All errors of requests in one table, and the response body that callers get."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of failure."""

    status: int
    type: str
    message: str
    """The default message. Never contains an address, a hash or a stack trace."""
    way_out: str
    """What the caller can do; shown in the docs."""
    retry_after: int | None = None
    """Default for `Retry-After`, in seconds; None where waiting doesn't help."""


_LIMIT = "rate_limit_error"
_REQUEST = "invalid_request_error"
_SERVER = "server_error"

ERRORS: dict[str, Kind] = {
    "authentication_failed": Kind(
        401,
        "authentication_error",
        "The API key is missing or not valid.",
        "Send `Authorization: Bearer <key>`.",
    ),
    "user_signature_invalid": Kind(
        401,
        "authentication_error",
        "The user's signature is missing, not valid or too old.",
        "Sign the user's id on your server, with its clock right, at most 300 s before the request.",
    ),
    "model_not_allowed": Kind(
        403,
        "permission_error",
        "This key may not use that model.",
        "Request a model that `GET /v1/models` lists.",
    ),
    "model_not_found": Kind(
        404, _REQUEST, "There is no such model.", "Request a model that `GET /v1/models` lists."
    ),
    "not_found": Kind(404, _REQUEST, "There is nothing at this path.", "Use one of the paths under `/v1`."),
    "method_not_allowed": Kind(
        405, _REQUEST, "This path requires another method.", "Use the method of the API."
    ),
    "invalid_request": Kind(400, _REQUEST, "The request is not valid.", "Correct what the message names."),
    "request_too_large": Kind(
        413, _REQUEST, "The request is too large.", "Shorten the prompt, or ask for a larger limit."
    ),
    "context_too_long": Kind(
        400,
        _REQUEST,
        "Prompt and answer don't fit the model's context.",
        "Shorten the prompt or `max_tokens`.",
    ),
    "content_filtered": Kind(
        400,
        _REQUEST,
        "The request was refused by a content filter.",
        "Change the prompt; another try won't help.",
    ),
    "rate_limited": Kind(
        429, _LIMIT, "Too many requests or tokens in a minute.", "Wait for the time in `Retry-After`.", 60
    ),
    "user_rate_limited": Kind(
        429,
        _LIMIT,
        "This user sent too many requests in a minute.",
        "Wait for the time in `Retry-After`.",
        60,
    ),
    "parallel_limit": Kind(429, _LIMIT, "Too many requests at the same time.", "Send fewer at once.", 1),
    "daily_limit": Kind(
        429,
        _LIMIT,
        "The day's requests or tokens are used up.",
        "Wait until midnight UTC, or ask for more.",
        3600,
    ),
    "budget_exceeded": Kind(
        429,
        _LIMIT,
        "The month's budget is used up.",
        "Wait until the month ends (UTC), or ask for more.",
        3600,
    ),
    "queue_full": Kind(503, _SERVER, "All models are busy.", "Try again after the time in `Retry-After`.", 5),
    "no_healthy_model": Kind(
        503, _SERVER, "No model can answer at the moment. Please try again shortly.", "Try again later.", 30
    ),
    "timeout": Kind(
        504, _SERVER, "The answer took too long.", "Stream the answer, or ask for a shorter one.", 1
    ),
    "malformed_output": Kind(
        502, _SERVER, "The model's answer doesn't have the requested format.", "Try again.", 1
    ),
    "provider_error": Kind(502, _SERVER, "The model failed.", "Try again.", 5),
    "limits_unavailable": Kind(
        503, _SERVER, "Limits can't be checked at the moment, so requests are refused.", "Try again.", 5
    ),
    "internal_error": Kind(
        500, _SERVER, "The gateway failed.", "Report `request_id` to the team that runs the gateway."
    ),
}


class GatewayError(Exception):
    """A failure of one kind. `message` and `retry_after` take the place of the table's."""

    def __init__(self, code: str, message: str | None = None, retry_after: int | None = None) -> None:
        kind = ERRORS[code]
        super().__init__(code)
        self.code = code
        self.status = kind.status
        self.message = message or kind.message
        self.retry_after = kind.retry_after if retry_after is None else max(1, retry_after)

    def body(self, request_id: str) -> dict[str, object]:
        """The body that callers read, in OpenAI's form."""
        return {
            "error": {
                "message": self.message,
                "type": ERRORS[self.code].type,
                "code": self.code,
                "param": None,
                "request_id": request_id,
            }
        }


def table() -> str:
    """The docs' table, in Markdown."""
    rows = [
        f"| `{code}` | {kind.status} | {'yes' if kind.retry_after else 'no'} | {kind.message} | {kind.way_out} |"
        for code, kind in ERRORS.items()
    ]
    return "\n".join(
        [
            "| code | status | `Retry-After` | message | what to do |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


if __name__ == "__main__":
    print(
        table()
        if __import__("sys").argv[1:] != ["--json"]
        else json.dumps({c: k.status for c, k in ERRORS.items()})
    )

"""Maps LiteLLM's exceptions and statuses to callers' errors, without their texts, which contain addresses and keys."""

from __future__ import annotations

import re

from .errors import GatewayError

_BY_CLASS = {
    "ContextWindowExceededError": "context_too_long",
    "ContentPolicyViolationError": "content_filtered",
    "RejectedRequestError": "content_filtered",
    "Timeout": "timeout",
    "TimeoutError": "timeout",
    "RouterRateLimitError": "no_healthy_model",
    "RouterRateLimitErrorBasic": "no_healthy_model",
    "RateLimitError": "queue_full",
    "ServiceUnavailableError": "no_healthy_model",
    "APIConnectionError": "no_healthy_model",
    "BadGatewayError": "provider_error",
    "InternalServerError": "provider_error",
    "APIError": "provider_error",
    "AuthenticationError": "provider_error",
    "PermissionDeniedError": "provider_error",
    "NotFoundError": "provider_error",
    "APIResponseValidationError": "malformed_output",
    "JSONSchemaValidationError": "malformed_output",
    "BadRequestError": "invalid_request",
    "UnprocessableEntityError": "invalid_request",
    "UnsupportedParamsError": "invalid_request",
}
_BY_CAUSE = {
    "ConnectError": "no_healthy_model",
    "ClientConnectorError": "no_healthy_model",
    "ConnectionRefusedError": "no_healthy_model",
    "JSONDecodeError": "malformed_output",
}
_BY_STATUS = {
    400: "invalid_request",
    408: "timeout",
    422: "invalid_request",
    429: "queue_full",
    503: "no_healthy_model",
}
_FULL = re.compile(
    # vLLM's limit of requests and of prompt tokens, TGI, Ollama, providers. [vllm/exceptions.py 0.31,
    # text-generation-inference router/src/infer/mod.rs, ollama server/sched.go]
    r"busy and cannot accept new requests|token backlog limit|maximum pending requests exceeded"
    r"|(?:model|engine) is (?:currently )?overloaded|overloaded_error",
    re.IGNORECASE,
)
"""What servers say that have no place for one more request. Others that answer 503 are down."""
_MODEL_REFUSED = "The model refused the request: check its parameters."


def of_litellm(error: BaseException) -> GatewayError:
    """The caller's error for one of LiteLLM's exceptions, without its text, which contains addresses and keys."""
    inner = getattr(error, "original_exception", None)
    if type(error).__name__ == "MidStreamFallbackError" and isinstance(inner, BaseException):
        return of_litellm(inner)
    if isinstance(error, GatewayError):
        return error
    cause = _by_cause(error)
    if cause is not None:
        return GatewayError(cause)
    for kind in type(error).__mro__:
        if kind.__name__ in _BY_CLASS:
            return _named(_full(error) or _BY_CLASS[kind.__name__])
    return of_status(getattr(error, "status_code", None))


def _full(error: BaseException) -> str | None:
    """Whether a server's failure is that of a full queue, which LiteLLM's classes don't tell from others."""
    status = getattr(error, "status_code", None)
    return "queue_full" if isinstance(status, int) and status >= 500 and _FULL.search(str(error)) else None


def _by_cause(error: BaseException | None) -> str | None:
    """The code for the cause of an exception that LiteLLM reports as a generic failure of the model."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        if type(error).__name__ in _BY_CAUSE:
            return _BY_CAUSE[type(error).__name__]
        error = error.__cause__ or error.__context__
    return None


def of_status(status: int | None) -> GatewayError:
    """What a status means when its cause is unknown."""
    if status is None:
        return GatewayError("internal_error")
    return _named(
        _BY_STATUS.get(status, "provider_error" if status < 500 or status == 502 else "internal_error")
    )


def _named(code: str) -> GatewayError:
    return GatewayError(code, _MODEL_REFUSED if code == "invalid_request" else None)

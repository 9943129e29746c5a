"""The body of a request, parsed strictly. A parameter that isn't listed is refused, so that none reaches LiteLLM's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from .errors import GatewayError
from .parameters import EMBEDDINGS, PARAMETERS, REQUIRED
from .shapes import shown

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32
MAX_BRACKETS = 100_000
"""Opening ones, in texts too. A million small lists keep the process from all other requests for seconds."""
_TOKENS_OF_MEDIUM = 1500

_DROPPED = ("user", "metadata")
"""Accepted because clients send them, and dropped because LiteLLM would use them."""
CONTENT = ("messages", "prompt", "input", "instructions", "suffix")
MEDIA = ("image_url", "input_audio", "file", "file_data")
"""Fields that hold an image, a sound or a file."""
LABELS = ("role", "type", "id", "call_id", "tool_call_id", "status", "detail")
"""Fields whose values aren't text of the conversation."""


def read(path: str, raw: bytes) -> dict[str, Any]:
    """The body of a request, without what isn't passed on. Raises `invalid_request` with the parameter's name."""
    if raw.count(b"[") + raw.count(b"{") > MAX_BRACKETS:
        raise GatewayError("request_too_large", f"The body has more than {MAX_BRACKETS} lists and objects.")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise GatewayError("invalid_request", "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise GatewayError("invalid_request", "The body has to be a JSON object.")
    _refuse_depth(body)
    checks = PARAMETERS[path]
    if not isinstance(body.get("model"), str) or not body["model"]:
        raise GatewayError("invalid_request", "`model` has to be the name of a model.")
    for name, value in body.items():
        if name == "model" or value is None:
            continue
        if name not in checks:
            raise GatewayError("invalid_request", f"`{shown(name)}` is not a parameter of this API.")
        where = checks[name](value)
        if where is not None:
            raise GatewayError("invalid_request", f"`{name}{where}` has a value that is not allowed.")
    required = REQUIRED[path]
    if not body.get(required):
        raise GatewayError("invalid_request", f"`{required}` is missing or empty.")
    if path == "/v1/completions" and body.get("stream") and answer_count(body) > 1:
        # LiteLLM's pieces of a text don't say which answer they are of.
        raise GatewayError(
            "invalid_request",
            "A stream takes one `prompt` and `n` 1 here; ask for the others without `stream`.",
        )
    return {name: value for name, value in body.items() if value is not None and name not in _DROPPED}


def _refuse_depth(body: Any) -> None:
    level, depth = [body], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise GatewayError("invalid_request", f"The body is nested deeper than {MAX_DEPTH} levels.")
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
            if isinstance(inner, (dict, list))
        ]


def texts(body: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a prompt, without images, sounds and files."""
    for name in CONTENT:
        yield from _strings(body.get(name))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in LABELS and name not in MEDIA:
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _media(value: Any) -> int:
    """Images, sounds and files in a prompt."""
    if isinstance(value, list):
        return sum(map(_media, value))
    if not isinstance(value, dict):
        return 0
    return sum(1 if name in MEDIA else _media(inner) for name, inner in value.items())


def estimated_tokens(body: Mapping[str, Any]) -> int:
    """Tokens of a prompt, before a model counts them: a token for four bytes, and four for each message."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts(body))
    messages = body.get("messages")
    count = len(messages) if isinstance(messages, list) else 1
    schemas = sum(
        len(orjson.dumps(body[name])) for name in ("tools", "response_format", "text") if name in body
    )
    media = _media(body.get("messages")) + _media(body.get("input"))
    return -(-(size + schemas) // 4) + 4 * count + _TOKENS_OF_MEDIUM * media


def answer_count(body: Mapping[str, Any]) -> int:
    """How many answers are requested: `n` for each prompt."""
    prompt = body.get("prompt")
    return int(body.get("n") or 1) * (len(prompt) if isinstance(prompt, list) else 1)


def asked_output(body: Mapping[str, Any]) -> int | None:
    """The longest answer that the caller wants, in tokens."""
    asked = [
        body[name] for name in ("max_completion_tokens", "max_tokens", "max_output_tokens") if name in body
    ]
    return min(asked) if asked else None


def cap_output(path: str, body: dict[str, Any], tokens: int) -> None:
    """Limits the answer to so many tokens."""
    if path == EMBEDDINGS:
        return
    if path == "/v1/responses":
        body["max_output_tokens"] = tokens
        return
    body.pop("max_completion_tokens", None)
    body["max_tokens"] = tokens

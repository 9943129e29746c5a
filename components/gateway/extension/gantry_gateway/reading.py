"""What was asked: the body, read strictly. A parameter that isn't listed is refused, so that none reaches LiteLLM's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from .errors import GatewayError
from .parameters import PARAMETERS, REQUIRED

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32
_TOKENS_OF_IMAGE = 1500

_DROPPED = ("user", "metadata")
"""Accepted because clients send them; nothing here reads them, and LiteLLM would."""
CONTENT = ("messages", "prompt", "input", "instructions", "suffix")


def read(path: str, raw: bytes) -> dict[str, Any]:
    """The body of a request, without what isn't passed on. Raises `invalid_request` with the parameter's name."""
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
            raise GatewayError("invalid_request", f"`{_shown(name)}` is not a parameter of this API.")
        if not checks[name](value):
            raise GatewayError("invalid_request", f"`{name}` has a value that is not allowed.")
    required = REQUIRED[path]
    if not body.get(required):
        raise GatewayError("invalid_request", f"`{required}` is missing or empty.")
    _refuse_foreign_parts(body)
    return {name: value for name, value in body.items() if value is not None and name not in _DROPPED}


def _shown(name: str) -> str:
    return name if name.isidentifier() and len(name) <= 40 else "?"


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


def _refuse_foreign_parts(body: Mapping[str, Any]) -> None:
    """Images and files come in the request itself: an address would be fetched from inside the network."""
    for part in _parts(body):
        for name in ("image_url", "file_url", "url", "file"):
            value = part.get(name)
            value = value.get("url") or value.get("file_data") if isinstance(value, dict) else value
            if isinstance(value, str) and not value.startswith("data:"):
                raise GatewayError("invalid_request", f"`{name}` has to be a `data:` URL.")
        if "file_id" in part:
            raise GatewayError("invalid_request", "`file_id`: files are not kept here.")


def _parts(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("messages", "input"):
        messages = body.get(name)
        for message in messages if isinstance(messages, list) else []:
            if isinstance(message, dict):
                yield message
                content = message.get("content")
                yield from (
                    part for part in (content if isinstance(content, list) else []) if isinstance(part, dict)
                )


def texts(body: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a prompt, without images."""
    for name in CONTENT:
        yield from _strings(body.get(name))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not value.startswith("data:"):
            yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("role", "type", "id", "tool_call_id", "detail"):
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def estimated_tokens(body: Mapping[str, Any]) -> int:
    """Tokens of a prompt, before a model counts them: a token for four bytes, and four for each message."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts(body))
    messages = body.get("messages")
    count = len(messages) if isinstance(messages, list) else 1
    tools = len(orjson.dumps(body["tools"])) if "tools" in body else 0
    images = sum(1 for part in _parts(body) if part.get("type") in ("image_url", "input_image"))
    return -(-(size + tools) // 4) + 4 * count + _TOKENS_OF_IMAGE * images


def asked_output(body: Mapping[str, Any]) -> int | None:
    """The longest answer that the caller wants, in tokens."""
    asked = [
        body[name] for name in ("max_completion_tokens", "max_tokens", "max_output_tokens") if name in body
    ]
    return min(asked) if asked else None


def cap_output(path: str, body: dict[str, Any], tokens: int) -> None:
    """Limits the answer to so many tokens."""
    if path == "/v1/embeddings":
        return
    if path == "/v1/responses":
        body["max_output_tokens"] = tokens
        return
    body.pop("max_completion_tokens", None)
    body["max_tokens"] = tokens

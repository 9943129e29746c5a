"""Every parameter that callers may send, by path, with what it may be: an allow list, so that LiteLLM's own stay closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MAX_MESSAGES = 1000
MAX_CHOICES = 8

Check = Callable[[Any], bool]


def _number(low: float, high: float) -> Check:
    return lambda value: (
        isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
    )


def _whole(low: int, high: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _of(*types: type) -> Check:
    return lambda value: isinstance(value, types)


def _list(most: int, check: Check) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


_text, _flag, _object = _of(str), _of(bool), _of(dict)
_tokens = _whole(1, 1_000_000)


def _texts(value: Any) -> bool:
    return _text(value) or (bool(value) and _list(MAX_MESSAGES, _text)(value))


_sampling: dict[str, Check] = {
    "temperature": _number(0, 2),
    "top_p": _number(0, 1),
    "top_k": _whole(-1, 1_000_000),
    "min_p": _number(0, 1),
    "n": _whole(1, MAX_CHOICES),
    "seed": _whole(-(2**63), 2**63 - 1),
    "stop": lambda value: _text(value) or _list(16, _text)(value),
    "presence_penalty": _number(-2, 2),
    "frequency_penalty": _number(-2, 2),
    "repetition_penalty": _number(0, 10),
    "logit_bias": _object,
    "max_tokens": _tokens,
    "stream": _flag,
    "stream_options": _object,
    "user": _text,
    "metadata": _object,
}
_tools: dict[str, Check] = {
    "tools": _list(128, _object),
    "tool_choice": _of(str, dict),
    "parallel_tool_calls": _flag,
}
PARAMETERS: dict[str, dict[str, Check]] = {
    "/v1/chat/completions": {
        **_sampling,
        **_tools,
        "messages": _list(MAX_MESSAGES, lambda value: isinstance(value, dict) and _text(value.get("role"))),
        "max_completion_tokens": _tokens,
        "logprobs": _flag,
        "top_logprobs": _whole(0, 20),
        "response_format": _object,
        "reasoning_effort": _text,
        "chat_template_kwargs": _object,
    },
    "/v1/completions": {
        **_sampling,
        "prompt": _texts,
        "suffix": _text,
        "echo": _flag,
        "logprobs": _whole(0, 5),
    },
    "/v1/embeddings": {
        "input": _texts,
        "dimensions": _whole(1, 100_000),
        "encoding_format": lambda value: value in ("float", "base64"),
        "user": _text,
    },
    "/v1/responses": {
        **_tools,
        "input": lambda value: _text(value) or (_list(MAX_MESSAGES, _object)(value) and value),
        "instructions": _text,
        "temperature": _number(0, 2),
        "top_p": _number(0, 1),
        "max_output_tokens": _tokens,
        "stream": _flag,
        "reasoning": _object,
        "text": _object,
        "user": _text,
        "metadata": _object,
    },
}
REQUIRED = {
    "/v1/chat/completions": "messages",
    "/v1/completions": "prompt",
    "/v1/embeddings": "input",
    "/v1/responses": "input",
}

"""Every parameter that callers may send, by path, with what it may be: an allow list, so that LiteLLM's own stay closed."""

from __future__ import annotations

from typing import Any

from .messages import (
    EFFORT,
    MAX_MESSAGES,
    MAX_TOOLS,
    chat_tool,
    chat_tool_choice,
    input_item,
    message,
    reasoning,
    response_format,
    responses_text,
    responses_tool,
    responses_tool_choice,
)
from .shapes import Check, each, either, leaf, number, of, one_of, shape, short, whole

EMBEDDINGS = "/v1/embeddings"
MAX_CHOICES = 8
MAX_PROMPTS = 16

_text, _flag, _object = of(str), of(bool), of(dict)
_tokens = whole(1, 1_000_000)


def _bias(value: Any) -> bool:
    return isinstance(value, dict) and all(
        token.isdecimal() and number(-100, 100)(bias) is None for token, bias in value.items()
    )


_sampling: dict[str, Check] = {
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "top_k": whole(-1, 1_000_000),
    "min_p": number(0, 1),
    "n": whole(1, MAX_CHOICES),
    "seed": whole(-(2**63), 2**63 - 1),
    "stop": either(short(1000), each(16, short(1000))),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "repetition_penalty": number(0, 10),
    "logit_bias": leaf(lambda value: _bias(value) and len(value) <= 1000),
    "max_tokens": _tokens,
    "stream": _flag,
    "stream_options": shape({}, {"include_usage": _flag, "include_obfuscation": _flag}),
    "user": _text,
    "metadata": _object,
}
PARAMETERS: dict[str, dict[str, Check]] = {
    "/v1/chat/completions": {
        **_sampling,
        "messages": each(MAX_MESSAGES, message),
        "tools": each(MAX_TOOLS, chat_tool),
        "tool_choice": chat_tool_choice,
        "parallel_tool_calls": _flag,
        "max_completion_tokens": _tokens,
        "logprobs": _flag,
        "top_logprobs": whole(0, 20),
        "response_format": response_format,
        "reasoning_effort": EFFORT,
        # A template of the caller's own would run on the model's server.
        "chat_template_kwargs": shape({}, {"enable_thinking": _flag, "thinking": _flag}),
    },
    "/v1/completions": {
        **_sampling,
        "prompt": either(_text, each(MAX_PROMPTS, _text, least=1)),
        "suffix": _text,
        "echo": _flag,
        "logprobs": whole(0, 5),
    },
    EMBEDDINGS: {
        "input": either(_text, each(MAX_MESSAGES, _text, least=1)),
        "dimensions": whole(1, 100_000),
        "encoding_format": one_of("float", "base64"),
        "user": _text,
    },
    "/v1/responses": {
        "input": either(_text, each(MAX_MESSAGES, input_item, least=1)),
        "instructions": _text,
        "tools": each(MAX_TOOLS, responses_tool),
        "tool_choice": responses_tool_choice,
        "parallel_tool_calls": _flag,
        "temperature": number(0, 2),
        "top_p": number(0, 1),
        "max_output_tokens": _tokens,
        "stream": _flag,
        "reasoning": reasoning,
        "text": responses_text,
        "user": _text,
        "metadata": _object,
    },
}
REQUIRED = {
    "/v1/chat/completions": "messages",
    "/v1/completions": "prompt",
    EMBEDDINGS: "input",
    "/v1/responses": "input",
}

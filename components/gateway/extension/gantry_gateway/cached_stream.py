"""Converts a complete chat answer to a stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson


def events(answer: Mapping[str, Any], usage: bool) -> Iterator[bytes]:
    """Server-sent events: the message in one piece, its end, the token usage when requested."""
    start = {name: answer[name] for name in ("id", "created", "model", "cache") if name in answer}
    start["object"] = "chat.completion.chunk"
    for choice in answer["choices"]:
        index = choice.get("index", 0)
        yield _event(
            {**start, "choices": [{"index": index, "delta": choice["message"], "finish_reason": None}]}
        )
        ends = {"index": index, "delta": {}, "finish_reason": choice.get("finish_reason")}
        yield _event({**start, "choices": [ends]})
    if usage and "usage" in answer:
        yield _event({**start, "choices": [], "usage": answer["usage"]})
    yield b"data: [DONE]\n\n"


def whole(head: Mapping[str, Any], text: str, usage: Mapping[str, int]) -> dict[str, Any]:
    """A stream's answer as a whole one, as far as it is plain text."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**head, "object": "chat.completion", "choices": [choice], "usage": dict(usage)}


def _event(piece: Mapping[str, Any]) -> bytes:
    return b"data: %s\n\n" % orjson.dumps(piece)

"""Bodies that are read, and those that aren't."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gantry_gateway.errors import GatewayError
from gantry_gateway.parameters import MAX_MESSAGES
from gantry_gateway.reading import asked_output, cap_output, estimated_tokens, read

CHAT = "/v1/chat/completions"
GOOD: dict[str, Any] = {"model": "chat", "messages": [{"role": "user", "content": "hello"}]}


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"n": 10_000}, "`n`"),
        ({"n": True}, "`n`"),
        ({"temperature": "hot"}, "`temperature`"),
        ({"temperature": 3}, "`temperature`"),
        ({"max_tokens": 0}, "`max_tokens`"),
        ({"max_tokens": 1.5}, "`max_tokens`"),
        ({"messages": "hello"}, "`messages`"),
        ({"messages": []}, "`messages`"),
        ({"messages": [{"content": "no role"}]}, "`messages`"),
        ({"messages": [{"role": "user", "content": "x"}] * (MAX_MESSAGES + 1)}, "`messages`"),
        ({"model": 3}, "`model`"),
        ({"stream": "yes"}, "`stream`"),
        ({"fallbacks": ["gpt"]}, "`fallbacks`"),
        ({"mock_response": "x"}, "`mock_response`"),
        ({"api_base": "http://x"}, "`api_base`"),
        ({"extra_headers": {}}, "`extra_headers`"),
        ({"store": True}, "`store`"),
        ({"previous_response_id": "x"}, "`previous_response_id`"),
        ({"bad name": 1}, "`?`"),
        ({"tools": deep(40)}, "nested"),
        (
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [{"type": "image_url", "image_url": {"url": "http://169.254.169.254/"}}],
                    }
                ]
            },
            "`image_url`",
        ),
    ],
)
def test_refuses_and_names_what_is_wrong(change: dict[str, Any], named: str) -> None:
    with pytest.raises(GatewayError) as refused:
        read(CHAT, json.dumps({**GOOD, **change}).encode())
    assert refused.value.code == "invalid_request"
    assert named in refused.value.message


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"model": NaN}', b"[" * 100_000, b"null"]
)
def test_refuses_what_is_not_a_json_object(raw: bytes) -> None:
    with pytest.raises(GatewayError) as refused:
        read(CHAT, raw)
    assert refused.value.code == "invalid_request"


def test_passes_on_what_it_knows_and_drops_what_nobody_reads() -> None:
    body = {**GOOD, "temperature": 0.2, "user": "bob", "metadata": {"tags": ["x"]}, "seed": None}
    assert read(CHAT, json.dumps(body).encode()) == {**GOOD, "temperature": 0.2}


def test_takes_images_in_the_request_itself() -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "text", "text": "what?"},
    ]
    body = {**GOOD, "messages": [{"role": "user", "content": parts}]}
    assert read(CHAT, json.dumps(body).encode()) == body
    assert estimated_tokens(body) > 1500


def test_the_longest_answer_is_the_smallest_that_was_asked_for() -> None:
    body = {**GOOD, "max_tokens": 50, "max_completion_tokens": 40}
    assert asked_output(body) == 40
    cap_output(CHAT, body, 10)
    assert body["max_tokens"] == 10 and "max_completion_tokens" not in body
    assert asked_output(GOOD) is None

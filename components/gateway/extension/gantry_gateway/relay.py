"""The response path: counts and masks answers, and holds back failures, so that `front` formats them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from .cached_stream import whole
from .errors import GatewayError
from .exchange import Exchange
from .guardrails import Masker, masked
from .litellm_errors import of_status
from .settings import Settings, model_named
from .stream_texts import StreamTexts

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
_ANSWER_CHARACTERS = 200_000


class Relay:
    """Stands in for `send` towards LiteLLM. One for each attempt."""

    def __init__(self, exchange: Exchange, settings: Settings, send: Send, masker: Masker | None) -> None:
        self._exchange, self._settings, self._send, self._masker = exchange, settings, send, masker
        self._status = 0
        self._streams = False
        self._buffer = b""
        self._texts = StreamTexts(masker)
        self.began = False
        """Whether the caller has seen something of the answer."""
        self.whole: bytes | None = None
        """The body of an answer that isn't a stream."""
        self.ended = False
        self.last = time.monotonic()
        self.failure: GatewayError | None = None

    async def __call__(self, message: Message) -> None:
        """Handles one message from LiteLLM. Those after a failure are ignored."""
        if self.failure is not None:
            return
        self.last = time.monotonic()
        if message["type"] == "http.response.start":
            self._start(message)
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            if self._streams:
                await self._events(body)
            else:
                self.whole = (self.whole or b"") + body

    def _start(self, message: Message) -> None:
        headers = dict(message["headers"])
        self._status = message["status"]
        self._streams = headers.get(b"content-type", b"").startswith(b"text/event-stream")
        model = model_named(headers.get(b"x-litellm-model-id", b"").decode("latin-1"), self._settings)
        self._exchange.model = model or self._exchange.model
        if self._status >= 400:
            self.failure = self._exchange.failure or of_status(self._status)

    async def _events(self, body: bytes) -> None:
        self._buffer += body.replace(b"\r\n", b"\n")
        *events, self._buffer = self._buffer.split(b"\n\n")
        for event in events:
            if self.failure is None:
                await self._event(event)

    async def _event(self, event: bytes) -> None:
        lines = event.split(b"\n")
        data = b"\n".join(line[5:].lstrip() for line in lines if line.startswith(b"data:"))
        name = b"".join(line + b"\n" for line in lines if line.startswith(b"event:"))
        if not data:
            return
        if data == b"[DONE]":
            if self._texts.empty and self._exchange.output_tokens == 0:
                self.failure = GatewayError("malformed_output")
                return None
            self.ended = True
            return await self._flush(b"data: [DONE]\n\n")
        try:
            piece = orjson.loads(data)
        except orjson.JSONDecodeError:
            self.failure = GatewayError("malformed_output")
            return
        if (
            "error" in piece
            and piece.get("object") is None
            and not str(piece.get("type", "")).startswith("response.")
        ):
            self.failure = self._exchange.failure or of_status(_code(piece["error"]))
            return
        self._keep_fingerprint(piece)
        inner = piece.get("response")
        if isinstance(piece.get("usage"), dict):
            # LiteLLM computes it from the team's prices, which callers don't see.
            piece["usage"].pop("cost", None)
        self._exchange.count(piece.get("usage") or (inner.get("usage") if isinstance(inner, dict) else None))
        if str(piece.get("type")) in ("response.completed", "response.incomplete"):
            self.ended = True
        if (
            "usage" in piece
            and not piece.get("choices")
            and "choices" in piece
            and not self._exchange.wants_usage
        ):
            return
        if "choices" in piece and self._exchange.route is not None:
            piece["model"] = self._exchange.route.name
        for shown in self._texts.take(piece):
            await self.write(b"%sdata: %s\n\n" % (name, orjson.dumps(shown)))

    async def _flush(self, end: bytes) -> None:
        for shown in self._texts.end():
            await self.write(b"data: %s\n\n" % orjson.dumps(shown))
        await self.write(end)

    async def write(self, event: bytes) -> None:
        """Sends one event to the caller, after the head if that isn't sent yet."""
        if not self.began:
            self.began = True
            if self._exchange.first_token is None:
                self._exchange.first_token = time.monotonic() - self._exchange.started
                await self._send(
                    {
                        "type": "http.response.start",
                        "status": 200,
                        "headers": head(self._exchange, b"text/event-stream"),
                    }
                )
        await self._send({"type": "http.response.body", "body": event, "more_body": True})

    def parsed(self) -> dict[str, Any]:
        """An answer that isn't a stream, counted and masked. Raises `malformed_output`."""
        try:
            answer = orjson.loads(self.whole or b"")
        except orjson.JSONDecodeError:
            raise GatewayError("malformed_output") from None
        if not isinstance(answer, dict) or not (
            answer.get("choices") or answer.get("data") or answer.get("output")
        ):
            raise GatewayError("malformed_output")
        self._keep_fingerprint(answer)
        self._exchange.count(answer.get("usage"))
        if "model" in answer and self._exchange.route is not None:
            answer["model"] = self._exchange.route.name
        for field in ("choices", "output"):
            if self._masker is not None and field in answer:
                answer[field] = masked(answer[field], self._masker)
        return answer

    def _keep_fingerprint(self, answer: dict[str, Any]) -> None:
        """Which slot answered is recorded, and not shown to callers."""
        model = self._exchange.model
        if model is not None and model.self_hosted:
            self._exchange.served_by(answer.pop("system_fingerprint", None))

    @property
    def text(self) -> str:
        """The text of a stream so far, unmasked."""
        return self._texts.said[:_ANSWER_CHARACTERS]

    @property
    def characters(self) -> int:
        """The number of characters of a stream so far, in all of its choices."""
        return self._texts.characters

    @property
    def resumable(self) -> bool:
        """Whether another model can continue an interrupted stream: one choice, plain text."""
        return self._texts.plain

    def as_whole(self) -> dict[str, Any] | None:
        """A stream that ended well, as the answer that isn't one; masked as it was shown. None for what isn't chat."""
        exchange = self._exchange
        if not (self.resumable and self.ended and self._texts.finish == "stop" and exchange.usage_known):
            return None
        said = self._masker.mask(self._texts.said) if self._masker else self._texts.said
        usage = {"prompt_tokens": exchange.input_tokens, "completion_tokens": exchange.output_tokens}
        return whole({**self._texts.first}, said, {**usage, "total_tokens": sum(usage.values())})

    def resume(self, before: Relay) -> None:
        """Continues where an earlier attempt broke off: the caller sees one stream."""
        self.began, self._texts = before.began, before._texts


def head(exchange: Exchange, content_type: bytes) -> list[tuple[bytes, bytes]]:
    """Headers that every answer has."""
    found = [
        (b"content-type", content_type),
        (b"x-request-id", exchange.request_id.encode()),
        (b"cache-control", b"no-store"),
        *exchange.origin,
    ]
    if exchange.model is not None:
        found.append((b"x-gantry-model", exchange.model.name.encode()))
    if exchange.cache != "none":
        found.append((b"x-gantry-cache", exchange.cache.encode()))
    return found


def _code(error: Any) -> int | None:
    code = error.get("code") if isinstance(error, dict) else None
    return int(str(code)) if str(code).isdigit() else None

"""One answer: from the cache, from LiteLLM within the route's times, or from a similar question's while all is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson

from . import shadow
from .cached_stream import events
from .errors import GatewayError
from .exchange import Exchange
from .gate import Gate
from .guardrails import output_masker
from .relay import Message, Relay, Send, head
from .settings import Settings

_PASSED_HEADERS = (b"host", b"origin", b"accept")
_GRACE_SECONDS = 1.0
"""By how much the gateway waits longer than LiteLLM, so that LiteLLM can turn to the next model."""
_END_SECONDS = 0.2
_ending: set[asyncio.Future[None]] = set()
_DOWN = ("no_healthy_model", "provider_error", "timeout", "queue_full", "malformed_output")
_CONTINUE = "Your answer broke off. Go on exactly where it ended; repeat nothing."


class Left(Exception):
    """The caller closed the connection."""


class Generation:
    """Runs one admitted request."""

    def __init__(
        self,
        app: Callable[..., Awaitable[None]],
        gate: Gate,
        exchange: Exchange,
        settings: Settings,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Send,
    ) -> None:
        self._app, self._gate, self._exchange, self._settings = app, gate, exchange, settings
        self._scope, self._receive, self._send = scope, receive, send
        assert exchange.route is not None
        self._route = exchange.route
        self._started = exchange.started
        self._ends = exchange.started + self._route.total_seconds

    async def run(self) -> None:
        """Answers the caller. Raises the error to send instead."""
        exchange = self._exchange
        if exchange.answer_again is not None:
            return await self._again(exchange.answer_again)
        shadow.sample(exchange)
        try:
            await self._attempts()
        except GatewayError as error:
            if error.code not in _DOWN or exchange.first_token is not None:
                raise
            found = await self._gate.answers(self._settings).similar(exchange)
            if found is None:
                raise
            exchange.cache = "similar"
            await self._again(found)

    async def _attempts(self) -> None:
        """Calls LiteLLM; a second time, with the remaining models, when a plain stream broke off."""
        exchange, body, before = self._exchange, self._upstream_body(), None
        while True:
            exchange.failure = None
            relay = Relay(exchange, self._settings, self._send, output_masker(self._route.guardrails))
            if before is not None:
                relay.resume(before)
            try:
                await self._ask(body, relay, last=before is not None)
            finally:
                self._estimate(relay)
            failure = relay.failure or self._cut(relay)
            if failure is None:
                return await self._finish(relay)
            asked = exchange.model.name if exchange.model else exchange.models[0]
            left = tuple(name for name in exchange.models if name != asked)
            if before is not None or not left or failure.code not in _DOWN or not exchange.stream:
                raise failure
            if relay.began and not (relay.resumable and "messages" in body):
                raise failure
            exchange.models, exchange.resumed, before = left, True, relay
            if relay.text:
                resumed = [
                    {"role": "assistant", "content": relay.text},
                    {"role": "user", "content": _CONTINUE},
                ]
                body = {**body, "messages": [*exchange.body["messages"], *resumed]}

    def _upstream_body(self) -> dict[str, Any]:
        body = dict(self._exchange.body)
        if self._exchange.stream and self._exchange.path != "/v1/responses":
            body["stream_options"] = {"include_usage": True}
        if self._exchange.path == "/v1/responses":
            body["store"] = False
        return body

    async def _ask(self, body: dict[str, Any], relay: Relay, last: bool) -> None:
        """Runs LiteLLM until it is done, the caller disconnects, or a time limit is reached, which is a failure of the relay."""
        raw = orjson.dumps(body)
        asked = False
        never = asyncio.Event()

        async def receive() -> Message:
            nonlocal asked
            if not asked:
                asked = True
                return {"type": "http.request", "body": raw, "more_body": False}
            await never.wait()
            return {"type": "http.disconnect"}

        kept = [pair for pair in self._scope["headers"] if pair[0].lower() in _PASSED_HEADERS]
        length = str(len(raw)).encode()
        headers = [*kept, (b"content-type", b"application/json"), (b"content-length", length)]
        # LiteLLM takes parameters from the address, too.
        scope = {**self._scope, "headers": headers, "query_string": b""}
        work = asyncio.ensure_future(self._app(scope, receive, relay))
        leaving = asyncio.ensure_future(_left(self._receive))
        try:
            while not work.done():
                deadline = self._deadline(relay, last)
                if time.monotonic() >= deadline:
                    relay.failure = GatewayError("timeout")
                    return
                if leaving.done():
                    raise Left
                wait = deadline - time.monotonic()
                await asyncio.wait({work, leaving}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
            await work
        finally:
            leaving.cancel()
            if not work.done():
                work.cancel()
                # It may take long to end, and the next model needs the time.
                _ending.add(work)
                work.add_done_callback(_ended)
                await asyncio.wait({work}, timeout=_END_SECONDS)

    def _deadline(self, relay: Relay, last: bool) -> float:
        if not self._exchange.stream:
            return self._ends + _GRACE_SECONDS
        if relay.began:
            return min(self._ends, relay.last + self._route.gap_seconds) + _GRACE_SECONDS
        gap, models = self._route.gap_seconds, len(self._exchange.models)
        # LiteLLM turns to the next model after its share. Where it doesn't, there is time to do it here.
        patience = gap + _GRACE_SECONDS if last or models == 1 else gap * (1 - 0.5 / models)
        return min(self._ends + _GRACE_SECONDS, self._started + patience)

    def _estimate(self, relay: Relay) -> None:
        """Tokens of an answer that no model counted, because it broke off: a token for four characters."""
        exchange = self._exchange
        exchange.answer = relay.text or exchange.answer
        if relay.began and not exchange.usage_known:
            exchange.input_tokens = exchange.estimated_input
            exchange.output_tokens = -(-relay.characters // 4)

    def _cut(self, relay: Relay) -> GatewayError | None:
        if not self._exchange.stream or relay.whole is not None:
            return None
        return None if relay.ended else self._exchange.failure or GatewayError("provider_error")

    async def _finish(self, relay: Relay) -> None:
        exchange = self._exchange
        if relay.whole is None:
            await self._send({"type": "http.response.body", "body": b""})
            answer = relay.as_whole()
            if answer is not None:
                await self._gate.answers(self._settings).keep(exchange, answer)
            return
        answer = relay.parsed()
        self._check_form(answer)
        exchange.answer = orjson.dumps(answer.get("choices") or answer.get("output") or []).decode()
        await self._write(head(exchange, b"application/json"), answer)
        await self._gate.answers(self._settings).keep(exchange, answer)

    def _check_form(self, answer: dict[str, Any]) -> None:
        """An answer that was to be JSON is JSON."""
        wanted = (self._exchange.body.get("response_format") or {}).get("type")
        if wanted not in ("json_object", "json_schema"):
            return
        for choice in answer.get("choices", []):
            try:
                orjson.loads((choice.get("message") or {}).get("content") or "")
            except orjson.JSONDecodeError:
                raise GatewayError("malformed_output") from None

    async def _again(self, answer: dict[str, Any]) -> None:
        """Sends an answer from the cache, marked in a header and in its body."""
        exchange = self._exchange
        marked = {**answer, "id": f"chatcmpl-{exchange.request_id}", "cache": exchange.cache}
        exchange.answer = orjson.dumps(answer.get("choices", [])).decode()
        if not exchange.stream:
            return await self._write(head(exchange, b"application/json"), marked)
        exchange.first_token = time.monotonic() - exchange.started
        await self._send(
            {"type": "http.response.start", "status": 200, "headers": head(exchange, b"text/event-stream")}
        )
        body = b"".join(events(marked, exchange.wants_usage))
        await self._send({"type": "http.response.body", "body": body})

    async def _write(self, headers: list[tuple[bytes, bytes]], answer: dict[str, Any]) -> None:
        body = orjson.dumps(answer)
        sized = [*headers, (b"content-length", str(len(body)).encode())]
        await self._send({"type": "http.response.start", "status": 200, "headers": sized})
        await self._send({"type": "http.response.body", "body": body})


def _ended(work: asyncio.Future[None]) -> None:
    _ending.discard(work)
    if not work.cancelled():
        work.exception()  # otherwise asyncio logs it as never retrieved


async def _left(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

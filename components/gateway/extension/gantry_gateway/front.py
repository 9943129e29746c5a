"""The outermost ASGI application, around LiteLLM's: every request and response passes through it."""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
from prometheus_client import CONTENT_TYPE_LATEST

from . import metrics
from .errors import GatewayError
from .exchange import Exchange, current
from .gate import Gate
from .generation import Generation, Left
from .identity import identify
from .parameters import PARAMETERS
from .reading import MAX_BODY_BYTES, read
from .relay import Send, head

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOG = logging.getLogger("gantry.front")
_BODY_SECONDS = 30
_MOST_IN_FLIGHT = 1000
_FEATURE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_EXPOSED = (b"access-control-expose-headers", b"retry-after, x-request-id, x-gantry-model, x-gantry-cache")
_PREFLIGHT = {"origin", "access-control-request-method"}
_GET = ("/v1/models", "/ready", "/live", "/metrics")


class Front:
    """An ASGI application in front of LiteLLM's."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app, self._gate = app, gate
        self._origins = os.environ.get("LITELLM_CORS_ORIGINS", "").split(",")
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles HTTP requests, forwards the server's lifespan events, and refuses other protocols."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        exchange = Exchange(origin=self._origin(scope))
        current.set(exchange)
        self._in_flight += 1
        try:
            await self._handle(exchange, scope, receive, send)
        except Left:
            exchange.code = "client_left"
        except GatewayError as error:
            await _refuse(exchange, error, send)
        except Exception:
            _LOG.exception("request %s", exchange.request_id)
            await _refuse(exchange, GatewayError("internal_error"), send)
        finally:
            self._in_flight -= 1
            await self._close(exchange)

    def _origin(self, scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
        origin = _headers(scope).get("origin", "")
        if not origin or origin not in self._origins:
            return ()
        return ((b"access-control-allow-origin", origin.encode()), (b"vary", b"Origin"), _EXPOSED)

    async def _handle(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        # The path as it was sent: one that only decodes to a known path isn't known.
        path = scope.get("raw_path", b"").split(b"?")[0].decode("latin-1") or scope["path"]
        if path not in PARAMETERS and path not in _GET:
            raise GatewayError("not_found")
        exchange.path = path
        headers = _headers(scope)
        if scope["method"] == "OPTIONS" and path in PARAMETERS and _PREFLIGHT.issubset(headers):
            return await self._app(scope, receive, send)  # a browser's preflight request, which has no key
        if scope["method"] != ("GET" if path in _GET else "POST"):
            raise GatewayError("method_not_allowed")
        _refuse_repeated(scope)
        if path == "/live":
            # A restart doesn't repair a document, so none is read.
            return await _json(exchange, {"status": "live"}, send)
        if path == "/ready":
            self._gate.documents()
            return await _json(exchange, {"status": "ready"}, send)
        if path == "/metrics":
            return await self._metrics(exchange, headers, send)
        if path in PARAMETERS:
            self._gate.traces.begin(exchange)
        tenants, keys, settings = self._gate.documents()
        exchange.caller = identify(headers, tenants, keys, settings)
        if path == "/v1/models":
            return await _json(exchange, self._gate.models(exchange.caller, settings), send)
        if self._in_flight > _MOST_IN_FLIGHT:
            raise GatewayError("queue_full")
        feature = headers.get("x-gantry-feature", "")
        exchange.feature = feature if _FEATURE.fullmatch(feature) else None
        exchange.body = read(path, await _body(headers, receive))
        await self._gate.admit(exchange, settings)
        await Generation(self._app, self._gate, exchange, settings, scope, receive, send).run()

    async def _metrics(self, exchange: Exchange, headers: dict[str, str], send: Send) -> None:
        key = os.environ.get("GANTRY_METRICS_TOKEN", "")
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not key or not hmac.compare_digest(given.encode(), key.encode()):
            raise GatewayError("authentication_failed")
        metrics.REDIS_LOST.set(1 if self._gate.redis_lost else 0)
        for provider, degraded in self._gate.providers().items():
            metrics.PROVIDER_DEGRADED.labels(provider).set(1 if degraded else 0)
        await _whole(exchange, CONTENT_TYPE_LATEST.encode(), metrics.exposition(), send)

    async def _close(self, exchange: Exchange) -> None:
        """Settles, counts and records, even when the request was cancelled."""
        if exchange.path in PARAMETERS or not exchange.path:
            closing = asyncio.ensure_future(self._gate.close(exchange))
            await asyncio.shield(closing)


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _refuse_repeated(scope: Scope) -> None:
    """Refuses repeated headers, which the firewall and this server may read differently."""
    names = [name.lower() for name, _ in scope["headers"]]
    for name in (b"authorization", *(one for one in set(names) if one.startswith(b"x-gantry-"))):
        if names.count(name) > 1:
            raise GatewayError("invalid_request", f"`{name.decode('latin-1')}` is sent more than once.")


async def _body(headers: dict[str, str], receive: Receive) -> bytes:
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        raise GatewayError("request_too_large")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Left
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > MAX_BODY_BYTES:
                    raise GatewayError("request_too_large")
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise GatewayError("timeout", "The request's body didn't arrive in time.") from None


async def _json(exchange: Exchange, body: object, send: Send) -> None:
    await _whole(exchange, b"application/json", orjson.dumps(body), send)


async def _whole(exchange: Exchange, content_type: bytes, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": head(exchange, content_type)})
    await send({"type": "http.response.body", "body": body})


async def _refuse(exchange: Exchange, error: GatewayError, send: Send) -> None:
    """The one shape of every failure: a body, or the last event of a stream that has begun."""
    exchange.code = error.code
    body = orjson.dumps(error.body(exchange.request_id))
    if exchange.stream and exchange.first_token is not None:
        await send({"type": "http.response.body", "body": b"data: %s\n\n" % body, "more_body": True})
        return await send({"type": "http.response.body", "body": b""})
    headers = head(exchange, b"application/json")
    if error.retry_after is not None:
        headers.append((b"retry-after", str(error.retry_after).encode()))
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

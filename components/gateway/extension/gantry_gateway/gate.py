"""Admission of a request: model, length, guardrails, order of models, limits. Settlement when it has ended."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Any

from . import metrics
from .answers import Answers
from .charges import Charge, limits_of
from .documents import Keys, Tenant, Watched, keys_of, tenants_of
from .errors import GatewayError
from .exchange import Exchange
from .feeds import Feeds
from .guardrails import masked, prompt_masker, refuse_injection
from .identity import Caller
from .ledger import Ledger, connect
from .parameters import EMBEDDINGS
from .reading import CONTENT, answer_count, asked_output, cap_output, estimated_tokens, texts
from .records import Records, record_of
from .routing import order
from .settings import Route, Settings, settings_of
from .tracing import Traces

_LEASE_MARGIN_SECONDS = 30
_ESTIMATE_MARGIN = 1.25
_LONG_TOKENS = 5000
"""Prompts above it take so long to search that a thread does it."""
_MARGIN_TOKENS = 8
"""Reserved on top of 1.5 times the estimated tokens: what a request doesn't use is given back."""


class Gate:
    """State of this process: the documents, the ledger, the feeds."""

    def __init__(self) -> None:
        self._tenants = Watched(os.environ["GANTRY_TENANTS"], tenants_of)
        self._keys = Watched(os.environ["GANTRY_TENANT_KEYS"], keys_of)
        self._settings = Watched(os.environ["GANTRY_SETTINGS"], settings_of)
        self._ledger: Ledger | None = None
        self._answers: Answers | None = None
        self._feeds = Feeds()
        self._records = Records()
        self.traces = Traces()

    def documents(self) -> tuple[Mapping[str, Tenant], Keys, Settings]:
        """What is mounted, as it is now. Raises while one of them can't be read."""
        return self._tenants.get(), self._keys.get(), self._settings.get()

    def settings(self) -> Settings:
        return self._settings.get()

    @property
    def redis_lost(self) -> bool:
        return self._ledger is not None and self._ledger.lost

    def providers(self) -> dict[str, bool]:
        """Whether each provider that has a status page is degraded."""
        return {name: self._feeds.degraded(url) for name, url in self.settings().status_urls.items()}

    def ledger(self, settings: Settings) -> Ledger:
        """Made with the first request: it belongs to the loop that serves them."""
        if self._ledger is None:
            self._ledger = Ledger(connect(), settings.environment)
        return self._ledger

    def answers(self, settings: Settings) -> Answers:
        if self._answers is None:
            self._answers = Answers(self.ledger(settings).redis, settings.environment)
        return self._answers

    def models(self, caller: Caller, settings: Settings) -> dict[str, Any]:
        """The models that a tenant may use, in OpenAI's format."""
        names = [name for name in caller.tenant.models if settings.route(name) is not None]
        return {
            "object": "list",
            "data": [{"id": name, "object": "model", "owned_by": "gantry"} for name in names],
        }

    async def admit(self, exchange: Exchange, settings: Settings) -> None:
        """Raises the error for a refused request. Otherwise reserves its maximum usage in the tenant's limits."""
        caller, body = exchange.caller, exchange.body
        assert caller is not None
        route = _allowed(caller.tenant, str(body["model"]), settings)
        exchange.route, exchange.stream = route, body.get("stream", False)
        exchange.wants_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        tokens = exchange.estimated_input = _checked_length(caller.tenant, body)
        if tokens > _LONG_TOKENS:
            # Its patterns let other requests run meanwhile.
            await asyncio.to_thread(_guard, route, body)
        else:
            _guard(route, body)
        exchange.models = order(route, settings, self._feeds, caller.tenant, body, tokens)
        output = _output_cap(exchange, settings)
        choices = answer_count(body)
        cap_output(exchange.path, body, output)
        found = await self.answers(settings).same(exchange)
        if found is not None:
            exchange.cache, exchange.answer_again = "exact", found
            tokens = output = 0
        models = [
            settings.models[name] for name in (*exchange.models, *route.context_window, *route.content_policy)
        ]
        nano = max(tokens * model.input_nano + output * choices * model.output_nano for model in models)
        charge = Charge(
            lease=exchange.request_id,
            tenant=caller.tenant.name,
            user=caller.user_hash,
            tokens=tokens + tokens // 2 + _MARGIN_TOKENS * bool(tokens) + output * choices,
            nano=round(nano),
            lease_seconds=route.total_seconds + _LEASE_MARGIN_SECONDS,
        )
        limits = limits_of(caller.tenant, caller.user_hash is not None)
        exchange.admission = await self.ledger(settings).admit(charge, limits, settings)

    async def close(self, exchange: Exchange) -> None:
        """Releases the unused part of the reservation, and writes the record."""
        settings = None
        try:
            settings = self.settings()
        except GatewayError:
            pass
        if exchange.admission is not None and self._ledger is not None:
            tokens = 0 if exchange.cache != "none" else exchange.input_tokens + exchange.output_tokens
            await self._ledger.settle(exchange.admission, tokens, exchange.nano)
        metrics.count(exchange)
        if exchange.trace is not None:
            exchange.trace.end(record_of(exchange))
        await self._records.write(exchange, settings)


def _allowed(tenant: Tenant, name: str, settings: Settings) -> Route:
    route = settings.route(name)
    if route is None:
        raise GatewayError("model_not_found")
    if name not in tenant.models:
        raise GatewayError("model_not_allowed")
    return route


def _checked_length(tenant: Tenant, body: Mapping[str, Any]) -> int:
    characters = sum(map(len, texts(body)))
    if characters > tenant.input_characters:
        raise GatewayError(
            "request_too_large",
            f"The prompt has {characters} characters; {tenant.input_characters} are allowed.",
        )
    tokens = estimated_tokens(body)
    if tokens > tenant.input_tokens:
        raise GatewayError(
            "request_too_large", f"The prompt has about {tokens} tokens; {tenant.input_tokens} are allowed."
        )
    return tokens


def _guard(route: Route, body: dict[str, Any]) -> None:
    if route.guardrails.get("injection") == "refuse":
        # The tenant's own program is trusted; its users and tools are not.
        messages = [
            one for one in body.get("messages") or [] if one.get("role") not in ("system", "developer")
        ]
        said = {"messages": messages, "prompt": body.get("prompt"), "input": body.get("input")}
        for text in texts(said):
            refuse_injection(text)
    masker = prompt_masker(route.guardrails)
    if masker is not None:
        for name in CONTENT:
            if name in body:
                body[name] = masked(body[name], masker)


def _output_cap(exchange: Exchange, settings: Settings) -> int:
    """
    Tokens of the longest answer of one choice: as asked for, as the route allows, as fits the models' context, and
    never more than a minute or a day of the tenant holds, since it could never be let in.
    """
    assert exchange.route is not None and exchange.caller is not None
    if exchange.path == EMBEDDINGS:
        return 0
    tenant, tokens = exchange.caller.tenant, exchange.estimated_input
    asked = asked_output(exchange.body) or exchange.route.max_output_tokens
    room = min(tenant.tokens_per_minute, tenant.tokens_per_day) - tokens
    contexts = [settings.models[name].context_length for name in exchange.models]
    context = min((int(one - tokens * _ESTIMATE_MARGIN) for one in contexts if one), default=asked)
    cap = min(asked, exchange.route.max_output_tokens, room // answer_count(exchange.body), max(1, context))
    if cap < 1:
        raise GatewayError(
            "request_too_large", "The prompt alone is more than this key may send in a minute or a day."
        )
    return cap

"""Which models may answer, and in which order they are tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litellm.router_strategy.adaptive_router.classifier import classify_prompt

from .documents import Tenant
from .errors import GatewayError
from .feeds import Feeds
from .reading import texts
from .settings import Model, Route, Settings

_LONG_PROMPT_TOKENS = 1500
_SMALL_TASKS = {"general", "factual_lookup", "writing"}


def order(
    route: Route, settings: Settings, feeds: Feeds, tenant: Tenant, body: Mapping[str, Any], tokens: int
) -> tuple[str, ...]:
    """
    The models of a route, in the order in which they are tried. A degraded provider comes last; models whose context a prompt
    doesn't fit are left out. Raises `context_too_long` where none is left.
    """
    names = list(route.models)
    if route.strategy == "balanced":
        names = _balanced(names, route, settings, feeds)
    if route.strategy == "auto":
        names = _by_task(names, settings, tenant, body, tokens)
    names = [name for name in names if _fits(settings.models[name], tokens)]
    if not names:
        names = [name for name in route.context_window if _fits(settings.models[name], tokens)]
    if not names:
        raise GatewayError("context_too_long")
    return tuple(sorted(names, key=lambda name: _degraded(settings.models[name], settings, feeds)))


def _fits(model: Model, tokens: int) -> bool:
    return model.context_length is None or tokens < model.context_length


def _degraded(model: Model, settings: Settings, feeds: Feeds) -> bool:
    url = settings.status_urls.get(model.provider or "")
    return url is not None and feeds.degraded(url)


def _balanced(names: list[str], route: Route, settings: Settings, feeds: Feeds) -> list[str]:
    """The self-hosted model first, unless too many requests wait for it: then the hosted ones."""
    first = settings.models[names[0]]
    waiting = feeds.queue(first.queue_url) if first.self_hosted and first.queue_url else None
    if waiting is None or waiting <= route.queue_per_replica:
        return names
    return [name for name in names if not settings.models[name].self_hosted] + [
        name for name in names if settings.models[name].self_hosted
    ]


def _by_task(
    names: list[str], settings: Settings, tenant: Tenant, body: Mapping[str, Any], tokens: int
) -> list[str]:
    """
    The cheapest model for what is short and simple, the most expensive for the rest. LiteLLM's classifier tells code and
    analysis from small talk; its complexity router as a whole would choose among deployments of its own, past the
    tenant's list. `economy` tenants always get the cheapest, `premium` ones the most expensive for shorter prompts, too.
    """
    cheapest = sorted(names, key=lambda name: settings.models[name].output_nano)
    if tenant.tier == "economy" or not _demanding(
        body, tokens, _LONG_PROMPT_TOKENS // (4 if tenant.tier == "premium" else 1)
    ):
        return cheapest
    return [cheapest[-1], *cheapest[:-1]]


def _demanding(body: Mapping[str, Any], tokens: int, long: int) -> bool:
    prompt = " ".join(texts(body))
    kind = classify_prompt(prompt[-8000:])
    return tokens > long or "```" in prompt or "tools" in body or str(kind.value) not in _SMALL_TASKS

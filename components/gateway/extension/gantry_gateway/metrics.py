"""
The gateway's metrics. LiteLLM's own know neither refusals before LiteLLM nor answers from the cache, and cost each
request 2 ms of CPU (`npm run bench`), so its callback for Prometheus is off.
"""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from .exchange import Exchange

_SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
"""Folder in which workers share their metrics, where a pod has several. It has to exist before the first metric."""
if _SHARED:
    os.makedirs(_SHARED, exist_ok=True)

_REQUESTS = Counter(
    "gantry_gateway_requests", "Requests by how they ended.", ["tenant", "route", "model", "code", "cache"]
)
_TOKENS = Counter(
    "gantry_gateway_tokens", "Tokens of prompts and answers.", ["tenant", "route", "model", "kind"]
)
_COST = Counter("gantry_gateway_cost_usd", "What answers cost.", ["tenant", "route", "model"])
_FIRST_TOKEN = Histogram(
    "gantry_gateway_first_token_seconds",
    "Time to the first token of streams.",
    ["route", "model"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30),
)
_FALLBACKS = Counter(
    "gantry_gateway_fallbacks", "Requests that another model answered than the first one.", ["route", "model"]
)
REDIS_LOST = Gauge(
    "gantry_gateway_redis_lost", "1 while limits are counted without Redis.", multiprocess_mode="mostrecent"
)
PROVIDER_DEGRADED = Gauge(
    "gantry_gateway_provider_degraded",
    "1 while a provider's status page reports a problem.",
    ["provider"],
    multiprocess_mode="mostrecent",
)
LIMIT_USED = Gauge(
    "gantry_gateway_limit_used_ratio",
    "Share of a tenant's day or month that is used, when it last asked.",
    ["tenant", "limit"],
    multiprocess_mode="mostrecent",
)
RECORDS_LOST = Counter("gantry_gateway_records_lost", "Records that did not reach S3.", ["reason"])


def count(exchange: Exchange) -> None:
    """Counts a request that is over."""
    tenant = exchange.caller.tenant.name if exchange.caller else "unknown"
    route = exchange.route.name if exchange.route else "none"
    model = exchange.model.name if exchange.model else "none"
    _REQUESTS.labels(tenant, route, model, exchange.code, exchange.cache).inc()
    if exchange.model is not None and exchange.fell_back:
        _FALLBACKS.labels(route, model).inc()
    if exchange.model is not None and exchange.cache == "none":
        _TOKENS.labels(tenant, route, model, "input").inc(exchange.input_tokens)
        _TOKENS.labels(tenant, route, model, "output").inc(exchange.output_tokens)
        _COST.labels(tenant, route, model).inc(exchange.nano / 1e9)
    if exchange.first_token is not None and exchange.stream:
        _FIRST_TOKEN.labels(route, model).observe(exchange.first_token)


def exposition() -> bytes:
    """All metrics of the pod in Prometheus' text format."""
    registry = REGISTRY
    if _SHARED:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, _SHARED)
    text: bytes = generate_latest(registry)
    return text

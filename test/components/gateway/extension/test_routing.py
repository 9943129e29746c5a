"""Which models are asked, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import ROUTE, SETTINGS, TENANT
from gantry_gateway.documents import tenants_of
from gantry_gateway.errors import GatewayError
from gantry_gateway.feeds import Feeds, degraded_of, queue_of
from gantry_gateway.routing import order
from gantry_gateway.settings import settings_of

SMALL: dict[str, Any] = {"messages": [{"role": "user", "content": "What is the capital of France?"}]}
CODE: dict[str, Any] = {"messages": [{"role": "user", "content": "Fix the bug in ```def f(): pass```"}]}


class Known(Feeds):
    """Figures as a test says."""

    def __init__(self, waiting: float | None = None, degraded: bool = False) -> None:
        super().__init__()
        self._waiting, self._is_degraded = waiting, degraded

    def queue(self, url: str) -> float | None:
        return self._waiting

    def degraded(self, url: str) -> bool:
        return self._is_degraded


def models(
    route: dict[str, Any], feeds: Feeds, body: Any = SMALL, tokens: int = 10, tier: str = "standard"
) -> tuple[str, ...]:
    settings = settings_of({**SETTINGS, "routes": {"assistant": {**ROUTE, **route}}})
    tenant = tenants_of({"tenants": {"web": {**TENANT, "tier": tier}}})["web"]
    return order(settings.routes["assistant"], settings, feeds, tenant, body, tokens)


@pytest.mark.parametrize(("waiting", "first"), [(None, "chat"), (4, "chat"), (4.5, "gpt")])
def test_balanced_leaves_the_self_hosted_model_while_its_queue_is_long(
    waiting: float | None, first: str
) -> None:
    assert models({"strategy": "balanced", "queuePerReplica": 4}, Known(waiting))[0] == first


@pytest.mark.parametrize("strategy", ["cost", "quality", "balanced", "auto"])
def test_a_degraded_provider_comes_last(strategy: str) -> None:
    route = {"strategy": strategy, "models": ["gpt", "chat"]}
    assert models(route, Known(degraded=True), CODE) == ("chat", "gpt")


@pytest.mark.parametrize(
    ("body", "tokens", "tier", "first"),
    [
        (SMALL, 10, "standard", "chat"),
        (CODE, 10, "standard", "gpt"),
        (SMALL, 2000, "standard", "gpt"),
        (SMALL, 500, "standard", "chat"),
        (SMALL, 500, "premium", "gpt"),
        (CODE, 10, "economy", "chat"),
        ({**SMALL, "tools": [{}]}, 10, "standard", "gpt"),
    ],
)
def test_auto_takes_the_smallest_model_that_does_the_job(
    body: Any, tokens: int, tier: str, first: str
) -> None:
    assert models({"strategy": "auto"}, Known(), body, tokens, tier)[0] == first


def test_a_long_prompt_takes_the_models_that_it_fits() -> None:
    assert models({}, Known(), tokens=9000) == ("gpt",)
    assert models({"models": ["chat"]}, Known(), tokens=9000) == ("long",)
    with pytest.raises(GatewayError) as refused:
        models(
            {"models": ["chat"], "fallbacks": {"contextWindow": [], "contentPolicy": []}},
            Known(),
            tokens=9000,
        )
    assert refused.value.code == "context_too_long"


def test_reads_prometheus_and_statuspage() -> None:
    assert queue_of({"data": {"result": [{"value": [1, "3.5"]}]}}) == 3.5
    assert queue_of({"data": {"result": [{"value": [1, "NaN"]}]}}) is None
    assert degraded_of({"status": {"indicator": "none"}}) is False
    assert degraded_of({"status": {"indicator": "major"}}) is True


async def test_an_address_that_does_not_answer_says_nothing_and_makes_nobody_wait() -> None:
    feeds = Feeds()
    assert feeds.queue("http://127.0.0.1:9/") is None
    assert feeds.degraded("http://127.0.0.1:9/") is False

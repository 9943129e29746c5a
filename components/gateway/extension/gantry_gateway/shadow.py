"""Copies of requests to the standby: their answers are discarded, and no tenant pays for them."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any

from .exchange import Exchange, current

_LOG = logging.getLogger("gantry.shadow")
_AT_ONCE = 16
_running: set[asyncio.Task[None]] = set()


def sample(exchange: Exchange) -> None:
    """Copies the route's share of chat requests to the standby, and skips copies while too many are running."""
    route = exchange.route
    if route is None or route.shadow_model is None or exchange.path != "/v1/chat/completions":
        return
    if len(_running) >= _AT_ONCE or random.random() * 100 >= route.shadow_percent:
        return
    body = {
        name: value
        for name, value in exchange.body.items()
        if name not in ("model", "stream", "stream_options")
    }
    task = asyncio.get_running_loop().create_task(_copy(route.shadow_model, body, route.total_seconds))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _copy(model: str, body: dict[str, Any], seconds: float) -> None:
    from litellm.proxy.proxy_server import llm_router

    if llm_router is None:
        return
    current.set(None)  # of this task: what a copy meets is not the request's
    try:
        metadata = {"is_silent_experiment": True, "model_group": model}
        await llm_router.acompletion(
            model=model, **body, timeout=seconds, num_retries=0, disable_fallbacks=True, metadata=metadata
        )
    except Exception as error:  # the standby's failure is its own
        _LOG.info("shadow copy failed: %s", type(error).__name__)

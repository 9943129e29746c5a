"""LiteLLM's own extension points: they refuse a request that didn't come through `front`."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy._types import UserAPIKeyAuth

from .errors import GatewayError
from .exchange import Exchange, current
from .litellm_errors import of_litellm
from .parameters import EMBEDDINGS
from .settings import Settings, model_named

_NO_SUCH_THING = (403, 404, 405, 501)
"""Error texts of chat servers for unsupported requests."""


def authenticated() -> UserAPIKeyAuth:
    """The caller that `front` authenticated, without the key. Refuses a request that didn't pass `front`."""
    exchange = current.get()
    if exchange is None or exchange.caller is None or exchange.admission is None:
        raise HTTPException(401, "not authenticated")
    return UserAPIKeyAuth(key_alias=exchange.caller.tenant.name, request_route=exchange.path)


def instructions(exchange: Exchange, settings: Settings) -> dict[str, Any]:
    """The settings passed to LiteLLM in addition to the body: the models in order, timeouts, the bucket header."""
    route, caller = exchange.route, exchange.caller
    if route is None or caller is None or not exchange.models:
        raise HTTPException(500, "no route")
    # Engines log and trace under the request's id.
    known = {settings.bucket_header: caller.bucket, "x-request-id": exchange.request_id}

    def entry(name: str) -> dict[str, Any]:
        own = name not in settings.models or settings.models[name].self_hosted
        return {"model": name, "extra_headers": known if own else {}}

    first, *others = exchange.models
    window, policy = route.context_window, route.content_policy
    if exchange.path == EMBEDDINGS:
        # One model's vectors can't be compared with another's.
        others, window, policy = [], (), ()
    # The time to the first token is shared by all models that may be asked for it, and the next model is a better
    # second try than the same one after a pause. After the last one there is none: a provider that closes an idle
    # connection just as it is used fails one request, and answers the next.
    share = 1 / (1 + len(others))
    tries = [{**entry(name), "num_retries": int(name == others[-1])} for name in others]
    return {
        **entry(first),
        **({"num_retries": 0} if others else {}),
        "fallbacks": [{first: tries}],
        "context_window_fallbacks": [{first: [entry(name) for name in window]}],
        "content_policy_fallbacks": [{first: [entry(name) for name in policy]}],
        "timeout": route.total_seconds * share,
        "stream_timeout": route.gap_seconds * share,
    }


class Hooks(CustomLogger):
    """Configures LiteLLM's handling of a request, and records why it failed."""

    def __init__(self, settings: Any) -> None:
        super().__init__()
        self._settings = settings

    async def async_pre_call_hook(
        self, user_api_key_dict: UserAPIKeyAuth, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any]:
        """Refuses a request that `front` didn't admit."""
        exchange = current.get()
        if exchange is None or exchange.admission is None:
            raise HTTPException(401, "not authenticated")
        data.update(instructions(exchange, self._settings()))
        return data

    async def async_pre_call_deployment_hook(
        self, kwargs: dict[str, Any], call_type: Any
    ) -> dict[str, Any] | None:
        """Which model is asked now: the answers to some kinds of requests don't say which one gave them."""
        exchange = current.get()
        if exchange is None:
            return None
        model = model_named((kwargs.get("model_info") or {}).get("id"), self._settings())
        exchange.asked(model)
        if exchange.path == EMBEDDINGS:
            # A model of chats that refuses it isn't taken out, which would be an outage to everyone else.
            kwargs = {**kwargs, "model_info": {**(kwargs.get("model_info") or {}), "cooldown_time": 0}}
        if exchange.trace is None or model is None:
            return kwargs
        trace = exchange.trace.asks(model.name)
        # Providers outside get no id of ours.
        if not model.self_hosted:
            return kwargs
        return {**kwargs, "extra_headers": {**(kwargs.get("extra_headers") or {}), **trace}}

    async def async_post_call_failure_hook(
        self,
        request_data: Any,
        original_exception: BaseException,
        user_api_key_dict: Any,
        traceback_str: Any = None,
    ) -> None:
        """Keeps the kind of the failure, which the response no longer tells."""
        exchange = current.get()
        if exchange is not None:
            status = getattr(original_exception, "status_code", None)
            unfit = exchange.path == EMBEDDINGS and status in _NO_SUCH_THING
            exchange.failure = (
                GatewayError("invalid_request", "This model makes no embeddings.")
                if unfit
                else of_litellm(original_exception)
            )

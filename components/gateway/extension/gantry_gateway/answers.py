"""The cache of answers: for the same question at any time, for a similar one only while no model answers."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from typing import Any

import orjson
from redis.asyncio import Redis

from .exchange import Exchange

_LOG = logging.getLogger("gantry.answers")
_QUESTIONS = 200
_SIMILAR = 0.8
# Words without which a question keeps its meaning. No negation is among them.
_EMPTY_WORDS = set(
    "a an the i you we they he she it my your our their is are was were be do does did can could would should will "
    "to of in on at for with from by and or how what which who when where why please me tell".split()
)


class Answers:
    """Cached answers in Redis, separated by tenant. Without Redis there are none, which never fails a request."""

    def __init__(self, redis: Redis, environment: str) -> None:
        self._redis = redis
        self._start = f"gantry:{environment}"

    async def same(self, exchange: Exchange) -> dict[str, Any] | None:
        """The answer to exactly this question."""
        if not cacheable(exchange):
            return None
        try:
            return _document(await self._redis.get(self._key(exchange)))
        except Exception as error:
            _LOG.warning("cache can't be read: %s", type(error).__name__)
            return None

    async def similar(self, exchange: Exchange) -> dict[str, Any] | None:
        """
        The answer to the most similar question that followed the same conversation on the same route, by the share
        of content words that both have (Jaccard, 0.8 at least). It knows no synonyms.
        """
        if exchange.route is None or not exchange.route.similar_when_down or not cacheable(exchange):
            return None
        try:
            asked = content_words(_question(exchange.body))
            kept = [
                orjson.loads(one) for one in await self._redis.lrange(self._list(exchange), 0, _QUESTIONS - 1)
            ]
            best = max(kept, key=lambda one: jaccard(asked, set(one[0])), default=None)
            if best is None or jaccard(asked, set(best[0])) < _SIMILAR:
                return None
            return _document(await self._redis.get(best[1]))
        except Exception as error:
            _LOG.warning("cache can't be read: %s", type(error).__name__)
            return None

    async def keep(self, exchange: Exchange, answer: Mapping[str, Any]) -> None:
        """Keeps a whole answer."""
        route = exchange.route
        if route is None or route.cache is None or not cacheable(exchange):
            return
        if [choice.get("finish_reason") for choice in answer.get("choices", [])] != ["stop"]:
            return
        try:
            key = self._key(exchange)
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(key, orjson.dumps(answer), ex=route.cache.ttl_seconds)
                if route.similar_when_down:
                    words = sorted(content_words(_question(exchange.body)))
                    questions = self._list(exchange)
                    pipe.lpush(questions, orjson.dumps([words, key]))
                    pipe.ltrim(questions, 0, _QUESTIONS - 1)
                    pipe.expire(questions, route.cache.ttl_seconds)
                await pipe.execute()
        except Exception as error:
            _LOG.warning("cache can't be written: %s", type(error).__name__)

    def _key(self, exchange: Exchange) -> str:
        return self._named(exchange, "answer", {**exchange.body, "stream": None, "stream_options": None})

    def _list(self, exchange: Exchange) -> str:
        before = {
            **exchange.body,
            "stream": None,
            "stream_options": None,
            "messages": exchange.body["messages"][:-1],
        }
        return self._named(exchange, "questions", before)

    def _named(self, exchange: Exchange, kind: str, what: Mapping[str, Any]) -> str:
        assert exchange.caller is not None and exchange.route is not None
        digest = hashlib.sha256(
            orjson.dumps([exchange.route.name, what], option=orjson.OPT_SORT_KEYS)
        ).hexdigest()
        return f"{self._start}:{{{exchange.caller.tenant.name}}}:{kind}:{digest}"


def cacheable(exchange: Exchange) -> bool:
    """Whether a request is cacheable: the route has a cache, and the temperature is low enough."""
    cache = exchange.route.cache if exchange.route else None
    temperature = exchange.body.get("temperature")
    return (
        cache is not None
        and exchange.path == "/v1/chat/completions"
        and temperature is not None
        and temperature <= cache.max_temperature
        and exchange.body.get("n", 1) == 1
    )


def content_words(text: str) -> set[str]:
    """The content words of a question."""
    return {word for word in re.findall(r"\w+", text.lower()) if word not in _EMPTY_WORDS}


def jaccard(one: set[str], other: set[str]) -> float:
    """Jaccard similarity of two sets of words."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _question(body: Mapping[str, Any]) -> str:
    content = body["messages"][-1].get("content")
    return content if isinstance(content, str) else orjson.dumps(content).decode()


def _document(raw: Any) -> dict[str, Any] | None:
    found = orjson.loads(raw) if raw else None
    return found if isinstance(found, dict) else None

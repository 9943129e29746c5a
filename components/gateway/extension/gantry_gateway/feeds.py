"""Values from other services, cached and fetched in the background, so that no request waits for them."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")
_TIMEOUT_SECONDS = 2.0


class Feed(Generic[T]):
    """One address. Its last value counts until it is too old; then it is `None`."""

    def __init__(self, url: str, parse: Callable[[Any], T], every: float, kept: float) -> None:
        self._url, self._parse, self._every, self._kept = url, parse, every, kept
        self._value: T | None = None
        self._read = self._asked = -math.inf
        self._task: asyncio.Task[None] | None = None

    def get(self) -> T | None:
        """The cached value. Refreshes it in the background when it is old."""
        now = time.monotonic()
        if now - self._asked >= self._every and (self._task is None or self._task.done()):
            self._asked = now
            self._task = asyncio.get_running_loop().create_task(self.fetch())
        return self._value if now - self._read <= self._kept else None

    async def fetch(self) -> None:
        """Fetches once. Without an answer the last value stays until it is too old."""
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
                answer = await client.get(self._url)
                answer.raise_for_status()
                self._value, self._read = self._parse(answer.json()), time.monotonic()
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError):
            return


def queue_of(document: Any) -> float | None:
    """Requests that wait for each replica, from Prometheus' answer; None where there is no series."""
    value = float(document["data"]["result"][0]["value"][1])
    return value if math.isfinite(value) else None


def degraded_of(document: Any) -> bool:
    """Whether a provider reports an incident. [Statuspage API, /api/v2/status.json]"""
    return str(document["status"]["indicator"]) != "none"


class Feeds:
    """All feeds, by subject."""

    def __init__(self) -> None:
        self._queues: dict[str, Feed[float | None]] = {}
        self._status: dict[str, Feed[bool]] = {}

    def queue(self, url: str) -> float | None:
        """Requests that wait for each replica of a model."""
        if url not in self._queues:
            self._queues[url] = Feed(url, queue_of, every=5, kept=60)
        return self._queues[url].get()

    def degraded(self, url: str) -> bool:
        """Whether a provider is degraded; unknown counts as healthy."""
        if url not in self._status:
            self._status[url] = Feed(url, degraded_of, every=60, kept=600)
        return self._status[url].get() or False

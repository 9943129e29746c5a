"""Limits, exact over all processes by one script in Redis, and by each process's part while Redis is away."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from .charges import (
    Admission,
    Charge,
    Entry,
    Limits,
    admitted,
    names,
    settled,
    summed,
    until_midnight,
    until_next_month,
)
from .errors import GatewayError
from .local_counts import LocalCounts
from .metrics import LIMIT_USED
from .script import ADMIT, CODES, SETTLE
from .settings import Settings

_LOG = logging.getLogger("gantry.ledger")
TIMEOUT_SECONDS = 2.0
"""Of one command. Above what a busy process takes to come back to it, or Redis would seem lost under load."""
_PROBE_SECONDS = 1.0
_FIRST_TOTAL = CODES.index("daily_limit") + 1
"""The refusals of days and months in the script, in the order of `used`."""
_LOST = (RedisError, OSError, asyncio.TimeoutError)


def connect() -> Redis:
    """Redis as the environment names it: quick to fail, since each request waits for it."""
    return Redis(
        host=os.environ["REDIS_HOST"],
        port=int(os.environ["REDIS_PORT"]),
        password=os.environ.get("REDIS_PASSWORD") or None,
        ssl=os.environ.get("REDIS_SSL", "").lower() in ("true", "1"),
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )


class Ledger:
    """Admits requests, or raises the limit that refuses them."""

    def __init__(self, redis: Redis, environment: str) -> None:
        self.redis = redis
        self._environment = environment
        self._admit_script = redis.register_script(ADMIT)
        self._settle_script = redis.register_script(SETTLE)
        self._local = LocalCounts(environment)
        self._backlog: list[Entry] = []
        self._probe: asyncio.Task[None] | None = None
        self.lost = False

    async def admit(self, charge: Charge, limits: Limits, settings: Settings) -> Admission:
        """Reserves what a request may take. Raises the limit's error."""
        if not self.lost:
            try:
                return await self._admit_by_redis(charge, limits)
            except _LOST as error:
                self._lose(error)
        if settings.when_lost == "refuse":
            raise GatewayError("limits_unavailable")
        now = time.time()
        entries = self._local.check(charge, limits, settings.replicas, now)
        self._local.note(entries, now)
        self._local.open(charge, now)
        self._backlog += entries
        return Admission(charge, int(now), names(self._environment, charge, now))

    async def settle(self, admission: Admission, tokens: int, nano: int) -> None:
        """Makes a reservation exact and gives its place free. Never raises: what Redis can't take is kept for it."""
        charge, second, keys = admission.charge, admission.second, admission.keys
        entries = settled(keys, charge, second, tokens, nano)
        self._local.close(charge)
        self._local.note(entries, time.time())
        if self.lost:
            self._backlog += entries
            return
        try:
            await self._settle_script(
                keys=[keys[1], keys[3], keys[4], keys[5]],
                args=[second, charge.lease, tokens - charge.tokens, nano - charge.nano],
            )
        except _LOST as error:
            self._backlog += entries
            self._lose(error)

    async def _admit_by_redis(self, charge: Charge, limits: Limits) -> Admission:
        now = time.time()
        keys = names(self._environment, charge, now)
        args: list[Any] = [
            charge.lease,
            charge.lease_seconds,
            charge.tokens,
            charge.nano,
            1 if charge.user else 0,
        ]
        args += [limits.parallel, limits.user_requests, limits.requests, limits.tokens]
        args += [limits.day_requests, limits.day_tokens, limits.budget_nano]
        refused, wait, second, requests, tokens, nano = await self._admit_script(keys=keys, args=args)
        used = {
            "requests_day": (requests, limits.day_requests),
            "tokens_day": (tokens, limits.day_tokens),
            "budget_month": (nano, limits.budget_nano),
        }
        for number, (limit, (amount, allowed)) in enumerate(used.items(), _FIRST_TOTAL):
            # A refusal says which limit is used up, and nothing of the others.
            if not refused or refused == number:
                LIMIT_USED.labels(charge.tenant, limit).set(1 if refused else amount / allowed)
        if refused:
            code = CODES[refused - 1]
            later = {"daily_limit": until_midnight(now), "budget_exceeded": until_next_month(now)}
            raise GatewayError(code, retry_after=later.get(code, wait))
        self._local.note(admitted(keys, charge, second), now)
        self._local.know(keys[3], {"requests": requests, "tokens": tokens})
        self._local.know(keys[4], {"nano": nano})
        self._local.open(charge, now)
        return Admission(charge, second, keys)

    async def _write(self, entries: list[Entry]) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            for (key, field), (amount, kept) in summed(entries).items():
                if amount:
                    pipe.hincrby(key, field, amount)
                    pipe.expire(key, kept)
            await pipe.execute()

    def _lose(self, error: BaseException) -> None:
        if not self.lost:
            _LOG.error("Redis is lost (%s); limits are counted by each replica", type(error).__name__)
        self.lost = True
        if self._probe is None or self._probe.done():
            self._probe = asyncio.get_running_loop().create_task(self._recover())

    async def _recover(self) -> None:
        """Waits for Redis, merges the counts made meanwhile, and reconnects."""
        while self.lost:
            await asyncio.sleep(_PROBE_SECONDS)
            try:
                await cast(Awaitable[Any], self.redis.ping())
                while self._backlog:
                    entries, self._backlog = self._backlog, []
                    try:
                        await self._write(entries)
                    except _LOST:
                        self._backlog = entries + self._backlog
                        raise
                self.lost = False
                _LOG.warning("Redis is back")
            except _LOST:
                continue

"""Limits: the script in Redis, each process's part without it, and the way between both."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace

import pytest
from conftest import SETTINGS, RedisServer
from gantry_gateway import ledger as ledgers
from gantry_gateway.charges import Charge, Limits, admitted, names, until_next_month, wait_for
from gantry_gateway.errors import GatewayError
from gantry_gateway.ledger import Ledger
from gantry_gateway.local_counts import LocalCounts
from gantry_gateway.script import ADMIT, CODES
from gantry_gateway.settings import Settings, settings_of
from prometheus_client import REGISTRY
from redis.asyncio import Redis

PLENTY = Limits(100, 100, 100, 100_000, 1000, 1_000_000, 10**12)
# What of the limits is small, what refuses then, and the check in the script that does it.
CASES = [
    ("parallel", 3, "parallel_limit", "redis.call('ZCARD', KEYS[6]) + 1 > limits[1]"),
    ("user_requests", 3, "user_rate_limited", "hasUser == 1 and minute(KEYS[3], 1, limits[2])"),
    ("requests", 3, "rate_limited", "minute(KEYS[1], 1, limits[3])"),
    ("tokens", 30, "rate_limited", "minute(KEYS[2], tokens, limits[4])"),
    ("day_requests", 3, "daily_limit", "dayRequests + 1 > limits[5]"),
    ("day_tokens", 30, "daily_limit", "dayTokens + tokens > limits[6]"),
    ("budget_nano", 300, "budget_exceeded", "spent + nano > limits[7]"),
]


def settings(when_lost: str = "limitByReplica", replicas: int = 2) -> Settings:
    return settings_of({**SETTINGS, "redis": {"whenLost": when_lost, "replicas": replicas}})


def charge(
    lease: str, tenant: str = "web", user: str | None = "u", tokens: int = 10, nano: int = 100
) -> Charge:
    return Charge(lease, tenant, user, tokens, nano, 60)


def ledger(server: RedisServer) -> Ledger:
    return Ledger(
        Redis(host="127.0.0.1", port=server.port, socket_timeout=30, socket_connect_timeout=30), "test"
    )


async def let_in(to: Ledger, limits: Limits, count: int, tenant: str = "web") -> tuple[int, str | None]:
    """How many of so many are let in, and what refused the first that wasn't."""
    code, admitted = None, 0
    for index in range(count):
        try:
            await to.admit(charge(f"{tenant}-{index}-{random.random()}", tenant), limits, settings())
            admitted += 1
        except GatewayError as error:
            code = code or error.code
            assert error.retry_after is None or error.retry_after > 0
    return admitted, code


@pytest.mark.parametrize(("field", "limit", "code", "check"), CASES)
async def test_each_limit_refuses(
    redis_server: RedisServer, field: str, limit: int, code: str, check: str
) -> None:
    limits = replace(PLENTY, **{field: limit})
    assert await let_in(ledger(redis_server), limits, 6) == (3, code)
    # Another tenant has limits of its own.
    assert await let_in(ledger(redis_server), limits, 1, "other") == (1, None)


@pytest.mark.parametrize(("field", "limit", "code", "check"), CASES)
async def test_nothing_else_refuses_where_a_check_is_taken_out(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, field: str, limit: int, code: str, check: str
) -> None:
    assert ADMIT.count(check) == 1
    monkeypatch.setattr(ledgers, "ADMIT", ADMIT.replace(check, "false"))
    assert await let_in(ledger(redis_server), replace(PLENTY, **{field: limit}), 6) == (6, None)


async def test_two_processes_share_every_limit_exactly(redis_server: RedisServer) -> None:
    both = [ledger(redis_server), ledger(redis_server)]
    limits = replace(PLENTY, requests=20)
    counts = await asyncio.gather(*(let_in(one, limits, 40) for one in both))
    assert sum(count for count, _ in counts) == 20


async def test_a_reservation_is_given_back_to_the_token(redis_server: RedisServer) -> None:
    one = ledger(redis_server)
    limits = replace(PLENTY, tokens=100, day_tokens=1000, budget_nano=1000)
    first = await one.admit(charge("a", tokens=90, nano=900), limits, settings())
    with pytest.raises(GatewayError):
        await one.admit(charge("b", tokens=20, nano=200), limits, settings())
    await one.settle(first, 7, 70)
    await one.admit(charge("c", tokens=93, nano=930), limits, settings())
    with pytest.raises(GatewayError):
        await one.admit(charge("d", tokens=1, nano=1), limits, settings())


async def test_a_lease_ends_by_itself(redis_server: RedisServer) -> None:
    one = ledger(redis_server)
    limits = replace(PLENTY, parallel=1)
    await one.admit(replace(charge("a"), lease_seconds=1), limits, settings())
    with pytest.raises(GatewayError):
        await one.admit(charge("b"), limits, settings())
    await asyncio.sleep(2.1)
    await one.admit(charge("c"), limits, settings())


async def test_day_and_budget_hold_after_a_restart_of_the_gateway(redis_server: RedisServer) -> None:
    limits = replace(PLENTY, day_requests=3)
    assert await let_in(ledger(redis_server), limits, 2) == (2, None)
    assert await let_in(ledger(redis_server), limits, 3) == (1, "daily_limit")


async def test_without_redis_each_replica_has_its_part(redis_server: RedisServer) -> None:
    both = [ledger(redis_server), ledger(redis_server)]
    redis_server.stop()
    limits = replace(PLENTY, requests=20, day_requests=1000)
    counts = [await let_in(one, limits, 40) for one in both]
    assert counts == [(10, "rate_limited"), (10, "rate_limited")]


async def test_a_minute_that_began_with_redis_isnt_counted_anew_without_it(redis_server: RedisServer) -> None:
    both = [ledger(redis_server), ledger(redis_server)]
    limits = replace(PLENTY, requests=20)
    before = [await let_in(one, limits, 5) for one in both]
    redis_server.stop()
    after = [await let_in(one, limits, 20) for one in both]
    assert sum(count for count, _ in before + after) == 20


async def test_day_and_budget_go_on_without_redis(redis_server: RedisServer) -> None:
    one = ledger(redis_server)
    limits = replace(PLENTY, day_requests=8, requests=1000)
    assert await let_in(one, limits, 4) == (4, None)
    redis_server.stop()
    # Four are left, of which each of two replicas has two.
    assert await let_in(one, limits, 6) == (2, "daily_limit")


async def test_refuses_without_redis_where_configured(redis_server: RedisServer) -> None:
    one = ledger(redis_server)
    redis_server.stop()
    with pytest.raises(GatewayError) as refused:
        await one.admit(charge("a"), PLENTY, settings("refuse"))
    assert refused.value.code == "limits_unavailable"


async def test_comes_back_by_itself_and_hands_over_what_it_counted(redis_server: RedisServer) -> None:
    one = ledger(redis_server)
    limits = replace(PLENTY, day_requests=10)
    admission = await one.admit(charge("a", tokens=50), limits, settings())
    redis_server.stop()
    assert (await let_in(one, limits, 3))[0] == 3
    await one.settle(admission, 5, 5)
    redis_server.start()
    for _ in range(50):
        if not one.lost:
            break
        await asyncio.sleep(0.1)
    assert not one.lost
    keys = names("test", charge("a"), time.time())
    # The first request was counted in the Redis that is gone; its settlement is not forgotten.
    assert await one.redis.hgetall(keys[3]) == {b"requests": b"3", b"tokens": b"-15"}


def test_the_script_and_the_process_decide_alike() -> None:
    """The same sequence of requests, by the process's own count with one replica, against sums made here."""
    chance = random.Random(7)
    counts, log, now = LocalCounts("test"), [], 1_800_000_000.0
    limits = replace(PLENTY, parallel=10**6, requests=12, tokens=150, user_requests=10**6, day_requests=10**6)
    for index in range(3000):
        now += chance.expovariate(0.4)
        one = charge(str(index), user=None, tokens=chance.randint(1, 40), nano=0)
        since = int(now) - 60
        window = [tokens for second, tokens in log if second >= since]
        expected = len(window) + 1 <= 12 and sum(window) + one.tokens <= 150
        try:
            counts.note(counts.check(one, limits, 1, now), now)
            log.append((int(now), one.tokens))
            let = True
        except GatewayError:
            let = False
        assert let == expected


def test_retry_after_is_when_enough_has_left_the_minute() -> None:
    assert wait_for({100: 5, 130: 5}, need=1, limit=10, second=150) == 11
    assert wait_for({100: 5, 130: 5}, need=6, limit=10, second=150) == 41
    assert wait_for({100: 5}, need=11, limit=10, second=150) == 60


async def test_what_a_month_gives_back_was_taken_from_it_though_redis_is_in_the_next(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    to, now = ledger(redis_server), time.time()
    monkeypatch.setattr(time, "time", lambda: now - 40 * 86_400)
    admission = await to.admit(charge("a"), PLENTY, settings())
    await to.settle(admission, 4, 40)
    months = await to.redis.keys("*:month:*")
    assert [await to.redis.hget(month, "nano") for month in months] == [b"40"]
    days = await to.redis.keys("*:day:*")
    assert [await to.redis.hget(day, "tokens") for day in days] == [b"4"]


def test_a_month_ends_when_the_next_begins() -> None:
    last = 1_798_761_599  # 2026-12-31 23:59:59 UTC
    assert until_next_month(last) == 1


def test_every_number_of_the_script_has_a_code() -> None:
    assert len(CODES) == len(CASES)
    assert [code for _, _, code, _ in CASES] == list(CODES)
    keys = names("test", charge("a"), 0)
    assert {key for key, *_ in admitted(keys, charge("a"), 0)} == set(keys[:5])


@pytest.mark.parametrize(
    ("field", "limit", "name"),
    [("day_requests", 4, "requests_day"), ("day_tokens", 40, "tokens_day"), ("budget_nano", 400, "budget_month")],
)
async def test_how_much_of_a_day_and_a_month_is_used_can_be_read(
    redis_server: RedisServer, field: str, limit: int, name: str
) -> None:
    to, tenant = ledger(redis_server), f"metered-{name}"

    def used(of: str) -> float | None:
        return REGISTRY.get_sample_value("gantry_gateway_limit_used_ratio", {"tenant": tenant, "limit": of})

    assert await let_in(to, replace(PLENTY, **{field: limit}), 3, tenant) == (3, None)
    assert used(name) == 0.75
    admitted, _ = await let_in(to, replace(PLENTY, **{field: limit}), 2, tenant)
    assert (admitted, used(name)) == (1, 1)
    assert all(0 < (used(other) or 0) < 0.1 for other in {"requests_day", "tokens_day", "budget_month"} - {name})

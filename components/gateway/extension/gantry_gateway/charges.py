"""The usage of one request, and the counters of its tenant's limits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .documents import Tenant

WINDOW_SECONDS = 60
_DAY_KEPT = 3 * 86_400
_MONTH_KEPT = 40 * 86_400


@dataclass(frozen=True)
class Limits:
    """The limits; a user's requests are 0 if there is no user."""

    parallel: int
    user_requests: int
    requests: int
    tokens: int
    day_requests: int
    day_tokens: int
    budget_nano: int

    def divided(self, by: int) -> Limits:
        """A replica's share of the limits of a minute; `LocalCounts` divides those of a day and a month."""

        def part(limit: int) -> int:
            return max(1, limit // by) if limit else 0

        return Limits(
            part(self.parallel),
            part(self.user_requests),
            part(self.requests),
            part(self.tokens),
            self.day_requests,
            self.day_tokens,
            self.budget_nano,
        )


def limits_of(tenant: Tenant, has_user: bool) -> Limits:
    """A tenant's limits, with its user's where the request has one."""
    return Limits(
        tenant.parallel_requests,
        tenant.user_requests_per_minute if has_user else 0,
        tenant.requests_per_minute,
        tenant.tokens_per_minute,
        tenant.requests_per_day,
        tenant.tokens_per_day,
        tenant.budget_nano,
    )


@dataclass(frozen=True)
class Charge:
    """The maximum usage of a request: reserved on admission, corrected when its answer is known."""

    lease: str
    tenant: str
    user: str | None
    tokens: int
    nano: int
    lease_seconds: float


@dataclass(frozen=True)
class Admission:
    """An admitted request: the second in which it counts, and the keys of its counters."""

    charge: Charge
    second: int
    keys: list[str]


def names(environment: str, charge: Charge, now: float) -> list[str]:
    """Keys of what the script reads. The braces keep a tenant's on one node of a cluster."""
    day = datetime.fromtimestamp(now, UTC)
    start = f"gantry:{environment}:{{{charge.tenant}}}"
    return [
        f"{start}:requests",
        f"{start}:tokens",
        f"{start}:user:{charge.user or '-'}",
        f"{start}:day:{day:%Y-%m-%d}",
        f"{start}:month:{day:%Y-%m}",
        f"{start}:leases",
    ]


Entry = tuple[str, str, int, int]
"""Key of a hash, field, what to add, seconds to keep it."""


def admitted(keys: list[str], charge: Charge, second: int) -> list[Entry]:
    """The writes of an admission that the script doesn't make."""
    slot = str(second)
    entries: list[Entry] = [
        (keys[0], slot, 1, 2 * WINDOW_SECONDS),
        (keys[1], slot, charge.tokens, 2 * WINDOW_SECONDS),
        (keys[3], "requests", 1, _DAY_KEPT),
        (keys[3], "tokens", charge.tokens, _DAY_KEPT),
        (keys[4], "nano", charge.nano, _MONTH_KEPT),
    ]
    return entries + ([(keys[2], slot, 1, 2 * WINDOW_SECONDS)] if charge.user else [])


def settled(keys: list[str], charge: Charge, second: int, tokens: int, nano: int) -> list[Entry]:
    """The writes that correct a reservation."""
    return [
        (keys[1], str(second), tokens - charge.tokens, 2 * WINDOW_SECONDS),
        (keys[3], "tokens", tokens - charge.tokens, _DAY_KEPT),
        (keys[4], "nano", nano - charge.nano, _MONTH_KEPT),
    ]


def wait_for(slots: Mapping[int, int], need: int, limit: int, second: int) -> int:
    """Seconds until `need` fits into a minute of `limit`, given what each second took. A whole minute at most."""
    used = sum(slots.values())
    for slot in sorted(slots):
        used -= slots[slot]
        if used + need <= limit:
            return max(1, slot + WINDOW_SECONDS + 1 - second)
    return WINDOW_SECONDS


def until_midnight(now: float) -> int:
    """Seconds until the day ends, in UTC."""
    return 86_400 - int(now) % 86_400


def until_next_month(now: float) -> int:
    """Seconds until the month ends, in UTC."""
    day = datetime.fromtimestamp(now, UTC)
    ends = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=UTC)
    return math.ceil(ends.timestamp() - now)


def summed(entries: Iterable[Entry]) -> dict[tuple[str, str], tuple[int, int]]:
    """Entries of the same field as one."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for key, field, amount, kept in entries:
        sums[key, field] = (sums.get((key, field), (0, 0))[0] + amount, kept)
    return sums

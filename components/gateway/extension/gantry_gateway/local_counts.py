"""Limits counted in this process alone: for the time in which Redis is away."""

from __future__ import annotations

from collections import defaultdict

from .charges import (
    WINDOW_SECONDS,
    Charge,
    Entry,
    Limits,
    admitted,
    names,
    until_midnight,
    until_next_month,
    wait_for,
)
from .errors import GatewayError

_SWEEP_SECONDS = 5.0


class LocalCounts:
    """
    What this process let in. It is kept up while Redis is there, too, so that a minute that begins with Redis and ends
    without it isn't counted twice.
    """

    def __init__(self, environment: str) -> None:
        self._environment = environment
        self._hashes: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._leases: dict[str, dict[str, float]] = defaultdict(dict)
        self._known: dict[str, dict[str, int]] = {}
        """Totals of days and months as Redis last had them."""
        self._swept = 0.0

    def know(self, key: str, totals: dict[str, int]) -> None:
        """Takes over what Redis counted, of all processes."""
        self._known[key] = totals
        self._hashes.pop(key, None)

    def note(self, entries: list[Entry], now: float) -> None:
        """Adds admitted or settled usage."""
        for key, field, amount, _ in entries:
            self._hashes[key][field] += amount
        self._forget(now)

    def open(self, charge: Charge, now: float) -> None:
        self._leases[charge.tenant][charge.lease] = now + charge.lease_seconds

    def close(self, charge: Charge) -> None:
        self._leases[charge.tenant].pop(charge.lease, None)

    def check(self, charge: Charge, limits: Limits, replicas: int, now: float) -> list[Entry]:
        """
        What letting the request in writes, by the same rules as the script's, each replica with its part.
        Raises the code of the first limit that is reached.
        """
        keys, second, part = names(self._environment, charge, now), int(now), limits.divided(replicas)
        leases = self._leases[charge.tenant]
        for lease in [lease for lease, ends in leases.items() if ends <= now]:
            del leases[lease]
        if len(leases) + 1 > part.parallel:
            raise GatewayError("parallel_limit")
        self._minute("user_rate_limited", keys[2], 1 if charge.user else 0, part.user_requests, second)
        self._minute("rate_limited", keys[0], 1, part.requests, second)
        self._minute("rate_limited", keys[1], charge.tokens, part.tokens, second)
        midnight = until_midnight(now)
        self._total("daily_limit", (keys[3], "requests"), 1, limits.day_requests, replicas, midnight)
        self._total("daily_limit", (keys[3], "tokens"), charge.tokens, limits.day_tokens, replicas, midnight)
        self._total(
            "budget_exceeded",
            (keys[4], "nano"),
            charge.nano,
            limits.budget_nano,
            replicas,
            until_next_month(now),
        )
        return admitted(keys, charge, second)

    def _minute(self, code: str, key: str, need: int, limit: int, second: int) -> None:
        if need == 0:
            return
        fields = self._hashes.get(key, {})
        slots = {int(slot): used for slot, used in fields.items() if int(slot) >= second - WINDOW_SECONDS}
        if sum(slots.values()) + need > limit:
            raise GatewayError(code, retry_after=wait_for(slots, need, limit, second))

    def _total(self, code: str, at: tuple[str, str], need: int, limit: int, replicas: int, wait: int) -> None:
        key, field = at
        known, own = self._known.get(key, {}).get(field, 0), self._hashes.get(key, {}).get(field, 0)
        if own + need > (limit - known) / replicas:
            raise GatewayError(code, retry_after=wait)

    def _forget(self, now: float) -> None:
        """Drops counts that no limit needs anymore, so that memory doesn't grow."""
        if now - self._swept < _SWEEP_SECONDS:
            return
        self._swept = now
        oldest = int(now) - WINDOW_SECONDS
        for key in list(self._hashes):
            if ":day:" in key or ":month:" in key:
                continue
            fields = self._hashes[key]
            for slot in [slot for slot in fields if int(slot) < oldest]:
                del fields[slot]
            if not fields:
                del self._hashes[key]

"""The mounted documents, read again when they change. While one of them can't be read, every request is refused."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from .errors import GatewayError

T = TypeVar("T")
_LOG = logging.getLogger("gantry.documents")
_CHECK_SECONDS = 1.0
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Tenant:
    """Owner of keys. Limits are whole numbers above 0, money is in billionths of a US dollar."""

    name: str
    models: tuple[str, ...]
    requests_per_minute: int
    tokens_per_minute: int
    requests_per_day: int
    tokens_per_day: int
    parallel_requests: int
    budget_nano: int
    input_characters: int
    input_tokens: int
    user_requests_per_minute: int
    tier: str


@dataclass(frozen=True)
class Keys:
    """Who a key belongs to, by its SHA-256 in hex, and the keys with which tenants sign their users' ids."""

    tenants: Mapping[str, str]
    signing: Mapping[str, tuple[str, ...]]


class Watched(Generic[T]):
    """A document on disk. Kubernetes replaces it whole, by a link."""

    def __init__(self, path: str | Path, parse: Callable[[Any], T]) -> None:
        self._path = Path(path)
        self._parse = parse
        self._checked = -_CHECK_SECONDS
        self._seen: tuple[int, ...] | None = None
        self._value: T | None = None

    def get(self) -> T:
        """The document as it is now. Raises `internal_error` while it can't be read."""
        now = time.monotonic()
        if now - self._checked >= _CHECK_SECONDS:
            self._checked = now
            self._read()
        if self._value is None:
            raise GatewayError("internal_error", "The gateway's configuration can't be read.")
        return self._value

    def _read(self) -> None:
        try:
            found = os.stat(self._path)
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen == self._seen:
                return
            self._value, self._seen = None, seen
            self._value = self._parse(yaml.load(self._path.read_text("utf-8"), _LOADER))
        except Exception as error:  # whatever is wrong with it: fail closed
            self._value, self._seen = None, None
            _LOG.error("%s can't be read: %s", self._path.name, type(error).__name__)


def tenants_of(document: Any) -> dict[str, Tenant]:
    """`tenants.yaml`. One tenant with a limit missing makes the whole document unreadable."""
    return {str(name): _tenant(str(name), fields) for name, fields in document["tenants"].items()}


def _tenant(name: str, fields: Mapping[str, Any]) -> Tenant:
    def limit(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(name)
        return value

    budget = fields["monthlyBudgetUsd"]
    if isinstance(budget, bool) or not budget > 0:
        raise ValueError(name)
    return Tenant(
        name=name,
        models=tuple(str(model) for model in fields["models"]),
        requests_per_minute=limit(fields["requestsPerMinute"]),
        tokens_per_minute=limit(fields["tokensPerMinute"]),
        requests_per_day=limit(fields["requestsPerDay"]),
        tokens_per_day=limit(fields["tokensPerDay"]),
        parallel_requests=limit(fields["parallelRequests"]),
        budget_nano=round(budget * 1_000_000_000),
        input_characters=limit(fields["inputCharacters"]),
        input_tokens=limit(fields["inputTokens"]),
        user_requests_per_minute=limit(fields["users"]["requestsPerMinute"]),
        tier=str(fields["tier"]),
    )


def keys_of(document: Any) -> Keys:
    """`tenant-keys.yaml`. A key of two tenants makes it unreadable."""
    tenants: dict[str, str] = {}
    for tenant, hashes in document["tenantKeys"].items():
        for digest in hashes:
            if len(digest) != 64 or digest in tenants:
                raise ValueError(tenant)
            tenants[digest] = str(tenant)
    signing = document.get("userSigningKeys") or {}
    return Keys(tenants, {str(tenant): tuple(map(str, values)) for tenant, values in signing.items()})

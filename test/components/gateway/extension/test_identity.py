"""Buckets: who is on which side of a canary."""

from __future__ import annotations

import hashlib
import time

import pytest
from conftest import SETTINGS, SIGNING_KEY, TENANT

from gantry_gateway.documents import Keys, tenants_of
from gantry_gateway.identity import identify, sign
from gantry_gateway.settings import settings_of

USERS = [f"user-{index}" for index in range(10_000)]


def buckets(key: str) -> list[int]:
    tenants = tenants_of({"tenants": {"web": TENANT}})
    digest = hashlib.sha256(key.encode()).hexdigest()
    keys = Keys({digest: "web"}, {"web": (SIGNING_KEY,)})
    at = int(time.time())
    found = []
    for user in USERS:
        headers = {
            "authorization": f"Bearer {key}",
            "x-gantry-user": user,
            "x-gantry-user-signature": f"t={at},v1={sign(SIGNING_KEY, user, at)}",
        }
        found.append(int(identify(headers, tenants, keys, settings_of(SETTINGS)).bucket))
    return found


@pytest.mark.parametrize("percent", [5, 25, 50])
def test_a_canary_has_its_share_of_ten_thousand_users(percent: int) -> None:
    share = 100 * sum(bucket < percent for bucket in buckets("sk-gantry-one")) / len(USERS)
    assert abs(share - percent) <= 1


def test_no_user_changes_side_when_the_key_does() -> None:
    assert buckets("sk-gantry-one") == buckets("sk-gantry-two")

"""The caller: the tenant by its key, the user by the tenant's signature, the bucket by both."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from .documents import Keys, Tenant
from .errors import GatewayError
from .settings import Settings

_USER = re.compile(r"[\x21-\x7e]{1,128}")
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


@dataclass(frozen=True)
class Caller:
    """A tenant, with its user if the tenant's server signed one."""

    tenant: Tenant
    user_hash: str | None
    """First 32 digits of the SHA-256 in hex of salt, tenant and user, with colons between them."""
    bucket: str
    """`00` to `99`; the same for the same user, whatever the key."""


def identify(
    headers: Mapping[str, str], tenants: Mapping[str, Tenant], keys: Keys, settings: Settings
) -> Caller:
    """Raises `authentication_failed` or `user_signature_invalid`. `headers` have small names."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    digest = hashlib.sha256(key.strip().encode()).hexdigest()
    name = keys.tenants.get(digest) if scheme.lower() == "bearer" else None
    tenant = tenants.get(name) if name is not None else None
    if tenant is None:
        raise GatewayError("authentication_failed")
    user = _signed_user(headers, keys.signing.get(tenant.name, ()), settings)
    who = hashlib.sha256(f"{settings.salt}:{tenant.name}:{user or digest}".encode()).hexdigest()
    return Caller(tenant, who[:32] if user else None, f"{int(who[32:48], 16) % 100:02d}")


def _signed_user(headers: Mapping[str, str], signing: tuple[str, ...], settings: Settings) -> str | None:
    user, signature = headers.get(settings.user_header), headers.get(settings.signature_header)
    if user is None and signature is None:
        return None
    match = _SIGNATURE.fullmatch(signature or "")
    if match is None or user is None or not _USER.fullmatch(user):
        raise GatewayError("user_signature_invalid")
    at, given = match.groups()
    expected = [sign(key, user, int(at)) for key in signing]
    known = any([hmac.compare_digest(given, one) for one in expected])
    if not known or abs(time.time() - int(at)) > settings.signature_seconds:
        raise GatewayError("user_signature_invalid")
    return user


def sign(key: str, user: str, at: int) -> str:
    """The signature of a user's id at a Unix time: HMAC-SHA256 in hex."""
    return hmac.new(key.encode(), f"{at}.{user}".encode(), hashlib.sha256).hexdigest()

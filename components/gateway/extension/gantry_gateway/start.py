"""
Installs `front` around LiteLLM's application, once in each process.

Mount points: `extension.py` next to LiteLLM's `config.yaml` (/etc/litellm), every module of this package in
/opt/gantry/gantry_gateway, the documents where GANTRY_TENANTS, GANTRY_TENANT_KEYS and
GANTRY_SETTINGS say.
"""

from __future__ import annotations

from fastapi import Request
from litellm.proxy import proxy_server
from litellm.proxy._types import UserAPIKeyAuth
from litellm.proxy.auth.user_api_key_auth import user_api_key_auth
from litellm.proxy.hooks import PROXY_HOOKS

from .fingerprints import install as install_fingerprints
from .front import Front
from .gate import Gate
from .hooks import Hooks, authenticated

_gate = Gate()
hooks = Hooks(_gate.settings)


async def authenticate(request: Request, api_key: str) -> UserAPIKeyAuth:
    """LiteLLM's `custom_auth`: the front has the key and LiteLLM never sees it."""
    return authenticated()


async def _passed() -> UserAPIKeyAuth:
    """Takes the place of LiteLLM's whole authentication, which after `custom_auth` has checks for its own keys."""
    return authenticated()


def _install() -> None:
    """
    LiteLLM loads this module while its application starts, when middleware can't be added any more: the front takes
    the place of the finished stack. If that changes, every request is refused, since `authenticate` asks `front`.
    """
    app = proxy_server.app
    app.dependency_overrides[user_api_key_auth] = _passed
    if app.middleware_stack is None:
        app.add_middleware(Front, gate=_gate)
    else:
        app.middleware_stack = Front(app.middleware_stack, _gate)


_install()
# LiteLLM's own limits, sessions and caches: for keys in its database and parameters that `reading` refuses. These and
# the rest of its authentication are a sixth of a request's CPU. [`npm run bench -- gateway`]
PROXY_HOOKS.clear()
install_fingerprints()

"""What LiteLLM's own exceptions mean to callers."""

from __future__ import annotations

from pathlib import Path

import litellm
import pytest
from gantry_gateway.errors import ERRORS, GatewayError, table
from gantry_gateway.litellm_errors import of_litellm, of_status
from litellm.types.router import RouterRateLimitError

ARGS = {"message": "sk-secret at http://10.1.2.3", "llm_provider": "openai", "model": "x"}

VLLM_FULL = "The engine is currently busy and cannot accept new requests. Please try again later"
OLLAMA_FULL = "server busy, please try again.  maximum pending requests exceeded"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (litellm.Timeout(**ARGS), "timeout"),
        (litellm.RateLimitError(**ARGS), "queue_full"),
        (litellm.ContextWindowExceededError(**ARGS), "context_too_long"),
        (litellm.ContentPolicyViolationError(**ARGS), "content_filtered"),
        (litellm.BadRequestError(**ARGS), "invalid_request"),
        (litellm.AuthenticationError(**ARGS), "provider_error"),
        (litellm.NotFoundError(**ARGS), "provider_error"),
        (litellm.InternalServerError(**ARGS), "provider_error"),
        (litellm.ServiceUnavailableError(**ARGS), "no_healthy_model"),
        (litellm.ServiceUnavailableError(**{**ARGS, "message": VLLM_FULL}), "queue_full"),
        (litellm.ServiceUnavailableError(**{**ARGS, "message": OLLAMA_FULL}), "queue_full"),
        (litellm.RateLimitError(**{**ARGS, "message": '{"error":"Model is overloaded"}'}), "queue_full"),
        (litellm.InternalServerError(**{**ARGS, "message": '{"type":"overloaded_error"}'}), "queue_full"),
        (litellm.BadRequestError(**{**ARGS, "message": "my prompt: overloaded"}), "invalid_request"),
        # LiteLLM's texts name the model, too.
        (litellm.ServiceUnavailableError(**{**ARGS, "model": "only-overloaded"}), "no_healthy_model"),
        (litellm.APIConnectionError(**ARGS), "no_healthy_model"),
        (
            RouterRateLimitError(model="x", cooldown_time=5, enable_pre_call_checks=False, cooldown_list=[]),
            "no_healthy_model",
        ),
        (ValueError("sk-secret"), "internal_error"),
    ],
)
def test_each_has_a_code_and_none_of_its_text(error: Exception, code: str) -> None:
    shaped = of_litellm(error)
    assert shaped.code == code
    assert "secret" not in str(shaped.body("r")) and "10.1.2.3" not in str(shaped.body("r"))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "invalid_request"),
        (401, "provider_error"),
        (429, "queue_full"),
        (500, "internal_error"),
        (502, "provider_error"),
        (None, "internal_error"),
    ],
)
def test_a_status_alone_has_a_code(status: int | None, code: str) -> None:
    assert of_status(status).code == code


def test_every_kind_is_in_the_table_with_its_status() -> None:
    assert table().splitlines()[2].startswith("| `authentication_failed` | 401 |")
    for code, kind in ERRORS.items():
        assert f"| `{code}` | {kind.status} |" in table()
        assert 400 <= GatewayError(code).status < 600


def cells(markdown: str) -> list[list[str]]:
    """A table without its rule, whose width depends on the formatter."""
    rows = [line.strip().strip("|").split("|") for line in markdown.strip().splitlines()]
    return [[cell.strip() for cell in row] for row in rows if "---" not in row[0]]


def test_the_docs_have_this_table() -> None:
    docs = (Path(__file__).parents[4] / "docs/gateway.md").read_text("utf-8")
    assert cells(docs.split("<!-- errors -->")[1].split("<!-- /errors -->")[0]) == cells(table())

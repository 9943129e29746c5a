"""Which slot of a self-hosted model answers a stream: LiteLLM's reader of streams leaves `system_fingerprint` out."""

from __future__ import annotations

from typing import Any

from litellm.llms.hosted_vllm.chat.transformation import HostedVLLMChatConfig
from litellm.llms.openai.chat.gpt_transformation import OpenAIChatCompletionStreamingHandler

from .exchange import current


class _Stream(OpenAIChatCompletionStreamingHandler):
    def chunk_parser(self, chunk: dict[str, Any]) -> Any:
        exchange = current.get()
        if exchange is not None:
            exchange.served_by(chunk.get("system_fingerprint"))
        return super().chunk_parser(chunk)


def _stream(_config: Any, streaming_response: Any, sync_stream: bool, json_mode: bool | None = False) -> Any:
    return _Stream(streaming_response=streaming_response, sync_stream=sync_stream, json_mode=json_mode)


def install() -> None:
    """Puts the reader in place of LiteLLM's. Should LiteLLM ask for it no more, records name no slot."""
    HostedVLLMChatConfig.get_model_response_iterator = _stream

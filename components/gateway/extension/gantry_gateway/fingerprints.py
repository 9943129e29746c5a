"""
Which slot of a self-hosted model answers, from `system_fingerprint` of the engine's own answer: LiteLLM leaves it out
of streams, and of what it turns into another form.
"""

from __future__ import annotations

from typing import Any

from litellm.litellm_core_utils.streaming_handler import CustomStreamWrapper
from litellm.llms.hosted_vllm.chat.transformation import HostedVLLMChatConfig
from litellm.llms.openai.chat.gpt_transformation import OpenAIChatCompletionStreamingHandler

from .exchange import current

_transform_response = HostedVLLMChatConfig.transform_response
_text_piece = CustomStreamWrapper.handle_openai_text_completion_chunk


def _note(fingerprint: Any) -> None:
    exchange = current.get()
    if exchange is not None:
        exchange.served_by(fingerprint)


class _ChatStream(OpenAIChatCompletionStreamingHandler):
    def chunk_parser(self, chunk: dict[str, Any]) -> Any:
        _note(chunk.get("system_fingerprint"))
        return super().chunk_parser(chunk)


def _chat_stream(
    _config: Any, streaming_response: Any, sync_stream: bool, json_mode: bool | None = False
) -> Any:
    return _ChatStream(streaming_response=streaming_response, sync_stream=sync_stream, json_mode=json_mode)


def _whole_chat(config: HostedVLLMChatConfig, *args: Any, **named: Any) -> Any:
    answer = _transform_response(config, *args, **named)
    _note(getattr(answer, "system_fingerprint", None))
    return answer


def _text_stream(stream: CustomStreamWrapper, chunk: Any) -> Any:
    _note(getattr(chunk, "system_fingerprint", None))
    return _text_piece(stream, chunk)


def install() -> None:
    """Replaces LiteLLM's readers. If LiteLLM stops calling one of them, records name no slot."""
    HostedVLLMChatConfig.get_model_response_iterator = _chat_stream
    HostedVLLMChatConfig.transform_response = _whole_chat
    CustomStreamWrapper.handle_openai_text_completion_chunk = _text_stream

"""
What prompts are made of, by OpenAI's forms of chats and responses. Images, files and sounds come in the request itself:
an address would be fetched from inside the network, by LiteLLM or by the model's server. Tools are the caller's own
functions: any other kind is run by LiteLLM or by the provider.
"""

from __future__ import annotations

from .shapes import Check, by, each, either, matching, of, one_of, shape, short, whole

MAX_MESSAGES = 1000
MAX_PARTS = 1000
MAX_TOOLS = 128

_text, _object, _flag = of(str), of(dict), of(bool)
_name = short(256)
_none = each(0, _object)
_status = one_of("in_progress", "completed", "incomplete")
_detail = one_of("auto", "low", "high", "original")
_image = matching(r"data:image/[a-z0-9.+-]{1,40};base64,")
_file = matching(r"data:[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,100};base64,")
_base64 = matching(r"[A-Za-z0-9+/=_-]*\Z")
_cached = {"cache_control": shape({"type": one_of("ephemeral")}, {"ttl": one_of("5m", "1h")})}


def _kinds(**shapes: tuple[dict[str, Check], dict[str, Check]]) -> dict[str | None, Check]:
    return {
        kind: shape({"type": one_of(kind), **required}, optional)
        for kind, (required, optional) in shapes.items()
    }


_chat_part = by(
    "type",
    _kinds(
        text=({"text": _text}, _cached),
        refusal=({"refusal": _text}, {}),
        image_url=({"image_url": either(_image, shape({"url": _image}, {"detail": _detail}))}, _cached),
        input_audio=({"input_audio": shape({"data": _base64, "format": short(8)})}, {}),
        file=({"file": shape({"file_data": _file}, {"filename": _name})}, _cached),
    ),
)
_call = shape(
    {"id": _name, "type": one_of("function"), "function": shape({"name": _name, "arguments": _text})},
    {"index": whole(0, MAX_TOOLS)},
)
_asked = {"content": either(_text, each(MAX_PARTS, _chat_part, least=1))}
_optional = {
    "name": _name,
    "tool_calls": each(MAX_TOOLS, _call),
    "tool_call_id": _name,
    # What an answer has, and comes back with the next question.
    "refusal": _text,
    "reasoning_content": _text,
    "reasoning": _text,
    "annotations": _none,
}
message = by(
    "role",
    {
        **{role: shape({"role": _text, **_asked}, _optional) for role in ("system", "developer", "user")},
        "tool": shape({"role": _text, **_asked, "tool_call_id": _name}, {"name": _name}),
        "assistant": shape(
            {"role": _text}, {"content": either(_text, each(MAX_PARTS, _chat_part)), **_optional}
        ),
    },
)

_function: tuple[dict[str, Check], dict[str, Check]] = (
    {"name": _name},
    {"description": _text, "parameters": _object, "strict": _flag},
)
chat_tool = shape({"type": one_of("function"), "function": shape(*_function)})
_mode = one_of("none", "auto", "required")
chat_tool_choice = either(_mode, shape({"type": one_of("function"), "function": shape({"name": _name})}))

_schema: tuple[dict[str, Check], dict[str, Check]] = (
    {"name": _name, "schema": _object},
    {"description": _text, "strict": _flag},
)
response_format = by(
    "type", _kinds(text=({}, {}), json_object=({}, {}), json_schema=({"json_schema": shape(*_schema)}, {}))
)

_input_part = by(
    "type",
    _kinds(
        input_text=({"text": _text}, {}),
        output_text=({"text": _text}, {"annotations": _none, "logprobs": _none}),
        refusal=({"refusal": _text}, {}),
        input_image=({"image_url": _image}, {"detail": _detail}),
        input_file=({"file_data": _file}, {"filename": _name}),
    ),
)
_content = either(_text, each(MAX_PARTS, _input_part))
_said: tuple[dict[str, Check], dict[str, Check]] = (
    {"role": one_of("system", "developer", "user", "assistant"), "content": _content},
    {"id": _name, "status": _status},
)
_item = {"id": _name, "status": _status}
input_item = by(
    "type",
    {
        None: shape(*_said),
        **_kinds(
            message=_said,
            function_call=({"call_id": _name, "name": _name, "arguments": _text}, _item),
            function_call_output=({"call_id": _name, "output": _content}, _item),
            reasoning=(
                {"summary": each(MAX_PARTS, shape({"type": one_of("summary_text"), "text": _text}))},
                {
                    "content": each(MAX_PARTS, shape({"type": one_of("reasoning_text"), "text": _text})),
                    "encrypted_content": _text,
                    **_item,
                },
            ),
        ),
    },
)
responses_tool = by("type", _kinds(function=_function))
responses_tool_choice = either(_mode, shape({"type": one_of("function"), "name": _name}))
responses_text = shape(
    {},
    {
        "format": by("type", _kinds(text=({}, {}), json_object=({}, {}), json_schema=_schema)),
        "verbosity": one_of("low", "medium", "high"),
    },
)
EFFORT = one_of("none", "minimal", "low", "medium", "high", "xhigh", "max")
_summary = one_of("auto", "concise", "detailed")
reasoning = shape({}, {"effort": EFFORT, "summary": _summary, "generate_summary": _summary})

"""The state of one request, available to all code that runs in its task."""

from __future__ import annotations

import re
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .charges import Admission
from .errors import GatewayError
from .identity import Caller
from .settings import Model, Route

if TYPE_CHECKING:
    from .tracing import Trace

_FINGERPRINT = re.compile("(blue|green)-([0-9a-f]{12})")


@dataclass
class Exchange:
    """Filled in as the request proceeds; `records` reads it at the end."""

    request_id: str = field(default_factory=lambda: secrets.token_hex(16))
    """32 hexadecimal digits, all random: it is the id of the request's trace, too, by which samplers choose."""
    started: float = field(default_factory=time.monotonic)
    at: float = field(default_factory=time.time)
    path: str = ""
    caller: Caller | None = None
    origin: tuple[tuple[bytes, bytes], ...] = ()
    """Headers that let a page read the answer, where its origin is a configured one."""
    route: Route | None = None
    models: tuple[str, ...] = ()
    """In the order in which they are asked."""
    model: Model | None = None
    """Which one answered."""
    slot: str | None = None
    """Colour of the slot that answered, if its engine reports it."""
    release: str | None = None
    """The first 12 digits of its release id, as in the label `gantry.dev/release` of its pods."""
    resumed: bool = False
    """Whether another model continues an interrupted answer."""
    body: dict[str, Any] = field(default_factory=dict)
    stream: bool = False
    wants_usage: bool = False
    admission: Admission | None = None
    estimated_input: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usage_known: bool = False
    first_token: float | None = None
    cache: str = "none"
    """`exact` or `similar` for an answer from the cache."""
    answer_again: dict[str, Any] | None = None
    """An answer from the cache."""
    feature: str | None = None
    answer: str = ""
    failure: GatewayError | None = None
    """The kind of LiteLLM's failure; the hook that sees its exception sets it."""
    code: str = "ok"
    trace: Trace | None = None

    @property
    def fell_back(self) -> bool:
        """Whether another model answered than the first that was asked."""
        model = self.model
        return self.resumed or (model is not None and self.models[:1] not in ((), (model.name,)))

    @property
    def nano(self) -> int:
        """What it costs, in billionths of a US dollar."""
        if self.model is None or self.cache != "none":
            return 0
        return round(self.input_tokens * self.model.input_nano + self.output_tokens * self.model.output_nano)

    def asked(self, model: Model | None) -> None:
        """Notes which model is asked next, in place of one that failed."""
        self.model, self.slot, self.release = model or self.model, None, None

    def served_by(self, fingerprint: Any) -> None:
        """Takes over which slot answered: `<colour>-<release>`, as components/serving/vllm.ts has engines say it."""
        if isinstance(fingerprint, str) and (found := _FINGERPRINT.fullmatch(fingerprint)):
            self.slot, self.release = found.groups()

    def count(self, usage: Any) -> None:
        """Takes over tokens as a model counted them, in either of OpenAI's forms."""
        if not isinstance(usage, dict):
            return
        taken = usage.get("prompt_tokens", usage.get("input_tokens"))
        given = usage.get("completion_tokens", usage.get("output_tokens", 0))
        if isinstance(taken, int) and isinstance(given, int):
            self.input_tokens, self.output_tokens, self.usage_known = taken, given, True


current: ContextVar[Exchange | None] = ContextVar("gantry_exchange", default=None)

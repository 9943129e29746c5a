"""`settings.yaml`, as components/gateway/gateway-settings.ts writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Model:
    """A model that may answer. Prices are billionths of a US dollar a token."""

    name: str
    self_hosted: bool
    provider: str | None
    context_length: int | None
    input_nano: float
    output_nano: float
    queue_url: str | None


@dataclass(frozen=True)
class Cache:
    ttl_seconds: int
    max_temperature: float


@dataclass(frozen=True)
class Route:
    """A name that clients ask for. A model requested by its own name is a route to itself."""

    name: str
    strategy: str
    models: tuple[str, ...]
    context_window: tuple[str, ...] = ()
    content_policy: tuple[str, ...] = ()
    queue_per_replica: float = 4
    max_output_tokens: int = 4096
    cache: Cache | None = None
    similar_when_down: bool = False
    guardrails: Mapping[str, str] = field(
        default_factory=lambda: {"secrets": "mask", "pii": "mask", "injection": "refuse", "output": "mask"}
    )
    connect_seconds: float = 10
    gap_seconds: float = 30
    total_seconds: float = 600
    shadow_model: str | None = None
    shadow_percent: float = 0


@dataclass(frozen=True)
class Settings:
    environment: str
    when_lost: str
    replicas: int
    bucket_header: str
    salt: str
    routes: Mapping[str, Route]
    models: Mapping[str, Model]
    status_urls: Mapping[str, str]
    records_bucket: str
    records_prefix: str
    records_region: str
    redact: bool
    user_header: str
    signature_header: str
    signature_seconds: int

    def route(self, name: str) -> Route | None:
        """The route of a name: a configured route, or a model by itself."""
        if name in self.routes:
            return self.routes[name]
        return Route(name=name, strategy="cost", models=(name,)) if name in self.models else None


def model_named(entry: Any, settings: Settings) -> Model | None:
    """The model of one of LiteLLM's entries, of which a rotation of the model's key makes two."""
    return settings.models.get(str(entry).rsplit("-key-", 1)[0])


def settings_of(document: Any) -> Settings:
    """Raises KeyError, TypeError or ValueError for a document that lacks something."""
    records, users, redis = document["records"], document["users"], document["redis"]
    settings = Settings(
        environment=str(document["environment"]),
        when_lost=str(redis["whenLost"]),
        replicas=max(1, int(redis["replicas"])),
        bucket_header=str(document["bucket"]["header"]).lower(),
        salt=str(document["bucket"]["salt"]),
        routes={str(name): _route(str(name), fields) for name, fields in document["routes"].items()},
        models={str(name): _model(str(name), fields) for name, fields in document["models"].items()},
        status_urls={str(name): str(fields["statusUrl"]) for name, fields in document["providers"].items()},
        records_bucket=str(records["bucket"]),
        records_prefix=str(records["prefix"]),
        records_region=str(records["region"]),
        redact=bool(records["redact"]),
        user_header=str(users["userHeader"]).lower(),
        signature_header=str(users["signatureHeader"]).lower(),
        signature_seconds=int(users["maxAgeSeconds"]),
    )
    for route in settings.routes.values():
        if unknown := [model for model in route.models if model not in settings.models]:
            raise ValueError(f"{route.name}: {unknown}")
    return settings


def _route(name: str, fields: Mapping[str, Any]) -> Route:
    cache, shadow, timeouts = fields.get("cache"), fields.get("shadow") or {}, fields["timeouts"]
    return Route(
        name=name,
        strategy=str(fields["strategy"]),
        models=tuple(fields["models"]),
        context_window=tuple(fields["fallbacks"]["contextWindow"]),
        content_policy=tuple(fields["fallbacks"]["contentPolicy"]),
        queue_per_replica=float(fields.get("queuePerReplica", 4)),
        max_output_tokens=int(fields["maxOutputTokens"]),
        cache=Cache(int(cache["ttlSeconds"]), float(cache["maxTemperature"])) if cache else None,
        similar_when_down=bool(fields["similarWhenDown"]),
        guardrails=dict(fields["guardrails"]),
        connect_seconds=float(timeouts["connectSeconds"]),
        gap_seconds=float(timeouts["gapSeconds"]),
        total_seconds=float(timeouts["totalSeconds"]),
        shadow_model=shadow.get("model"),
        shadow_percent=float(shadow.get("percent", 0)),
    )


def _model(name: str, fields: Mapping[str, Any]) -> Model:
    context = fields.get("contextLength")
    return Model(
        name=name,
        self_hosted=fields["kind"] == "selfHosted",
        provider=fields.get("provider"),
        context_length=int(context) if context else None,
        input_nano=float(fields["inputUsdPerToken"]) * 1e9,
        output_nano=float(fields["outputUsdPerToken"]) * 1e9,
        queue_url=fields.get("queueUrl"),
    )

"""Gantry's part of the gateway: authentication, limits, guardrails and records around LiteLLM, which calls the models.

A request passes these modules in this order: `front` (the outermost application), `identity` (the caller), `reading`
(the body: `parameters`, `messages` and `shapes` define what it may contain), `guardrails`, `routing` (which models),
`ledger` (limits), `answers` (cache), LiteLLM with `hooks`, `relay` (the response), `records`.
"""

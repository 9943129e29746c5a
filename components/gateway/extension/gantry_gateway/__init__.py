"""Gantry's part of the gateway: who may ask for what and how much, around LiteLLM, which asks the models.

A request passes these modules in this order: `front` (the whole way), `reading` (what was asked), `identity` (who
asks), `guardrails`, `routing` (which models), `ledger` (limits), `answers` (cache), LiteLLM with `hooks`, `relay`
(the answer on its way back), `records`.
"""

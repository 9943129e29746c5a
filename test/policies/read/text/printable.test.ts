import { expect, it } from "vitest";
import { unknown } from "../../../../policies/framework/value.ts";
import { printable } from "../../../../policies/read/text/printable.ts";

it.each([
  ["image", "vllm/vllm-openai:latest", '"vllm/vllm-openai:latest"'],
  ["version", "^1.2.0", '"^1.2.0"'],
  ["version", "latest", '"latest"'],
  ["revision", "main", '"main"'],
  ["revision", "abc123", '"abc123"'],
  ["cidr", "0.0.0.0/0", '"0.0.0.0/0"'],
  ["machineImage", "al2023@latest", '"al2023@latest"'],
  ["protocol", "TCP", '"TCP"'],
  ["action", "s3:*", '"s3:*"'],
  ["action", "*", '"*"'],
  ["providerModel", "openai/gpt-4o-2024-08-06", '"openai/gpt-4o-2024-08-06"'],
  ["providerModel", "bedrock/us.anthropic.claude-v2:1", '"bedrock/us.anthropic.claude-v2:1"'],
  ["providerModel", "openai/sk-0123", "(a string, not shown)"],
  ["version", 7, "7"],
  ["version", unknown, "(not a string)"],
  ["version", undefined, "(not a string)"],
  ["version", { a: 1 }, "(not a string)"],
] as const)("as %s, %o is shown as %s", (shape, value, shown) => {
  expect(printable(shape, value)).toBe(shown);
});

it.each([
  "image",
  "version",
  "revision",
  "cidr",
  "machineImage",
  "protocol",
  "action",
  "variable",
  "providerModel",
] as const)("as %s, what looks like a secret is not shown", (shape) => {
  const dressed = [
    "ghcr.io/a/b:1",
    "1.2.3",
    "main",
    "10.0.0.0/8",
    "al2023@latest",
    "TCP",
    "s3:*",
    "openai/gpt-4o",
  ];
  for (const value of dressed)
    for (const secret of [`CANARY ${value}`, `${value} CANARY`])
      expect(printable(shape, secret)).toBe("(a string, not shown)");
  for (const secret of [
    "sk-CANARY-secret",
    "hf_CANARYabcdef",
    "-----BEGIN KEY-----",
    "https://user:pass@host/",
  ])
    expect(printable(shape, secret)).toBe("(a string, not shown)");
});

import { describe, expect, it } from "vitest";
import { imageReference } from "../../../../policies/read/text/image-reference.ts";

const hex = "c1c9f6fd5c109ba7f0546a59f5b2f15fb87f64c77782e90a27b648b42a8e67c3";

describe("an image reference", () => {
  it.each([
    ["redis", { host: "docker.io", repository: ["library", "redis"] }],
    ["docker.io/redis", { host: "docker.io", repository: ["library", "redis"] }],
    ["index.docker.io/vllm/vllm-openai", { host: "docker.io", repository: ["vllm", "vllm-openai"] }],
    ["vllm/vllm-openai:v0.32.0", { host: "docker.io", repository: ["vllm", "vllm-openai"], tag: "v0.32.0" }],
    [
      `vllm/vllm-openai@sha256:${hex}`,
      { host: "docker.io", repository: ["vllm", "vllm-openai"], digest: `sha256:${hex}` },
    ],
    [
      `a/b:v1@sha256:${hex}`,
      { host: "docker.io", repository: ["a", "b"], tag: "v1", digest: `sha256:${hex}` },
    ],
    ["a/b@sha256:abc", { host: "docker.io", repository: ["a", "b"], digest: "sha256:abc" }],
    ["localhost:5000/vllm", { host: "localhost:5000", repository: ["vllm"] }],
    ["my.index.docker.io/a/b", { host: "my.index.docker.io", repository: ["a", "b"] }],
    ["index.docker.io.example.com/a/b", { host: "index.docker.io.example.com", repository: ["a", "b"] }],
    ["localhost/vllm", { host: "localhost", repository: ["vllm"] }],
    ["ghcr.io/a/b__c/d-e.f", { host: "ghcr.io", repository: ["a", "b__c", "d-e.f"] }],
  ])("%s is split", (text, expected) => {
    expect(imageReference(text)).toEqual(expected);
  });

  it.each([
    undefined,
    7,
    "",
    "/a",
    "a//b",
    "a/",
    "A/b",
    " a/b",
    "a/b:",
    "a/b:-x",
    `a/b:${"x".repeat(129)}`,
    "a/b@sha256:",
    "a/b@-sha256:ab",
    "a/b@sha256:ab cd",
    "a/b!",
    "a.b:c:d",
    "a/b@sha256:XYZ",
    "a@sha256:ab@sha256:ab",
    "https://ghcr.io/a",
    "host:port/a",
    "a..b/c",
  ])("%j is none", (text) => {
    expect(imageReference(text)).toBeUndefined();
  });
});

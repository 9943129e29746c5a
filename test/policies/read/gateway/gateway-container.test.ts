import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { isGateway } from "../../../../policies/read/gateway/gateway-container.ts";

const judged = (fields: Value) => isGateway({ path: "containers.a", where: "container a", fields });

it.each<[string, Value]>([
  ["by its image", { image: "ghcr.io/berriai/litellm:v1.84.0" }],
  ["by its image of another build", { image: "ghcr.io/berriai/litellm-database@sha256:0a" }],
  ["by its program", { image: "python:3", command: ["/usr/bin/litellm"] }],
  ["by its Python module", { image: "python:3", args: ["-m", "litellm.proxy.proxy_cli"] }],
  ["by a shell's script", { image: "python:3", args: ["exec litellm --config a.yaml"] }],
  ["by a command that is a text", { image: "python:3", command: "litellm" }],
  ["beside what is unknown", { image: unknown, command: ["litellm", unknown] }],
])("a gateway is known %s", (_, fields) => {
  expect(judged(fields)).toBe(true);
});

it.each<[string, Value]>([
  ["another image", { image: "envoy:1", args: ["--port=1"] }],
  ["a path that only leads through the name", { image: "litellm/proxy:1" }],
  ["no image", {}],
])("%s is no gateway", (_, fields) => {
  expect(judged(fields)).toBe(false);
});

it.each<[string, Value]>([
  ["itself", unknown],
  ["its image", { image: unknown }],
  ["its arguments", { image: "python:3", args: unknown }],
  ["one of its arguments", { image: "python:3", args: ["-m", unknown] }],
])("is unknown where a container can't be read: %s", (_, fields) => {
  expect(judged(fields)).toBe(unknown);
});

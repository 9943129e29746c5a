import { describe, expect, it } from "vitest";
import { gracePeriodCoversDrain as rule } from "../../../../policies/rules/traffic/grace-period-covers-drain.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { deployment, engine, everyWorkload } from "../../workload.ts";

const sleep = (seconds: Wire): Wire => ({ preStop: { sleep: { seconds } } });
const container = (
  lifecycle: Wire,
  drain: Wire = "--shutdown-timeout=300",
  more: Properties = {},
): Properties => ({
  ...engine,
  args: [...(engine.args as readonly string[]), drain],
  lifecycle,
  ...more,
});
const pod = (containers: Wire, terminationGracePeriodSeconds: Wire = 345) =>
  deployment(containers, { terminationGracePeriodSeconds });
const stops = (lifecycle: Wire) => pod([container(lifecycle)]);
const exec = (...command: readonly Wire[]) => stops({ preStop: { exec: { command } } });
const tgi = (lifecycle: Wire): Properties => ({
  name: "engine",
  image: "ghcr.io/huggingface/text-generation-inference:3",
  args: ["--model-id=/weights"],
  lifecycle,
});
const ollama = (lifecycle: Wire): Properties => ({
  name: "engine",
  image: "ollama/ollama:1",
  args: ["serve"],
  lifecycle,
});
const litellm = (lifecycle: Wire, drain?: Wire): Properties => ({
  name: "gateway",
  image: "ghcr.io/berriai/litellm:1",
  lifecycle,
  ...(drain !== undefined && { env: [{ name: "GRACEFUL_SHUTDOWN_TIMEOUT", value: drain }] }),
});

const at = (...paths: readonly string[]) => paths.map((path) => `chat-blue#${path}`);
const grace = at("terminationGracePeriodSeconds");
const preStop = at("containers.engine.lifecycle.preStop");
const args = at("containers.engine.args");

cases(rule, {
  passes: [
    ["times that fit", pod([container(sleep(30))])],
    ["more than is needed", pod([container(sleep(60))], 3600)],
    ["a sleep by command", exec("sleep", "30")],
    ["a sleep by path", exec("/bin/sleep", "30")],
    ["secret times", pod([container(sleep(secret(30)))], secret(345))],
    ["TGI, which drains by itself", pod([tgi(sleep(30))], 135)],
    ["Ollama, which is left alone first", pod([ollama(sleep(330))], 345)],
    ["a gateway", pod([litellm(sleep(30))], 45)],
    ["a gateway that finishes its answers", pod([litellm(sleep(30), "300")], 345)],
    ["an engine beside what is none", pod([container(sleep(30)), { name: "side", image: "envoy:1" }])],
    ["a pod without engine or gateway", pod([{ name: "side", image: "envoy:1" }], null)],
    ["such a pod with an unknown grace", pod([{ name: "side", image: "envoy:1" }], unknown)],
  ],
  reports: [
    ["a gateway that is killed before its answers are done", pod([litellm(sleep(30), "300")], 344), grace],
    [
      "a gateway whose longest answer isn't known",
      pod([litellm(sleep(30), "5m")], 345),
      at("containers.gateway.args"),
    ],
    ["the default grace", pod([container(sleep(30))], null), grace],
    ["a grace below preStop and drain together", pod([container(sleep(30))], 330), grace],
    ["a grace without margin", pod([container(sleep(30))], 344), grace],
    ["a grace that is unknown", pod([container(sleep(30))], unknown), grace],
    ["a grace as text", pod([container(sleep(30))], "345"), grace],
    ["no wait", stops(null), preStop],
    ["no handler", stops({ postStart: {} }), preStop],
    ["a short wait", stops(sleep(29)), preStop],
    ["a wait that is unknown", stops(sleep(unknown)), preStop],
    ["a wait as text", stops(sleep("30")), preStop],
    ["a handler that is unknown", stops({ preStop: unknown }), preStop],
    ["a lifecycle that is unknown", stops(unknown), preStop],
    ["a shell", exec("sh", "-c", "sleep 30"), preStop],
    ["a program that is no sleep", exec("/tmp/sleep", "30"), preStop],
    ["a sleep with a unit", exec("sleep", "30m"), preStop],
    ["a sleep of an unknown time", exec("sleep", unknown), preStop],
    ["a request instead of a sleep", stops({ preStop: { httpGet: { path: "/drain" } } }), preStop],
    ["two handlers", stops({ preStop: { sleep: { seconds: 30 }, exec: { command: ["true"] } } }), preStop],
    ["no drain", pod([container(sleep(30), "--shutdown-timeout=0")]), args],
    ["the default drain", pod([{ ...engine, lifecycle: sleep(30) }]), args],
    ["a drain that can't be read", pod([container(sleep(30), unknown)]), args],
    ["a drain that is no number", pod([container(sleep(30), "--shutdown-timeout=5m")]), args],
    [
      "the last of two drains",
      pod([
        container(sleep(30), "--shutdown-timeout=900", {
          args: ["/m", "--shutdown-timeout=9", "--shutdown-timeout=900"],
        }),
      ]),
      grace,
    ],
    ["arguments of a shell", pod([container(sleep(30), "", { command: ["sh", "-c"] })]), args],
    ["everything left to defaults", pod([engine], null), [...preStop, ...args, ...grace]],
    [
      "one of two engines",
      pod([container(sleep(30)), { ...container(sleep(5)), name: "second" }]),
      at("containers.second.lifecycle.preStop"),
    ],
    [
      "an engine under another image",
      pod([
        container(sleep(5), "--shutdown-timeout=300", { image: "acme/llm:1", command: ["vllm", "serve"] }),
      ]),
      preStop,
    ],
    [
      "a GPU container of unknown kind",
      pod([
        {
          name: "engine",
          image: "acme/llm:1",
          resources: { limits: { "nvidia.com/gpu": 1 } },
          lifecycle: sleep(30),
        },
      ]),
      preStop,
    ],
    ["Ollama that drops what runs", pod([ollama(sleep(30))]), preStop],
    ["TGI killed while it drains", pod([tgi(sleep(30))], 134), grace],
    ["a gateway that stops at once", pod([litellm(null)]), at("containers.gateway.lifecycle.preStop")],
    ["a gateway killed at once", pod([litellm(sleep(30))], 30), grace],
    ["an image that is unknown", pod([{ name: "engine", image: unknown }]), at("containers.engine")],
    [
      "a container that is unknown beside a bad one",
      pod([unknown, container(sleep(5))]),
      at("containers.0", "containers.engine.lifecycle.preStop"),
    ],
    ["containers that are unknown", pod(unknown), at("containers")],
    ["containers that are an object", pod({ engine }), at("containers")],
    [
      "an engine that starts before the others",
      deployment([], { terminationGracePeriodSeconds: 345, initContainers: [container(null)] }),
      at("initContainers.engine.lifecycle.preStop"),
    ],
    [
      "a longer wait where configured",
      pod([container(sleep(30))]),
      preStop,
      { config: { minPreStop: 45, margin: 5 } },
    ],
    ["a wider margin", pod([container(sleep(30))]), grace, { config: { margin: 60 } }],
    [
      "an illegal configuration",
      pod([container(sleep(30))]),
      at("configuration.minPreStop"),
      { config: { minPreStop: 0 } },
    ],
  ],
});

describe("every workload", () => {
  it("is checked in each of its pods", async () => {
    const bad = { terminationGracePeriodSeconds: 60, containers: [container(sleep(30))] };
    const found = await findings(rule, everyWorkload(bad));
    expect(found.map((id) => id.split("#")[1])).toEqual([
      ...Array.from({ length: 9 }, () => "terminationGracePeriodSeconds]"),
      "workerTemplate.terminationGracePeriodSeconds]",
    ]);
  });

  it("is checked with its whole pod unknown", async () => {
    const found = await findings(rule, everyWorkload(unknown));
    expect(found).toHaveLength(20);
  });
});

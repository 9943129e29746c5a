import { describe, expect, it } from "vitest";
import { engineVersionFloor as rule } from "../../../../policies/rules/supply-chain/engine-version-floor.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { digest, engine, everyWorkload } from "../../workload.ts";

const here = ["chat-blue#containers.engine.image"];
const below = (version: string) => [`chat-blue#containers.engine.version.${version}`];

/** A Deployment of one container, with the label that states its version. */
function pod(image: Wire, version?: Wire, more: Given["props"] = {}): Given {
  const labels = { app: "chat", ...(version !== undefined && { "app.kubernetes.io/version": version }) };
  return {
    type: "kubernetes:apps/v1:Deployment",
    name: "chat-blue",
    props: {
      spec: { template: { metadata: { labels }, spec: { containers: [{ ...engine, image, ...more }] } } },
    },
  };
}
const vllm = (tag: string) => `docker.io/vllm/vllm-openai${tag === "" ? "" : `:${tag}`}@sha256:${digest}`;
const litellm = (tag: string) => `ghcr.io/berriai/litellm:${tag}@sha256:${digest}`;

cases(rule, {
  passes: [
    ["the floor by label", pod(vllm(""), "0.32.0")],
    ["the floor by tag", pod(vllm("v0.32.0"))],
    ["a build of a later version", pod(vllm("v0.33.0-cu129"))],
    ["a build for a platform", pod(vllm("v0.33.0-cu129-ubuntu2404"))],
    ["tag and label that agree", pod(vllm("v0.33.0-cu129"), "0.33.0")],
    ["a later version that is before as text", pod(vllm(""), "0.100.0")],
    ["a secret label", pod(vllm(""), secret("0.32.0"))],
    ["a new gateway", pod(litellm("v1.110.1"))],
    ["a stable gateway", pod(litellm("v1.84.0-stable.patch.1"))],
    ["an engine's arguments that can't be read", pod(vllm("v0.33.0"), undefined, { args: unknown })],
    ["other containers of any version", pod("envoyproxy/envoy:v1.2.3", undefined, { args: ["--port=1"] })],
    ["other engines, which have no floor", pod("ollama/ollama:0.1.0", "0.1.0", { args: ["serve"] })],
  ],
  reports: [
    ["a version below", pod(vllm(""), "0.31.0"), below("0.31.0")],
    ["a version below by tag", pod(vllm("v0.31.0-cu129")), below("0.31.0")],
    ["neither tag nor label", pod(vllm("")), here],
    ["a tag and a label that disagree", pod(vllm("v0.33.0"), "0.34.0"), here],
    ["a good label over an old tag", pod(vllm("v0.9.2"), "0.33.0"), here],
    ["a release candidate", pod(vllm("v0.33.0-rc1")), here],
    ["a release candidate as Python writes it", pod(vllm("v0.33.0rc1")), here],
    ["a nightly", pod(vllm("v0.33.0-nightly")), here],
    ["half a version", pod(vllm("v0.33")), here],
    ["a moving tag", pod(vllm("latest"), "0.33.0"), here],
    ["a version that is later as text only", pod(vllm(""), "0.4.0"), below("0.4.0")],
    ["a version before as a number only", pod(vllm(""), "0.032.0"), here],
    ["an unknown label", pod(vllm(""), unknown), here],
    ["an unknown label beside a good tag", pod(vllm("v0.33.0"), unknown), here],
    ["a number as label", pod(vllm(""), 0.32), here],
    ["null as label", pod(vllm(""), null), here],
    ["an unknown image", pod(unknown, "0.33.0"), here],
    ["a good label on an unknown image", pod(unknown, "0.33.0", { command: ["vllm", "serve"] }), here],
    [
      "a good label on an image of no valid name",
      pod("Vllm:v0.9", "0.33.0", { command: ["vllm", "serve"] }),
      here,
    ],
    ["a command line that can't be read", pod("python:3.13", "0.1.0", { args: [unknown] }), here],
    ["an old gateway", pod(litellm("v1.83.9")), below("1.83.9")],
    [
      "an old gateway by its program",
      pod("python:1.9.0", "1.9.0", { command: ["litellm"], args: [] }),
      below("1.9.0"),
    ],
    [
      "a gateway that passes as an engine",
      pod(litellm("v1.0.0"), undefined, { args: ["vllm"] }),
      below("1.0.0"),
    ],
    ["a gateway's nightly", pod(litellm("v1.110.1-nightly")), here],
    [
      "labels that can't be read",
      {
        ...pod(vllm("")),
        props: { spec: { template: { metadata: unknown, spec: { containers: [engine] } } } },
      },
      here,
    ],
    [
      "each engine of a pod, in every list",
      {
        ...pod(vllm("")),
        props: {
          spec: {
            template: {
              metadata: { labels: { "app.kubernetes.io/version": "0.31.0" } },
              spec: {
                containers: [engine, { name: "side", image: "envoyproxy/envoy:1" }],
                initContainers: [engine],
                ephemeralContainers: [engine],
              },
            },
          },
        },
      },
      [
        ...below("0.31.0"),
        "chat-blue#initContainers.engine.version.0.31.0",
        "chat-blue#ephemeralContainers.engine.version.0.31.0",
      ],
    ],
    [
      "a version below a higher floor",
      pod(vllm(""), "0.32.9"),
      below("0.32.9"),
      { config: { engineFloor: "0.33.0" } },
    ],
    [
      "a floor below the rule's own",
      pod(vllm(""), "0.31.0"),
      ["chat-blue#configuration.engineFloor", ...below("0.31.0")],
      { config: { engineFloor: "0.31.0" } },
    ],
    [
      "a gateway's floor below the rule's own",
      pod(litellm("v1.110.1")),
      ["chat-blue#configuration.gatewayFloor"],
      { config: { gatewayFloor: "1.83.0" } },
    ],
  ],
});

describe("engine-version-floor", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [engine] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("finds the label under the name that the configuration gives it", async () => {
    const given = pod(vllm(""), "0.31.0");
    const config = { versionLabel: "app" };
    expect(await findings(rule, given, { config })).toEqual([`engine-version-floor[${here[0]}]`]);
    const template = { metadata: { labels: { release: "0.33.0" } }, spec: { containers: [engine] } };
    const named = { ...given, props: { spec: { template } } };
    expect(await findings(rule, named, { config: { versionLabel: "release" } })).toEqual([]);
  });

  it("says what is wrong", async () => {
    const [below] = await judge(rule, pod(vllm(""), "0.31.0"));
    expect(below?.found).toBe('version "0.31.0" is below 0.32.0');
    expect(below?.allowed).toMatch(/^vLLM 0\.32\.0 or later/);
    const [differ] = await judge(rule, pod(vllm("v0.33.0"), "0.34.0"));
    expect(differ?.found).toBe(`the image's tag is "v0.33.0", the pod's version label "0.34.0"`);
    const [secretly] = await judge(rule, pod(vllm(""), "sk-CANARY"));
    expect(secretly?.message).not.toContain("CANARY");
  });

  it("can be exempted for one engine at one version, until a date", async () => {
    const exemption = {
      finding: `engine-version-floor[${below("0.31.0")[0]}]`,
      environments: ["dev"],
      reason: "PYSEC-2026-4344 and -4349 are open until the image of 0.32.0 is published",
      owner: "serving",
      expires: "2027-01-15",
    };
    const judged = (version: string, today: string) =>
      findings(rule, pod(vllm(""), version), { exemptions: [exemption], today });
    expect(await judged("0.31.0", "2026-11-25")).toEqual([]);
    expect(await judged("0.31.0", "2027-01-16")).toHaveLength(1);
    expect(await judged("0.30.0", "2026-11-25")).toHaveLength(1);
  });
});

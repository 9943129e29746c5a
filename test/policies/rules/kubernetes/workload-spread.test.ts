import { describe, expect, it } from "vitest";
import { workloadSpread as rule } from "../../../../policies/rules/kubernetes/workload-spread.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { everyWorkload } from "../../workload.ts";

const labels = { app: "chat" };
const over = (topologyKey: Wire, labelSelector: Wire = { matchLabels: labels }): Wire => ({
  topologyKey,
  maxSkew: 1,
  labelSelector,
});
const zones = over("topology.kubernetes.io/zone");
const workload = (topologySpreadConstraints: Wire, more: Properties = {}): Given => ({
  type: "kubernetes:apps/v1:Deployment",
  name: "chat-blue",
  props: { spec: { template: { metadata: { labels }, spec: { topologySpreadConstraints } }, ...more } },
});
const at = ["chat-blue#topologySpreadConstraints"];

cases(rule, {
  passes: [
    ["a constraint over zones", workload([zones])],
    ["one among several", workload([over("kubernetes.io/hostname"), zones])],
    [
      "a selector by expression",
      workload([
        over("topology.kubernetes.io/zone", { matchExpressions: [{ key: "app", operator: "Exists" }] }),
      ]),
    ],
    [
      "a secret label",
      workload([over("topology.kubernetes.io/zone", { matchLabels: { app: secret("chat") } })]),
    ],
    ["a single replica", workload([], { replicas: 1 })],
    ["no replica", workload([], { replicas: 0 })],
    ["a Job", { ...workload([]), type: "kubernetes:batch/v1:Job" }],
  ],
  reports: [
    ["no constraint", workload(null), at],
    ["an empty list", workload([]), at],
    [
      "a single replica to begin with, and a scaler that decides later",
      { ...workload([], { replicas: 1 }), options: { ignoreChanges: ["spec.replicas"] } },
      at,
    ],
    ["two replicas", workload([], { replicas: 2 }), at],
    ["an unknown number of replicas", workload([], { replicas: unknown }), at],
    ["a constraint over nodes", workload([over("kubernetes.io/hostname")]), at],
    ["a constraint over unknown places", workload([over(unknown)]), at],
    [
      "a constraint that selects other pods",
      workload([over("topology.kubernetes.io/zone", { matchLabels: { app: "code" } })]),
      at,
    ],
    ["a constraint that selects nothing", workload([over("topology.kubernetes.io/zone", null)]), at],
    ["a constraint with an unknown selector", workload([over("topology.kubernetes.io/zone", unknown)]), at],
    ["an unknown constraint", workload([unknown]), at],
    ["constraints that are unknown", workload(unknown), at],
    ["constraints that are an object", workload(zones), at],
  ],
});

describe("workload-spread", () => {
  it("checks every workload that has replicas", async () => {
    expect((await findings(rule, everyWorkload({}))).length).toBe(5);
  });
});

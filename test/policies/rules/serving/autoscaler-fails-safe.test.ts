import { expect, it } from "vitest";
import { autoscalerFailsSafe as rule } from "../../../../policies/rules/serving/autoscaler-fails-safe.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { chatArgs, gpuEngine, scaler, slot } from "../../gpu-slot.ts";

const engine = slot([gpuEngine(chatArgs)]);
const at = (...paths: readonly string[]) => paths.map((path) => `chat-blue#spec.${path}`);
const [floor, ceiling, fallback, cooldown] = [
  "minReplicaCount",
  "maxReplicaCount",
  "fallback.replicas",
  "cooldownPeriod",
];
const silence = "triggers.0.metadata.ignoreNullValues";
const threshold = "triggers.0.metadata.threshold";
const scaled = (spec: Given["props"], more = {}) => [scaler(spec, more), engine];
const trigger = (metadata: Wire, type: Wire = "prometheus") => scaled({ triggers: [{ type, metadata }] });
const hpa = (spec: Given["props"]): readonly Given[] => [
  {
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    name: "chat-blue",
    props: {
      metadata: { name: "chat-blue", namespace: "models" },
      spec: { scaleTargetRef: { kind: "Deployment", name: "chat-blue" }, ...spec },
    },
  },
  engine,
];
/** Another model beside the first. */
const code: Given = {
  ...slot([gpuEngine(chatArgs)], {}, { labels: { "gantry.dev/model": "code" } }),
  name: "code-blue",
};
const proxy: Given = {
  type: "kubernetes:apps/v1:Deployment",
  name: "proxy",
  props: {
    metadata: { name: "proxy", namespace: "models" },
    spec: { template: { spec: { containers: [{ name: "proxy", image: "envoy:1" }] } } },
  },
};

cases(rule, {
  passes: [
    ["a floor, a ceiling, a fallback", scaled({})],
    ["one replica at all times", scaled({ maxReplicaCount: 1 })],
    [
      "a fallback above the floor, and a longer pause",
      scaled({ fallback: { replicas: 3 }, cooldownPeriod: 1800 }),
    ],
    [
      "an autoscaler that says outright that it isn't paused",
      scaled({}, { annotations: { "autoscaling.keda.sh/paused": "false" } }),
    ],
    ["a threshold with places", trigger({ threshold: "12.25", ignoreNullValues: "false" })],
    ["a secret floor", scaled({ minReplicaCount: secret(2), fallback: { replicas: 2 } })],
    ["another kind of trigger", scaled({ triggers: [{ type: "cron", metadata: { desiredReplicas: "2" } }] })],
    ["Kubernetes' own autoscaler, which keeps one replica", hpa({ maxReplicas: 4 })],
    [
      "a scaler of something else",
      [scaler({ scaleTargetRef: { name: "proxy" }, minReplicaCount: 0, triggers: null }), engine, proxy],
    ],
    ["nothing that scales", [engine]],
  ],
  reports: [
    [
      "KEDA's defaults",
      scaled({ minReplicaCount: null, maxReplicaCount: null, fallback: null }),
      at(floor, ceiling, fallback),
    ],
    ["no floor", scaled({ minReplicaCount: 0 }), at(floor)],
    ["min replicas of zero while idle", scaled({ idleReplicaCount: 0 }), at(floor)],
    [
      "a ceiling below the floor",
      scaled({ minReplicaCount: 4, maxReplicaCount: 3, fallback: { replicas: 4 } }),
      at(ceiling),
    ],
    ["a fallback below the floor", scaled({ minReplicaCount: 2 }), at(fallback)],
    ["a fallback without replicas", scaled({ fallback: { failureThreshold: 4 } }), at(fallback)],
    ["replicas that go at once", scaled({ cooldownPeriod: 10 }), at(cooldown)],
    ["silence for no load", trigger({ threshold: "4", ignoreNullValues: "true" }), at(silence)],
    ["silence by default", trigger({ threshold: "4" }), at(silence)],
    [
      "booleans and numbers for texts",
      trigger({ threshold: 4, ignoreNullValues: false }),
      at(silence, threshold),
    ],
    ["no threshold", trigger({ ignoreNullValues: "false" }), at(threshold)],
    ["a threshold of zero", trigger({ threshold: "0.0", ignoreNullValues: "false" }), at(threshold)],
    ["a threshold below zero", trigger({ threshold: "-4", ignoreNullValues: "false" }), at(threshold)],
    ["a threshold with a unit", trigger({ threshold: "4k", ignoreNullValues: "false" }), at(threshold)],
    ["a trigger of unknown kind", trigger({}, unknown), at(silence, threshold)],
    [
      "two triggers of which one is silent",
      scaled({
        triggers: [{ type: "prometheus", metadata: { threshold: "1", ignoreNullValues: "false" } }, unknown],
      }),
      at("triggers.1.metadata.ignoreNullValues", "triggers.1.metadata.threshold"),
    ],
    ["no triggers", scaled({ triggers: [] }), at("triggers")],
    ["unknown triggers", scaled({ triggers: unknown }), at("triggers")],
    ["a text for a number", scaled({ minReplicaCount: "1" }), at(floor)],
    ["half a replica", scaled({ minReplicaCount: 1.5 }), at(floor)],
    ["unknown numbers", scaled({ minReplicaCount: unknown, maxReplicaCount: unknown }), at(floor, ceiling)],
    [
      "an unknown scaler",
      [
        { ...scaler(), props: { metadata: { name: "chat-blue", namespace: "models" }, spec: unknown } },
        engine,
      ],
      at(floor, ceiling, cooldown, fallback, "triggers"),
    ],
    [
      "a scaler that is paused",
      scaled({}, { annotations: { "autoscaling.keda.sh/paused": "true" } }),
      ["chat-blue#metadata.annotations.autoscaling.keda.sh/paused"],
    ],
    [
      "a scaler that is paused at some number",
      scaled({}, { annotations: { "autoscaling.keda.sh/paused-replicas": "0" } }),
      at(floor),
    ],
    [
      "a scaler that adds no replica",
      scaled({}, { annotations: { "autoscaling.keda.sh/paused-scale-out": "true" } }),
      ["chat-blue#metadata.annotations.autoscaling.keda.sh/paused-scale-out"],
    ],
    [
      "Kubernetes' own autoscaler without a ceiling",
      hpa({ minReplicas: 0 }),
      at("minReplicas", "maxReplicas"),
    ],
    [
      "a scaler of another name",
      [scaler({ scaleTargetRef: { name: "nobody" }, minReplicaCount: 0 }), engine],
      at(floor),
    ],
    [
      "a scaler in another namespace",
      [scaler({ minReplicaCount: 0 }, { namespace: "others" }), engine],
      at(floor),
    ],
    [
      "a scaler of an unknown name beside something else",
      [scaler({ scaleTargetRef: { name: unknown }, minReplicaCount: 0 }), engine, proxy],
      at(floor),
    ],
    [
      "a scaler of an unknown name, beside a model that may sleep and one that may not",
      [scaler({ scaleTargetRef: { name: unknown }, minReplicaCount: 0 }), engine, code],
      at(floor),
      { config: { idleModels: ["chat"] } },
    ],
    [
      "one scaler of two",
      [
        scaler({ minReplicaCount: 0 }),
        scaler({ scaleTargetRef: { name: "proxy" }, minReplicaCount: 0 }),
        engine,
        proxy,
      ],
      at(floor),
    ],
  ],
});

it("lets models sleep that its configuration names, and only those", async () => {
  const asleep = scaled({ minReplicaCount: 0, fallback: { replicas: 0 } });
  const found = at(floor, fallback)
    .map((id) => `${rule.name}[${id}]`)
    .sort();
  expect(await findings(rule, asleep, { config: { idleModels: ["chat"] } })).toEqual([]);
  expect(await findings(rule, asleep, { config: { idleModels: ["code"] } })).toEqual(found);
  expect(await findings(rule, asleep, { config: { idleModels: "chat" } })).toEqual(
    [...found, `${rule.name}[stack#configuration.idleModels]`].sort(),
  );
});

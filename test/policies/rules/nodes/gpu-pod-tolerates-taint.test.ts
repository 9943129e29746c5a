import { gpuPodToleratesTaint as rule } from "../../../../policies/rules/nodes/gpu-pod-tolerates-taint.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { a10g, chatArgs, gpuEngine, group, h100, on, slot } from "../../gpu-slot.ts";
import { everyWorkload } from "../../workload.ts";

const gpu = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };
const tolerating = (tolerations: Wire, where = a10g) => [
  slot([gpuEngine(chatArgs)], on(where, { tolerations })),
  where,
];
const tainted = (...taints: readonly Wire[]): Given => ({
  ...a10g,
  props: {
    metadata: { name: "a10g" },
    spec: {
      template: {
        metadata: { labels: { "gantry.dev/pool": "a10g" } },
        spec: {
          taints,
          requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["g5.xlarge"] }],
        },
      },
    },
  },
});
const untainted = { ...a10g, props: withField(a10g.props, "spec.template.spec.taints", undefined) };
const keeps = { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" };
const at = ["chat-blue#tolerations"];

cases(rule, {
  passes: [
    ["the taint by its key", tolerating([gpu])],
    ["every effect of it", tolerating([{ key: "nvidia.com/gpu", operator: "Exists" }])],
    ["every taint", tolerating([{ operator: "Exists" }])],
    ["its value", tolerating([{ key: "nvidia.com/gpu", value: "present" }], tainted(keeps))],
    ["a secret toleration", tolerating(secret([gpu]))],
    ["nothing where there are no taints", tolerating([], untainted)],
    ["a taint that only asks", tolerating([], tainted({ key: "x", effect: "PreferNoSchedule" }))],
    [
      "one of two pools that it may land on",
      [
        slot([gpuEngine(chatArgs)], { tolerations: [gpu] }),
        h100,
        tainted(keeps, { key: "team", effect: "NoExecute" }),
      ],
    ],
    ["pods without a GPU", [slot([{ name: "proxy", image: "envoy:1" }], { tolerations: [] }), a10g]],
    [
      "pods without a GPU that tolerate another taint",
      [slot([{ name: "proxy", image: "envoy:1" }], { tolerations: [{ ...gpu, key: "team" }] }), a10g],
    ],
    ["GPU nodes that the stack doesn't have", [slot([gpuEngine(chatArgs)], { tolerations: [gpu] })]],
  ],
  reports: [
    ["no toleration", tolerating(null), at],
    ["a toleration for nothing", slot([{ name: "proxy", image: "envoy:1" }], { tolerations: [gpu] }), at],
    [
      "a node's name",
      slot([{ name: "proxy", image: "envoy:1" }], { nodeName: "a", tolerations: [] }),
      ["chat-blue#nodeName"],
    ],
    ["a toleration of something else", tolerating([{ ...gpu, key: "nvidia.com/mig" }]), at],
    [
      "a toleration of something else with its value",
      tolerating([{ key: "nvidia.com/mig", value: "present" }], tainted(keeps)),
      at,
    ],
    ["another effect", tolerating([{ ...gpu, effect: "NoExecute" }]), at],
    [
      "a value that the taint doesn't have",
      tolerating([{ key: "nvidia.com/gpu", operator: "Equal", value: "true" }]),
      at,
    ],
    ["no value where the taint has one", tolerating([{ key: "nvidia.com/gpu" }], tainted(keeps)), at],
    ["one taint of two", tolerating([gpu], tainted(keeps, { key: "team", effect: "NoExecute" })), at],
    ["an unknown operator", tolerating([{ ...gpu, operator: "Like" }]), at],
    ["unknown tolerations", tolerating(unknown), at],
    ["an unknown toleration", tolerating([unknown]), at],
    ["a text", tolerating("nvidia.com/gpu"), at],
    ["a pool whose taints are unknown", tolerating([], { ...tainted(), props: { spec: unknown } }), at],
    ["a taint that is unknown", tolerating([], tainted(unknown)), at],
    [
      "GPU nodes that the stack doesn't have, without a toleration",
      [slot([gpuEngine(chatArgs)], { tolerations: [] })],
      at,
    ],
    [
      "GPUs that may be requested",
      [slot([{ name: "any", image: "a/b", resources: unknown }], on(a10g, { tolerations: [] })), a10g],
      at,
    ],
    [
      "both pods of a group",
      [group([gpuEngine(chatArgs)], on(a10g)), a10g],
      ["chat-blue-1#leaderTemplate.tolerations", "chat-blue-1#workerTemplate.tolerations"],
    ],
    [
      "every kind of workload",
      everyWorkload({ containers: [gpuEngine(chatArgs)] }),
      [...Array(9).fill(at[0]), "chat-blue#workerTemplate.tolerations"],
    ],
  ],
});

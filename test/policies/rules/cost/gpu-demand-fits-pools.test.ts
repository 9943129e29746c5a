import { expect, it } from "vitest";
import { gpuDemandFitsPools as rule } from "../../../../policies/rules/cost/gpu-demand-fits-pools.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { a10g, chatArgs, gpuEngine, group, h100, on, pool, scaler, slot } from "../../gpu-slot.ts";

const limited = (limit: Wire, name = "a10g") => pool(name, ["g5.xlarge", "g5.12xlarge"], [], limit);
const rolling = (maxSurge: Wire) => ({ type: "RollingUpdate", rollingUpdate: { maxSurge } });

interface SlotGiven {
  readonly name?: string;
  readonly gpus?: Wire;
  readonly max?: Wire;
  readonly strategy?: Wire;
  readonly where?: Given["props"];
}
/** A slot with its scaler, which rolls one replica after another. */
function slotWith({
  name = "chat-blue",
  gpus = "1",
  max = 3,
  strategy = rolling(1),
  where = on(a10g),
}: SlotGiven = {}): readonly Given[] {
  const metadata = { name, namespace: "models" };
  const deployment = slot([gpuEngine(chatArgs, gpus)], where);
  const scaling = scaler({ scaleTargetRef: { name }, maxReplicaCount: max });
  const spec = deployment.props.spec as Given["props"];
  return [
    { ...deployment, name, props: { metadata, spec: { ...spec, strategy } } },
    { ...scaling, name, props: { ...scaling.props, metadata } },
  ];
}
/** A workload of another kind, without a scaler. */
const workload = (kind: string, spec: Given["props"]): readonly Given[] => {
  const template = { spec: { containers: [gpuEngine(chatArgs)], ...on(a10g) } };
  return [
    {
      type: `kubernetes:${kind}`,
      name: "chat-blue",
      props: { metadata: { name: "chat-blue", namespace: "models" }, spec: { template, ...spec } },
    },
  ];
};
const green = { name: "chat-green" };
/** What lets a pod land on several pools. */
const onAny = (...values: readonly string[]) => {
  const term = { matchExpressions: [{ key: "gantry.dev/pool", operator: "In", values }] };
  const required = { nodeSelectorTerms: [term] };
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } };
};
const pair = (spec: Given["props"] = {}, size: Wire = 2): Given => {
  const one = group([gpuEngine(chatArgs, "8")], on(h100), size);
  return { ...one, props: { ...one.props, spec: { ...(one.props.spec as Given["props"]), ...spec } } };
};
const short = (name: string) => `${name}-pool#spec.limits.nvidia.com/gpu`;
const untold = "chat-blue#replicas";

cases(rule, {
  passes: [
    ["one slot with its surge", [...slotWith(), limited(4)]],
    ["both slots of a model", [...slotWith(), ...slotWith(green), limited("8")]],
    ["two GPUs of each replica", [...slotWith({ gpus: "2" }), limited(8)]],
    ["slots that are replaced in place", [...slotWith({ strategy: { type: "Recreate" } }), limited(3)]],
    ["a quarter more, rounded up", [...slotWith({ max: 4, strategy: null }), limited(5)]],
    [
      "slots on pools of their own",
      [
        ...slotWith(),
        ...slotWith({ ...green, where: { nodeSelector: { "gantry.dev/pool": "other" } } }),
        limited(4),
        limited(4, "other"),
      ],
    ],
    ["a slot that may use two pools", [...slotWith({ max: 7, where: {} }), limited(4), limited(4, "other")]],
    [
      "a slot that may use two pools, and one that fills the first",
      [...slotWith({ where: {} }), ...slotWith(green), limited(4), limited(4, "other")],
    ],
    [
      "three pools of which two slots share one, with enough for both",
      [
        ...slotWith({ max: 5, where: onAny("a10g", "more") }),
        ...slotWith({ ...green, max: 5, where: onAny("more", "other") }),
        ...["a10g", "more", "other"].map((name) => limited(4, name)),
      ],
    ],
    ["a secret ceiling", [...slotWith({ max: secret(3) }), limited(4)]],
    ["a Deployment of one replica", [...workload("apps/v1:Deployment", {}), limited(2)]],
    ["replicas without a surge", [...workload("apps/v1:StatefulSet", { replicas: 4 }), limited(4)]],
    ["a Job", [...workload("batch/v1:Job", { parallelism: 4 }), limited(4)]],
    [
      "a template that makes no pod",
      [
        {
          type: "kubernetes:core/v1:PodTemplate",
          name: "chat-blue",
          props: { template: { spec: { containers: [gpuEngine(chatArgs, "64")] } } },
        },
        limited(1),
      ],
    ],
    ["a group of two pods", [pair(), pool("h100", ["p5.48xlarge"], [], 16)]],
    ["a pool without a limit", [...slotWith({ max: 500 }), limited(null)]],
    ["pods without a GPU", [slot([{ name: "proxy", image: "envoy:1" }]), limited(1)]],
    [
      "a smaller container that ran before",
      [slot([gpuEngine(chatArgs)], { ...on(a10g), initContainers: [gpuEngine(chatArgs)] }), limited(2)],
    ],
  ],
  reports: [
    ["a ceiling beyond the pool", [...slotWith({ max: 5 }), limited(4)], [short("a10g")]],
    ["two slots that fit each alone", [...slotWith(), ...slotWith(green), limited(7)], [short("a10g")]],
    ["a surge that was forgotten", [...slotWith({ max: 4 }), limited(4)], [short("a10g")]],
    [
      "a percentage that is rounded up",
      [...slotWith({ max: 5, strategy: rolling("25%") }), limited(6)],
      [short("a10g")],
    ],
    ["the default surge", [...slotWith({ strategy: null }), limited(3)], [short("a10g")]],
    ["KEDA's default ceiling", [...slotWith({ max: null }), limited(64)], [short("a10g")]],
    ["three GPUs of each replica", [...slotWith({ gpus: "3" }), limited(8)], [short("a10g")]],
    [
      "a slot that may use two pools, and one that may use the first",
      [
        ...slotWith({ max: 3, where: {} }),
        ...slotWith({ ...green, max: 4 }),
        limited(5),
        limited(3, "other"),
      ],
      [short("a10g")],
    ],
    [
      "a pool that is too small for its own slot, and with another for two",
      [...slotWith({ where: {} }), ...slotWith({ ...green, max: 4 }), limited(4), limited(4, "other")],
      [short("a10g")],
    ],
    [
      "three pools of which two slots share one",
      [
        ...slotWith({ max: 7, where: onAny("a10g", "more") }),
        ...slotWith({ ...green, max: 7, where: onAny("more", "other") }),
        ...["a10g", "more", "other"].map((name) => limited(4, name)),
      ],
      [short("a10g")],
    ],
    [
      "the first of two pools that no slot shares",
      [
        ...slotWith(),
        ...slotWith({ ...green, where: { nodeSelector: { "gantry.dev/pool": "other" } } }),
        limited(3),
        limited(4, "other"),
      ],
      [short("a10g")],
    ],
    [
      "the second of two pools that no slot shares",
      [
        ...slotWith(),
        ...slotWith({ ...green, where: { nodeSelector: { "gantry.dev/pool": "other" } } }),
        limited(4),
        limited(3, "other"),
      ],
      [short("other")],
    ],
    ["an unknown limit", [...slotWith(), limited(unknown)], [short("a10g")]],
    ["a limit with a unit", [...slotWith(), limited("8k")], [short("a10g")]],
    ["an unknown pool", [...slotWith(), { ...limited(8), props: { spec: unknown } }], [short("a10g")]],
    ["an unknown ceiling", [...slotWith({ max: unknown }), limited(8)], [untold]],
    ["an unknown surge", [...slotWith({ strategy: rolling(unknown) }), limited(8)], [untold]],
    ["an unknown strategy", [...slotWith({ strategy: unknown }), limited(8)], [untold]],
    ["unknown GPUs", [...slotWith({ gpus: unknown }), limited(8)], [untold]],
    ["a text for a number", [...slotWith({ max: "many" }), limited(8)], [untold]],
    ["a DaemonSet", [...workload("apps/v1:DaemonSet", {}), limited(8)], [untold]],
    ["no pool", [...slotWith()], ["chat-blue#nodeSelector"]],
    [
      "no pool for one slot, beside a pool that another fills",
      [
        ...slotWith(),
        ...slotWith({ ...green, where: { nodeSelector: { "gantry.dev/pool": "other" } } }),
        limited(4),
      ],
      ["chat-green#nodeSelector"],
    ],
    [
      "no instance with the GPUs of a pod",
      [...slotWith({ gpus: "8" }), limited(64)],
      ["chat-blue#nodeSelector"],
    ],
    [
      "a scaler of an unknown name",
      [
        ...slotWith().slice(0, 1),
        scaler({ scaleTargetRef: { name: unknown }, maxReplicaCount: 9 }),
        limited(4),
      ],
      [short("a10g")],
    ],
    [
      "a workload of an unknown name",
      [
        {
          ...slot([gpuEngine(chatArgs)]),
          props: { ...slot([gpuEngine(chatArgs)]).props, metadata: unknown },
        },
        scaler({ maxReplicaCount: 9 }),
        limited(4),
      ],
      [short("a10g")],
    ],
    [
      "a second scaler",
      [...slotWith(), { ...scaler({ maxReplicaCount: 9 }), name: "again" }, limited(4)],
      [short("a10g")],
    ],
    [
      "the same names in another namespace",
      [
        ...slotWith({ max: 9 }),
        ...slotWith().map((one) => ({
          ...one,
          name: `other-${one.name}`,
          props: { ...one.props, metadata: { name: "chat-blue", namespace: "others" } },
        })),
        limited(4),
      ],
      [short("a10g")],
    ],
    [
      "Kubernetes' own autoscaler",
      [
        ...slotWith().slice(0, 1),
        {
          type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
          name: "chat-blue",
          props: {
            metadata: { name: "chat-blue", namespace: "models" },
            spec: { scaleTargetRef: { kind: "Deployment", name: "chat-blue" }, maxReplicas: 9 },
          },
        },
        limited(4),
      ],
      [short("a10g")],
    ],
    [
      "two groups while they are replaced",
      [
        pair({ replicas: 1, rolloutStrategy: { rollingUpdateConfiguration: { maxSurge: 1 } } }),
        pool("h100", ["p5.48xlarge"], [], 31),
      ],
      [short("h100")],
    ],
    [
      "a group of unknown size",
      [pair({}, unknown), pool("h100", ["p5.48xlarge"], [], 31)],
      ["chat-blue-1#workerTemplate.replicas"],
    ],
    [
      "a cron job",
      [
        {
          type: "kubernetes:batch/v1:CronJob",
          name: "nightly",
          props: {
            spec: {
              jobTemplate: {
                spec: {
                  parallelism: 5,
                  template: { spec: { containers: [gpuEngine(chatArgs)], ...on(a10g) } },
                },
              },
            },
          },
        },
        limited(4),
      ],
      [short("a10g")],
    ],
  ],
});

it("names the pods that request the GPUs", async () => {
  const [found] = await judge(rule, [...slotWith(), ...slotWith(green), limited(7)]);
  expect(found).toMatchObject({
    where: "a10g-pool",
    found: "8 GPUs may be requested at once (chat-blue 4, chat-green 4), and the limit of a10g-pool is 7",
    allowed: "8 or more, known at preview",
  });
});

it("names the smallest set of pools that is too small", async () => {
  const [found] = await judge(rule, [
    ...slotWith({ where: {} }),
    ...slotWith({ ...green, max: 4 }),
    limited(4),
    limited(4, "other"),
  ]);
  expect(found?.found).toContain("(chat-green 5), and the limit of a10g-pool is 4");
  expect(found?.allowed).toContain("5 or more");
});

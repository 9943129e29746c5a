import { expect, it } from "vitest";
import { startupBudgetCoversLoad as rule } from "../../../../policies/rules/serving/startup-budget-covers-load.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { chatArgs, gpuEngine, group, patient, withDeadlines } from "../../gpu-slot.ts";
import { everyWorkload } from "../../workload.ts";

const probe = "chat-blue#containers.engine.startupProbe";
const [deadline, create, update] = [
  "chat-blue#spec.progressDeadlineSeconds",
  "chat-blue#customTimeouts.create",
  "chat-blue#customTimeouts.update",
];
const engine = (startupProbe: Wire, more = {}) => gpuEngine(chatArgs, "1", { startupProbe, ...more });
const probed = (startupProbe: Wire, more = {}) => withDeadlines([engine(startupProbe, more)]);
const bare = { ...withDeadlines([engine(patient)]), options: {} };
const headless = gpuEngine([...chatArgs, "--nnodes=2", "--node-rank=1", "--master-addr=a", "--headless"]);
const inGroup = (leader: Wire, worker: Wire): Given => {
  const template = (container: Wire) => ({ spec: { containers: [container] } });
  return {
    ...group([], {}),
    props: {
      spec: { leaderWorkerTemplate: { leaderTemplate: template(leader), workerTemplate: template(worker) } },
    },
    options: { createSeconds: 3000, updateSeconds: 3000 },
  };
};

cases(rule, {
  passes: [
    ["ten minutes", probed(patient)],
    ["ten minutes in one look", probed({ periodSeconds: 600, failureThreshold: 1 })],
    ["sixty looks, each after the default pause", probed({ failureThreshold: 60 })],
    [
      "an hour, and longer deadlines",
      withDeadlines([engine({ periodSeconds: 10, failureThreshold: 360 })], 3700, 3700),
    ],
    ["a secret number", probed({ periodSeconds: 10, failureThreshold: secret(60) })],
    [
      "pods without an engine",
      { ...bare, props: { spec: { template: { spec: { containers: [{ image: "envoy:1" }] } } } } },
    ],
    ["a pod that only computes beside its leader", inGroup(engine(patient), headless)],
  ],
  reports: [
    ["no probe", probed(null), [probe]],
    [
      "a liveness probe that waits instead",
      probed(null, { livenessProbe: { initialDelaySeconds: 900 } }),
      [probe],
    ],
    ["half a minute, which is the default", probed({ httpGet: { path: "/health", port: "http" } }), [probe]],
    ["less than ten minutes", probed({ periodSeconds: 10, failureThreshold: 59 }), [probe]],
    ["an unknown probe", probed(unknown), [probe]],
    ["no probe of what may be an engine", probed(null, { image: unknown }), [probe]],
    ["an unknown number of looks", probed({ periodSeconds: 10, failureThreshold: unknown }), [probe]],
    ["a number that is a text", probed({ periodSeconds: "10", failureThreshold: 60 }), [probe]],
    ["a probe that is a list", probed([patient]), [probe]],
    [
      "the default deadlines, which are equal",
      { ...bare, props: { spec: { template: { spec: { containers: [engine(patient)] } } } } },
      [deadline, create, update],
    ],
    ["a rollout that ends first", withDeadlines([engine(patient)], 600, 900), [deadline]],
    [
      "an update that ends first",
      { ...probed(patient), options: { createSeconds: 900, updateSeconds: 300 } },
      [update],
    ],
    ["an unknown rollout", withDeadlines([engine(patient)], unknown, 900), [deadline]],
    [
      "deadlines below the slower of two engines",
      withDeadlines([engine(patient), { ...engine({ failureThreshold: 200 }), name: "other" }]),
      [deadline, create, update],
    ],
    [
      "one engine of two, and an unknown one",
      withDeadlines([engine(patient), { ...engine(null), name: "other" }, unknown]),
      ["chat-blue#containers.2.startupProbe", "chat-blue#containers.other.startupProbe"],
    ],
    [
      "an init container",
      {
        ...withDeadlines([]),
        props: {
          spec: {
            progressDeadlineSeconds: 1230,
            template: { spec: { containers: [], initContainers: [engine(null)] } },
          },
        },
      },
      ["chat-blue#initContainers.engine.startupProbe"],
    ],
    [
      "both pods of a group",
      inGroup(engine(null), engine(null)),
      ["leaderTemplate", "workerTemplate"].map((pod) => `chat-blue-1#${pod}.containers.engine.startupProbe`),
    ],
    [
      "every kind of workload",
      everyWorkload({ containers: [engine(null)] }).map((one) => ({
        ...one,
        options: { createSeconds: 900, updateSeconds: 900 },
      })),
      [...Array(9).fill(probe), deadline, "chat-blue#workerTemplate.containers.engine.startupProbe"],
    ],
  ],
});

it("waits for as long as its configuration says", async () => {
  expect(await findings(rule, probed(patient), { config: { minStartup: 900 } })).toEqual([
    `${rule.name}[${probe}]`,
  ]);
  expect(await findings(rule, probed(patient), { config: { minStartup: 1 } })).toEqual([
    `${rule.name}[chat-blue#configuration.minStartup]`,
  ]);
});

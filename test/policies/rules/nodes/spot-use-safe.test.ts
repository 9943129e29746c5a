import { expect, it } from "vitest";
import { spotUseSafe as rule } from "../../../../policies/rules/nodes/spot-use-safe.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, type Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { chatArgs, entrance, gpuEngine, on, pool, scaler, service, slot } from "../../gpu-slot.ts";

const capacity = (...values: readonly Wire[]) => ({
  key: "karpenter.sh/capacity-type",
  operator: "In",
  values,
});
const bought = (name: string, ...more: readonly Wire[]) => pool(name, ["g5.xlarge"], more);
const spot = bought("a10g", capacity("spot", "on-demand"));
const kept = bought("a10g", capacity("on-demand"));
const steady = bought("steady", capacity("on-demand", "reserved"));

const stopping = (sleep: Wire, ...args: readonly Wire[]) =>
  gpuEngine([...chatArgs, ...args], "1", { lifecycle: { preStop: { sleep: { seconds: sleep } } } });
const fast = stopping(30, "--shutdown-timeout=75");
const slowProxy = {
  name: "proxy",
  image: "envoy:1",
  lifecycle: { preStop: { sleep: { seconds: 300 } } },
};
const behind = [scaler(), service(), ...entrance(true).all];
const slotOn = (where: Given, container: Wire = fast) => [slot([container], on(where)), where, ...behind];
/** The same slot's pods on another pool, under a name of their own. */
const second = (where: Given, minReplicaCount: Wire = 1): readonly Given[] => {
  const renamed = { name: "chat-blue-steady", namespace: "models" };
  const { spec } = slot([fast], on(where)).props;
  return [
    { ...slot([]), name: renamed.name, props: { metadata: renamed, spec: spec ?? null } },
    {
      ...scaler(),
      name: renamed.name,
      props: { metadata: renamed, spec: { scaleTargetRef: { name: renamed.name }, minReplicaCount } },
    },
    where,
  ];
};
const stop = "chat-blue#containers.engine.lifecycle.preStop";
const group = "chat-blue#capacity";

cases(rule, {
  passes: [
    ["on-demand capacity, however long the drain", slotOn(kept, stopping(30, "--shutdown-timeout=300"))],
    ["spot beside a replica that stays", [...slotOn(spot), ...second(steady)]],
    ["pods of no forward on spot", [slot([fast], on(spot)), spot]],
    [
      "a pool that may be spot, and a pod that says it isn't",
      [
        slot([stopping(30, "--shutdown-timeout=300")], {
          nodeSelector: { "gantry.dev/pool": "a10g", "karpenter.sh/capacity-type": "on-demand" },
        }),
        spot,
        ...behind,
      ],
    ],
    ["another pool that is spot", [...slotOn(kept), bought("other", capacity("spot"))]],
    ["a secret drain", [...slotOn(kept, secret(fast))]],
    ["something else behind a forward", [slot([{ name: "proxy", image: "envoy:1" }], {}), spot, ...behind]],
    ["pods that aren't found, where no node is spot", [slot([fast], on(kept)), kept, ...entrance(true).all]],
    ["a slow container beside the engine", [slot([fast, slowProxy], on(spot)), spot]],
    ["a stack without pools", [slot([fast]), ...behind]],
  ],
  reports: [
    ["nothing but spot behind a slot", slotOn(spot), [group]],
    ["a pool without capacity type", slotOn(bought("a10g")), [group]],
    ["a pool whose capacity type is unknown", slotOn(bought("a10g", capacity(unknown))), [group]],
    [
      "a selector on another label",
      [
        slot([fast], { nodeSelector: { "gantry.dev/pool": "a10g", "capacity-type": "on-demand" } }),
        bought("a10g", { key: "capacity-type", operator: "Exists", values: [] }),
        ...behind,
      ],
      [group],
    ],
    ["an unknown selector", [slot([fast], { nodeSelector: unknown }), kept, spot, ...behind], [group]],
    ["replicas that stay and may be none", [...slotOn(spot), ...second(steady, 0)], [group]],
    ["replicas that stay, of an unknown number", [...slotOn(spot), ...second(steady, unknown)], [group]],
    ["replicas that stay nowhere", [...slotOn(spot), ...second(steady).slice(0, -1)], [group]],
    ["a second pool that may be spot", [...slotOn(spot), ...second(bought("steady"))], [group]],
    [
      "replicas of another name that nothing leads to",
      [
        ...slotOn(spot),
        ...second(steady).map((one) => ({
          ...one,
          props: { ...one.props, metadata: { name: "other", namespace: "others" } },
        })),
      ],
      [group],
    ],
    ["no pods found behind the group", [slot([fast], on(spot)), spot, ...entrance(true).all], [group]],
    ["a drain beyond the warning", [slot([stopping(30, "--shutdown-timeout=90")], on(spot)), spot], [stop]],
    ["a wait beyond the warning", [slot([stopping(120)], on(spot)), spot], [stop]],
    ["a drain that can't be read", [slot([stopping(30, unknown)], on(spot)), spot], [stop]],
    ["a wait that can't be read", [slot([stopping(unknown)], on(spot)), spot], [stop]],
    [
      "a shell before the stop",
      [
        slot(
          [
            gpuEngine(chatArgs, "1", {
              lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 10"] } } },
            }),
          ],
          on(spot),
        ),
        spot,
      ],
      [stop],
    ],
    ["a text for a number", [slot([stopping("30")], on(spot)), spot], [stop]],
    ["an engine that may be one", [slot([{ ...fast, image: unknown }], on(spot)), spot], [stop]],
    [
      "two engines, one of them slow",
      [slot([fast, { ...stopping(300), name: "slow" }], on(spot)), spot],
      ["chat-blue#containers.slow.lifecycle.preStop"],
    ],
    ["a slow engine that is all of a slot", slotOn(spot, stopping(300)), [stop, group]],
    [
      "pods in an unknown place",
      [slot([stopping(300)], on(spot)), { ...spot, props: { spec: unknown } }],
      [stop],
    ],
  ],
});

it("lets a model that may sleep wake up on spot", async () => {
  expect(await findings(rule, slotOn(spot), { config: { idleModels: ["chat"] } })).toEqual([]);
  expect(await findings(rule, slotOn(spot), { config: { idleModels: ["code"] } })).toEqual([
    `${rule.name}[${group}]`,
  ]);
  const code = slot([fast], on(spot), {
    labels: { "gantry.dev/model": "code", "gantry.dev/colour": "blue" },
  });
  const both = [
    ...slotOn(spot).map((one) =>
      one.type === service().type ? service({ selector: { "gantry.dev/colour": "blue" } }) : one,
    ),
    { ...code, name: "code-blue" },
  ];
  expect(await findings(rule, both, { config: { idleModels: ["chat", "code"] } })).toEqual([]);
  expect(await findings(rule, both, { config: { idleModels: ["chat"] } })).toEqual([
    `${rule.name}[${group}]`,
  ]);
  expect(await findings(rule, slotOn(kept), { config: { idleModels: [1] } })).toEqual([
    `${rule.name}[stack#configuration.idleModels]`,
  ]);
});

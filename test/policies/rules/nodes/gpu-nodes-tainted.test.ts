import { gpuNodesTainted as rule } from "../../../../policies/rules/nodes/gpu-nodes-tainted.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { gentle, gpuPool } from "../../fixtures/nodes.ts";

const at = "l40s#spec.template.spec.taints";
const taint = { key: "nvidia.com/gpu", effect: "NoSchedule" };

cases(rule, {
  passes: [
    ["the taint", gpuPool(gentle)],
    [
      "the taint with a value, beside others",
      gpuPool(gentle, [
        { key: "team", effect: "NoSchedule" },
        { ...taint, value: "true" },
      ]),
    ],
    ["a secret taint", gpuPool(gentle, secret([taint]))],
    [
      "a pool without GPUs",
      {
        ...gpuPool(gentle, []),
        props: {
          spec: {
            template: {
              spec: {
                requirements: [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m7i"] }],
              },
            },
          },
        },
      },
    ],
  ],
  reports: [
    ["a taint that only asks", gpuPool(gentle, [{ ...taint, effect: "PreferNoSchedule" }]), [at]],
    ["another key", gpuPool(gentle, [{ ...taint, key: "nvidia.com/GPU" }]), [at]],
    ["no taints", gpuPool(gentle, []), [at]],
    ["unset", gpuPool(gentle, null), [at]],
    ["unknown taints", gpuPool(gentle, unknown), [at]],
    ["an unknown effect", gpuPool(gentle, [{ ...taint, effect: unknown }]), [at]],
    ["a text", gpuPool(gentle, "nvidia.com/gpu:NoSchedule"), [at]],
    ["a pool that may choose anything", { ...gpuPool(gentle), props: { spec: {} } }, [at]],
  ],
});

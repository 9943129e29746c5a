import { gpuPoolConsolidatesWhenEmpty as rule } from "../../../../policies/rules/nodes/gpu-pool-consolidates-when-empty.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { gentle, gpuPool } from "../../fixtures/nodes.ts";

const at = (field: string) => `l40s#spec.disruption.${field}`;
const good = { consolidationPolicy: "WhenEmpty", consolidateAfter: "10m", budgets: [{ nodes: "1" }] };
const requiring = (requirements: Wire, consolidateAfter = "10m") => {
  const pool = gpuPool({ ...good, consolidateAfter });
  return { ...pool, props: withField(pool.props, "spec.template.spec.requirements", requirements) };
};
const capacity = (values: Wire, operator = "In") => ({ key: "karpenter.sh/capacity-type", operator, values });
const wait = [at("consolidateAfter")];
const withoutGpus = [{ key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["m", "c"] }];

cases(rule, {
  passes: [
    ["what is gentle", gpuPool(gentle)],
    ["seconds", gpuPool({ ...good, consolidateAfter: "300s" })],
    ["never", gpuPool({ ...good, consolidateAfter: "Never" })],
    ["a secret wait", gpuPool({ ...good, consolidateAfter: secret("1h30m") })],
    [
      "a budget with a schedule beside one without",
      gpuPool({ ...good, budgets: [{ nodes: "0", schedule: "@daily" }, { nodes: "10%" }] }),
    ],
    ["reserved nodes that stay", requiring([capacity(["reserved"])], "Never")],
    ["other nodes beside reserved ones", requiring([capacity(["reserved", "on-demand"])])],
    ["all nodes but on-demand ones", requiring([capacity(["on-demand"], "NotIn")])],
    ["nodes of any type of capacity", requiring([capacity([], "Exists")])],
    ["nodes that are reserved by another label", requiring([{ ...capacity(["reserved"]), key: "team" }])],
    [
      "a pool without GPUs",
      { ...gpuPool(null), props: { spec: { template: { spec: { requirements: withoutGpus } } } } },
    ],
  ],
  reports: [
    [
      "nodes in use",
      gpuPool({ ...good, consolidationPolicy: "WhenEmptyOrUnderutilized" }),
      [at("consolidationPolicy")],
    ],
    ["the defaults", gpuPool(null), [at("budgets"), at("consolidateAfter"), at("consolidationPolicy")]],
    ["a short wait", gpuPool({ ...good, consolidateAfter: "30s" }), [at("consolidateAfter")]],
    ["a wait without a unit", gpuPool({ ...good, consolidateAfter: 600 }), [at("consolidateAfter")]],
    ["an unknown wait", gpuPool({ ...good, consolidateAfter: unknown }), [at("consolidateAfter")]],
    [
      "a budget by schedule only",
      gpuPool({ ...good, budgets: [{ nodes: "0", schedule: "@daily", duration: "8h" }] }),
      [at("budgets")],
    ],
    [
      "a budget for one reason only",
      gpuPool({ ...good, budgets: [{ nodes: "1", reasons: ["Empty"] }] }),
      [at("budgets")],
    ],
    ["a budget of an unknown number", gpuPool({ ...good, budgets: [{ nodes: unknown }] }), [at("budgets")]],
    ["unknown budgets", gpuPool({ ...good, budgets: unknown }), [at("budgets")]],
    ["reserved nodes that go", requiring([capacity(["reserved"])]), wait],
    ["what is left without the others", requiring([capacity(["spot", "on-demand"], "NotIn")]), wait],
    [
      "what two requirements leave",
      requiring([capacity(["reserved", "spot"]), capacity(["spot"], "NotIn")]),
      wait,
    ],
    ["nodes that may be reserved", requiring([capacity([unknown])]), wait],
    ["nodes that may be all that is left", requiring([capacity([unknown, unknown], "NotIn")]), wait],
    ["an unknown requirement", requiring([unknown]), wait],
    ["unknown requirements", requiring(unknown), wait],
    [
      "an unknown block",
      gpuPool(unknown),
      [at("budgets"), at("consolidateAfter"), at("consolidationPolicy")],
    ],
  ],
});

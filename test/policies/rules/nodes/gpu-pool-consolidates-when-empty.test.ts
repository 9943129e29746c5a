import { gpuPoolConsolidatesWhenEmpty as rule } from "../../../../policies/rules/nodes/gpu-pool-consolidates-when-empty.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import { withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { gentle, gpuPool } from "../../fixtures/nodes.ts";

const at = (field: string) => `l40s#spec.disruption.${field}`;
const good = { consolidationPolicy: "WhenEmpty", consolidateAfter: "10m", budgets: [{ nodes: "1" }] };
const reserved = (after: string) => {
  const pool = gpuPool({ ...good, consolidateAfter: after });
  const only = [{ key: "karpenter.sh/capacity-type", operator: "In", values: ["reserved"] }];
  return { ...pool, props: withField(pool.props, "spec.template.spec.requirements", only) };
};

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
    ["reserved nodes that stay", reserved("Never")],
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
    ["unknown budgets", gpuPool({ ...good, budgets: unknown }), [at("budgets")]],
    ["reserved nodes that go", reserved("10m"), [at("consolidateAfter")]],
    [
      "an unknown block",
      gpuPool(unknown),
      [at("budgets"), at("consolidateAfter"), at("consolidationPolicy")],
    ],
  ],
});

import { clusterVersionSupported as rule } from "../../../../policies/rules/cluster/cluster-version-supported.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { clusterWith } from "../../fixtures/cluster.ts";

const version = (value: Given["props"][string]) => clusterWith({ version: value });
const at = ["main#version"];

cases(rule, {
  passes: [
    ["one with time left", version("1.36")],
    ["a secret", version(secret("1.36"))],
    ["the last good day", version("1.35"), { today: "2027-01-26" }],
    ["less time where less is required", version("1.35"), { today: "2027-03-01", config: { minDays: 10 } }],
  ],
  reports: [
    ["one that ends soon", version("1.34"), at],
    ["one that isn't listed", version("1.28"), at],
    ["the day after the last good one", version("1.35"), at, { today: "2027-01-27" }],
    ["unset", version(null), at],
    ["a number", version(1.36), at],
    ["an unknown", version(unknown), at],
    ["a name of every object", version("constructor"), at],
    ["more time required", version("1.36"), at, { config: { minDays: 365 } }],
  ],
});

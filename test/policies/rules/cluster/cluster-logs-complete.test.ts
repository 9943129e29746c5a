import { clusterLogsComplete as rule } from "../../../../policies/rules/cluster/cluster-logs-complete.ts";
import { secret, unknown } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { clusterWith, logs } from "../../fixtures/cluster.ts";

const enabled = (enabledClusterLogTypes: Given["props"][string]) => clusterWith({ enabledClusterLogTypes });
const at = ["main#enabledClusterLogTypes"];

cases(rule, {
  passes: [
    ["all five", enabled(logs)],
    ["all five in another order", enabled([...logs].reverse())],
    ["a secret list", enabled(secret(logs))],
    ["the resource's own form", { ...enabled(logs), type: "aws:eks/cluster:Cluster" }],
  ],
  reports: [
    ["four of five", enabled(logs.slice(1)), at],
    ["another case", enabled(["API", ...logs.slice(1)]), at],
    ["unset", enabled(null), at],
    ["none", enabled([]), at],
    ["an unknown list", enabled(unknown), at],
    ["an unknown element", enabled([unknown, ...logs.slice(1)]), at],
    ["a text", enabled("api,audit,authenticator,controllerManager,scheduler"), at],
  ],
});

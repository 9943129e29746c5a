import { nodeGroupKindKnown as rule } from "../../../../policies/rules/nodes/node-group-kind-known.ts";
import { type Properties, unknown } from "../../../../scripts/plan/wire.ts";
import { cases } from "../../cases.ts";
import { made } from "../../fixtures/outside.ts";

const cluster = (props: Properties) => made("eks:index:Cluster", { skipDefaultNodeGroup: true, ...props });
const tagged = (key: string) => made("aws:autoscaling/group:Group", { tags: [{ key, value: "owned" }] });

cases(rule, {
  passes: [
    ["a cluster without nodes of its own", cluster({})],
    ["a cluster that says no", cluster({ fargate: false, autoMode: { enabled: false } })],
    ["a group of other machines", tagged("Name")],
    ["a group without tags", made("aws:autoscaling/group:Group")],
    ["a group that is listed", made("eks:index:NodeGroup", {}, "old"), { config: { otherNodes: ["old"] } }],
    ["a cluster without computeConfig", made("aws:eks/cluster:Cluster")],
  ],
  reports: [
    ["a default group", made("eks:index:Cluster", { name: "main" }), ["way#skipDefaultNodeGroup"]],
    ["one that may be", cluster({ skipDefaultNodeGroup: unknown }), ["way#skipDefaultNodeGroup"]],
    ["Fargate", cluster({ fargate: true }), ["way#fargate"]],
    ["Auto Mode", cluster({ autoMode: { enabled: true } }), ["way#autoMode.enabled"]],
    [
      "Auto Mode without the component",
      made("aws:eks/cluster:Cluster", { computeConfig: { enabled: true } }),
      ["way#computeConfig.enabled"],
    ],
    ["a self-managed group", made("eks:index:NodeGroupV2"), ["way#type"]],
    ["a Fargate profile", made("aws:eks/fargateProfile:FargateProfile"), ["way#type"]],
    ["an autoscaling group of a cluster", tagged("kubernetes.io/cluster/gantry"), ["way#tags"]],
    ["tags that are unknown", made("aws:autoscaling/group:Group", { tags: unknown }), ["way#tags"]],
  ],
});

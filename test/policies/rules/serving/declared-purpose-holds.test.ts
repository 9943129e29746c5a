import { declaredPurposeHolds as rule } from "../../../../policies/rules/serving/declared-purpose-holds.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { loadBalancer, slot } from "../../slot.ts";
import { deployment, engine } from "../../workload.ts";

const key = "gantry.dev/purpose";
const tagged = (given: Given, value: Wire): Given => ({
  ...given,
  props: { ...given.props, tags: { [key]: value } },
});
const pods = (
  value: Wire,
  containers: Wire = [{ name: "web", image: "acme/web:1" }],
  type = "apps/v1:Deployment",
): Given => ({
  ...deployment([]),
  type: `kubernetes:${type}`,
  props: { spec: { template: { metadata: { labels: { [key]: value } }, spec: { containers } } } },
});
const web = {
  containers: [{ name: "web", image: "acme/web:1", ports: [{ name: "http", containerPort: 8000 }] }],
};
const bound = (pod?: Given["props"]) => {
  const { group, binding, service, deployment: workload } = slot(pod && { pod });
  const application = tagged(group, "application");
  return [application, { ...binding, behind: { spec: [application] } }, service, workload];
};
const cache = tagged(
  { type: "aws:elasticache/replicationGroup:ReplicationGroup", name: "counters", props: {} },
  "application",
);
const own = { ...cache, props: {} };
const web1 = pods("application");
const gateway = deployment([{ name: "gateway", image: "ghcr.io/berriai/litellm:1" }]);
const group = ["chat-blue#tags.gantry.dev/purpose"];
const label = ["chat-blue#labels.gantry.dev/purpose"];

cases(rule, {
  passes: [
    ["nothing that says so", slot().all],
    ["an application's pods behind its target group", bound(web)],
    ["a target group that nothing is bound to", tagged(slot().group, "application")],
    ["a load balancer of applications", tagged(loadBalancer, secret("application"))],
    ["pods that serve no model", pods("application")],
    [
      "a job on a GPU",
      pods(
        "application",
        [{ name: "train", image: "acme/train:1", resources: { limits: { "nvidia.com/gpu": 1 } } }],
        "batch/v1:Job",
      ),
    ],
    ["an agent of every node", pods("node-agent", undefined, "apps/v1:DaemonSet")],
    ["an application's cache", [cache, { ...web1, behind: { spec: [cache] } }]],
    ["a gateway's cache that says nothing", [own, { ...gateway, behind: { spec: [own] } }]],
    ["pods that say nothing", deployment([engine])],
  ],
  reports: [
    [
      "a gateway's cache",
      [cache, { ...gateway, behind: { spec: [cache] } }],
      ["counters#tags.gantry.dev/purpose"],
    ],
    ["a cache whose purpose is unknown", tagged(cache, unknown), ["counters#tags.gantry.dev/purpose"]],
    ["an engine behind a declared target group", bound(), group],
    ["pods that aren't known", bound({ containers: unknown }), group],
    ["pods outside the stack", bound(web).slice(0, 2), group],
    ["an engine that says so itself", pods("application", [engine]), label],
    ["a gateway", pods("application", [{ name: "gateway", image: "ghcr.io/berriai/litellm:1" }]), label],
    [
      "another engine by its program",
      pods("application", [{ name: "a", image: "a/b:1", args: ["sglang.launch_server"] }]),
      label,
    ],
    ["another engine by its image", pods("application", [{ name: "a", image: "lmsysorg/sglang:1" }]), label],
    ["containers that can't be read", pods("application", unknown), label],
    ["an agent of no DaemonSet", pods("node-agent"), label],
    ["a purpose that no rule knows", pods("batch"), label],
    ["a purpose that isn't known yet", pods(unknown), label],
    ["a tag that no rule knows", tagged(slot().group, "node-agent"), group],
    ["a load balancer's", tagged(loadBalancer, "web"), ["serving#tags.gantry.dev/purpose"]],
  ],
});

import { networkPolicyEnforced as rule } from "../../../../policies/rules/network/network-policy-enforced.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { clusterOf } from "../../fixtures/network.ts";

const cluster: Given = { type: "aws:eks/cluster:Cluster", name: "own", props: { name: "gantry-dev" } };
const other: Given = { ...cluster, name: "other" };
const addOn = (
  configurationValues: Wire,
  behind: readonly Given[] = [cluster],
  addonName: Wire = "vpc-cni",
): Given => ({
  type: "aws:eks/addon:Addon",
  name: "cni",
  props: { addonName, clusterName: unknown, configurationValues },
  behind: { clusterName: behind },
});
const component = (props: Given["props"]): Given => ({
  type: "eks:index:VpcCniAddon",
  name: "cni",
  props: { clusterName: unknown, ...props },
  behind: { clusterName: [cluster] },
});
const release = (chart: Wire): Given => ({
  type: "kubernetes:helm.sh/v3:Release",
  name: "cni",
  props: { chart },
});
const on = JSON.stringify({ enableNetworkPolicy: "true" });
const ofComponent = ["main#vpcCniOptions.enableNetworkPolicy"];
const ofCluster = ["own#vpcCni"];

cases(rule, {
  passes: [
    ["the component's option", clusterOf({ enableNetworkPolicy: true })],
    ["a secret", clusterOf({ enableNetworkPolicy: secret(true) })],
    ["the component's own values", clusterOf({ configurationValues: { enableNetworkPolicy: "true" } })],
    ["the add-on of a cluster", [cluster, addOn(on)]],
    [
      "a boolean of the add-on",
      [cluster, addOn(JSON.stringify({ enableNetworkPolicy: true, nodeAgent: { enabled: true } }))],
    ],
    ["the component of the add-on", [cluster, component({ enableNetworkPolicy: true })]],
    ["another network", [clusterOf({}), release("cilium")]],
    ["another network from an OCI registry", [cluster, release("oci://quay.io/cilium/charts/cilium")]],
    ["a component taken apart", [clusterOf(null, { eksCluster: unknown }), cluster, addOn(on)]],
    ["a stack without a cluster", [release("keda")]],
  ],
  reports: [
    ["no options", clusterOf(null), ofComponent],
    ["options without it", clusterOf({ logLevel: "INFO" }), ofComponent],
    ["false", clusterOf({ enableNetworkPolicy: false }), ofComponent],
    ["unknown", clusterOf({ enableNetworkPolicy: unknown }), ofComponent],
    ["unknown options", clusterOf(unknown), ofComponent],
    ["a number", clusterOf({ enableNetworkPolicy: 1 }), ofComponent],
    [
      "a value that takes the option back",
      clusterOf({ enableNetworkPolicy: true, configurationValues: { enableNetworkPolicy: "false" } }),
      ofComponent,
    ],
    [
      "values that may do so",
      clusterOf({ enableNetworkPolicy: true, configurationValues: unknown }),
      ofComponent,
    ],
    [
      "a value inside env",
      clusterOf({ configurationValues: { env: { enableNetworkPolicy: "true" } } }),
      ofComponent,
    ],
    [
      "a node agent that is off",
      clusterOf({ enableNetworkPolicy: true, configurationValues: { nodeAgent: { enabled: "false" } } }),
      ofComponent,
    ],
    [
      "options of a CNI that is left as it comes",
      clusterOf({ enableNetworkPolicy: true }, { useDefaultVpcCni: true }),
      ofComponent,
    ],
    ["a cluster without an add-on", cluster, ofCluster],
    [
      "a component taken apart whose cluster has none",
      [clusterOf(null, { eksCluster: unknown }), cluster],
      ofCluster,
    ],
    ["invalid JSON", [cluster, addOn("{ enableNetworkPolicy: true }")], ofCluster],
    ["JSON of something else", [cluster, addOn("null")], ofCluster],
    ["no values", [cluster, addOn(null)], ofCluster],
    ["unknown values", [cluster, addOn(unknown)], ofCluster],
    [
      "a value inside env of the add-on",
      [cluster, addOn(JSON.stringify({ env: { enableNetworkPolicy: "true" } }))],
      ofCluster,
    ],
    ["another add-on", [cluster, addOn(on, [cluster], "coredns")], ofCluster],
    ["the add-on of another cluster", [cluster, other, addOn(on, [other])], ofCluster],
    [
      "an add-on that may be of either",
      [cluster, other, addOn(on, [cluster, other])],
      [...ofCluster, "other#vpcCni"],
    ],
    ["the add-on of a cluster outside the stack", [cluster, addOn(on, [])], ofCluster],
    ["the component of the add-on without it", [cluster, component({})], ofCluster],
    ["each of two clusters", [cluster, clusterOf({})], [...ofCluster, ...ofComponent]],
    ["another chart of that name's family", [cluster, release("cilium-cli")], ofCluster],
    ["an unknown chart", [cluster, release(unknown)], ofCluster],
  ],
});

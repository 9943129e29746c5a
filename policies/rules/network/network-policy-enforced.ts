import type { StackResource, StackRule } from "../../framework/rule.ts";
import { at, isFields, plain, unknown, type Value } from "../../framework/value.ts";
import { onlyBehind } from "../../read/aws/behind.ts";
import { chartReleases, clusterComponent, clusters } from "../../read/kubernetes/cluster.ts";

const cniComponent = "eks:index:VpcCniAddon";
const addOn = "aws:eks/addon:Addon";
/** Charts of CNI plugins that enforce network policies by default. */
const enforcingCharts: readonly string[] = ["cilium", "tigera-operator", "calico"];

export const networkPolicyEnforced: StackRule = {
  name: "network-policy-enforced",
  title: "The cluster's CNI enforces network policies.",
  why: "The API accepts NetworkPolicies even if nothing enforces them, and the VPC CNI doesn't by default: every pod can then reach every engine.",
  fix: "Set vpcCniOptions.enableNetworkPolicy to true, or enableNetworkPolicy in the vpc-cni add-on's configurationValues.",
  severity: "high",
  relatedChecks: { none: "the studied tools look for policies, not for their enforcement" },
  resourceTypes: [...clusters, cniComponent, addOn, ...chartReleases],
  example: {
    good: "vpcCniOptions: { enableNetworkPolicy: true }",
    bad: "vpcCniOptions: { configurationValues: { env: { enableNetworkPolicy: 'true' } } }",
  },

  *checkStack({ resources }) {
    if (resources.some(isEnforcingRelease)) return;
    const enforced = new Set(
      resources.filter(enforces).map((one) => onlyBehind(one, "clusterName", clusters)),
    );
    for (const resource of resources.filter(({ type }) => clusters.includes(type))) {
      if (enforced.has(resource) || componentEnforces(resource) || isTakenApart(resource)) continue;
      yield {
        resource,
        path: resource.type === clusterComponent ? "vpcCniOptions.enableNetworkPolicy" : "vpcCni",
        problem: "the cluster's CNI doesn't enforce NetworkPolicies",
        allowed:
          "enableNetworkPolicy true in the component's vpcCniOptions or in the cluster's vpc-cni add-on, or a CNI that enforces policies by default",
      };
    }
  },
};

/** A component with its outputs, as `pulumi` shows it: the cluster inside is checked on its own. [@pulumi/eks, Cluster] */
function isTakenApart({ type, props }: StackResource): boolean {
  return type === clusterComponent && at(props, "eksCluster") !== undefined;
}

function componentEnforces({ type, props }: StackResource): boolean {
  // The default CNI is not configured, and the options are ignored. [@pulumi/eks, Cluster]
  const ours = at(props, "useDefaultVpcCni") ?? false;
  return type === clusterComponent && ours === false && optionsEnforce(at(props, "vpcCniOptions"));
}

/** Whether a resource other than the cluster makes its CNI enforce policies. */
function enforces({ type, props }: StackResource): boolean {
  if (type === cniComponent) return optionsEnforce(props);
  return (
    type === addOn &&
    at(props, "addonName") === "vpc-cni" &&
    valuesEnforce(parsed(at(props, "configurationValues")))
  );
}

/** A value in configurationValues overrides the option. [@pulumi/eks, VpcCniAddon] */
function optionsEnforce(options: Value): boolean {
  const values = at(options, "configurationValues") ?? {};
  const option = at(options, "enableNetworkPolicy");
  if (!isFields(values)) return false;
  return valuesEnforce({ enableNetworkPolicy: option, ...values });
}

/** The add-on writes booleans as strings; policies are enforced only with its node agent. [amazon-vpc-cni-k8s, chart values] */
function valuesEnforce(values: Value): boolean {
  return isTrue(at(values, "enableNetworkPolicy")) && isTrue(at(values, "nodeAgent", "enabled") ?? true);
}

function isTrue(value: Value): boolean {
  return value === true || value === "true";
}

function parsed(text: Value): Value {
  if (typeof text !== "string") return unknown;
  try {
    return plain(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return unknown;
    throw error;
  }
}

function isEnforcingRelease({ type, props }: StackResource): boolean {
  const chart = at(props, "chart");
  return (
    chartReleases.includes(type) &&
    typeof chart === "string" &&
    enforcingCharts.includes(chart.split("/").at(-1) ?? "")
  );
}

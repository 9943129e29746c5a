import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, orUnknown, type Value } from "../../framework/value.ts";
import { launchTemplate, nodeClass, nodeGroups } from "../../read/kubernetes/cluster.ts";

const subnet = "aws:ec2/subnet:Subnet";

export const nodeNotReachable: ResourceRule = {
  name: "node-not-reachable",
  title: "Nodes have no public address and no SSH access.",
  why: "A node that is reachable from the internet, or that accepts an SSH key, bypasses the gateway and every network policy.",
  fix: "Leave public addresses, keyName and remoteAccess unset; use Session Manager for access.",
  severity: "high",
  relatedChecks: ["CKV_AWS_100", "AWS-0164"],
  resourceTypes: [nodeClass, launchTemplate, ...nodeGroups, subnet],
  example: { good: "mapPublicIpOnLaunch: false", bad: "keyName: ops" },

  check({ type, props }) {
    switch (type) {
      case nodeClass:
        return off("spec.associatePublicIPAddress", at(props, "spec", "associatePublicIPAddress"));
      case launchTemplate:
        return [...unset("keyName", at(props, "keyName")), ...interfaces(at(props, "networkInterfaces"))];
      case subnet:
        return off("mapPublicIpOnLaunch", at(props, "mapPublicIpOnLaunch"));
      default:
        return unset("remoteAccess", at(props, "remoteAccess"));
    }
  },
};

/** Unset means off for all of these. */
function off(path: string, value: Value): Finding[] {
  if (value === undefined || value === false || (path.startsWith("networkInterfaces") && value === "false"))
    return [];
  return [{ path, problem: "nodes get a public address", allowed: "false, or unset" }];
}

function unset(path: string, value: Value): Finding[] {
  if (value === undefined) return [];
  return [{ path, problem: "the nodes accept SSH", allowed: "unset" }];
}

function interfaces(value: Value): Finding[] {
  return orUnknown(elements(value)).flatMap((one, index) =>
    off(`networkInterfaces.${index}.associatePublicIpAddress`, at(one, "associatePublicIpAddress")),
  );
}

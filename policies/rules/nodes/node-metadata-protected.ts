import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { launchTemplate, nodeClass, nodeGroups } from "../../read/kubernetes/cluster.ts";

export const nodeMetadataProtected: ResourceRule = {
  name: "node-metadata-protected",
  title: "A node's credentials are read with a token and by the node alone.",
  why: "Without a token, or with a second hop, any pod that can be made to fetch a URL reads the node's AWS credentials.",
  fix: "Set httpTokens required and httpPutResponseHopLimit 1, or enableIMDSv2 on a managed node group.",
  severity: "high",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_79", "CKV_AWS_341", "AWS-0130"],
  resourceTypes: [nodeClass, launchTemplate, ...nodeGroups],
  example: {
    good: "metadataOptions: { httpTokens: required, httpPutResponseHopLimit: 1 }",
    bad: "metadataOptions: { httpTokens: optional }",
  },
  config: {},

  check({ type, props }) {
    switch (type) {
      case nodeClass:
        return ofNodeClass(at(props, "spec", "metadataOptions"));
      case launchTemplate:
        return options("metadataOptions", at(props, "metadataOptions"));
      default:
        return ofNodeGroup(props);
    }
  },
};

/** Without the block a node class takes a token and one hop. [Karpenter, NodeClasses] */
function ofNodeClass(value: Value): Finding[] {
  return value === undefined ? [] : options("spec.metadataOptions", value);
}

/** A launch template brings its own options, which this rule sees on their own. */
function ofNodeGroup(props: Value): Finding[] {
  const template = at(props, "launchTemplate");
  if (at(props, "enableIMDSv2") === true || isFields(template)) return [];
  return [
    {
      path: "enableIMDSv2",
      problem: "the nodes answer without a token",
      allowed: "enableIMDSv2 true, or a launch template with its options",
    },
  ];
}

function options(path: string, value: Value): Finding[] {
  const hops = at(value, "httpPutResponseHopLimit");
  return [
    // Unset is optional. [EC2, launch templates]
    ...(at(value, "httpTokens") === "required"
      ? []
      : [
          {
            path: `${path}.httpTokens`,
            problem: "credentials are handed out without a token",
            allowed: "required",
          },
        ]),
    // Unset is 1. [EC2, launch templates]
    ...(hops === undefined || hops === 1
      ? []
      : [
          {
            path: `${path}.httpPutResponseHopLimit`,
            problem: "pods may be near enough to read the node's credentials",
            allowed: "1, or unset",
          },
        ]),
  ];
}

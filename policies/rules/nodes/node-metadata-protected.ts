import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, isFields, type Value } from "../../framework/value.ts";
import { launchTemplate, nodeClass, nodeGroups } from "../../read/kubernetes/cluster.ts";

export const nodeMetadataProtected: ResourceRule = {
  name: "node-metadata-protected",
  title: "The instance metadata service requires a token and is reachable only from the node itself.",
  why: "Without a token, or with a second hop, any pod that can be tricked into fetching a URL can read the node's AWS credentials.",
  fix: "Set httpTokens required and httpPutResponseHopLimit 1, or enableIMDSv2 on a managed node group.",
  severity: "high",
  relatedChecks: ["CKV_AWS_79", "CKV_AWS_341", "AWS-0130"],
  resourceTypes: [nodeClass, launchTemplate, ...nodeGroups],
  example: {
    good: "metadataOptions: { httpTokens: required, httpPutResponseHopLimit: 1 }",
    bad: "metadataOptions: { httpTokens: optional }",
  },

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

/** The defaults of a node class are a required token and one hop. [Karpenter, NodeClasses] */
function ofNodeClass(value: Value): Finding[] {
  return value === undefined ? [] : options("spec.metadataOptions", value);
}

/** A launch template has its own options, which this rule checks separately. */
function ofNodeGroup(props: Value): Finding[] {
  const template = at(props, "launchTemplate");
  if (at(props, "enableIMDSv2") === true || isFields(template)) return [];
  return [
    {
      path: "enableIMDSv2",
      problem: "the metadata service answers without a token",
      allowed: "enableIMDSv2 true, or a launch template with its options",
    },
  ];
}

function options(path: string, value: Value): Finding[] {
  const hops = at(value, "httpPutResponseHopLimit");
  return [
    // Unset means optional. [EC2, launch templates]
    ...(at(value, "httpTokens") === "required"
      ? []
      : [
          {
            path: `${path}.httpTokens`,
            problem: "the metadata service returns credentials without a token",
            allowed: "required",
          },
        ]),
    // Unset means 1. [EC2, launch templates]
    ...(hops === undefined || hops === 1
      ? []
      : [
          {
            path: `${path}.httpPutResponseHopLimit`,
            problem: "the hop limit may let pods read the node's credentials",
            allowed: "1, or unset",
          },
        ]),
  ];
}

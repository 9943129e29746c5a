import type { Finding, ResourceRule } from "../../framework/rule.ts";
import type { ConfigOf } from "../../framework/settings.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";
import { locatedElements } from "../../read/text/located-value.ts";
import { allowedRanges, internetReach, rangeSettings, tooWide } from "../../read/text/wide-ranges.ts";

type Config = ConfigOf<typeof rangeSettings>;

const component = "eks:index:Cluster";

export const clusterEndpointNotOpen: ResourceRule<typeof rangeSettings> = {
  name: "cluster-endpoint-not-open",
  title: "The Kubernetes API is not open to the internet.",
  why: "Anyone who reaches the endpoint can try stolen credentials and the next authentication flaw on it; by default EKS opens it to every address.",
  fix: "Set endpointPrivateAccess to true, and either endpointPublicAccess to false or publicAccessCidrs to your own addresses; list your own networks in ownRanges.",
  severity: "critical",
  relatedChecks: ["CKV_AWS_38", "CKV_AWS_39", "AwsSolutions-EKS1", "AWS-0040", "AWS-0041"],
  resourceTypes: [component, "aws:eks/cluster:Cluster"],
  example: {
    good: 'endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/28"]',
    bad: "endpointPublicAccess: true",
  },
  config: rangeSettings,

  *check({ type, props }, config) {
    const prefix = type === component ? [] : ["vpcConfig"];
    const path = (name: string) => [...prefix, name].join(".");
    const access = (name: string) => at(props, ...prefix, name);

    // Unset is false. [EKS API, VpcConfigRequest]
    if (access("endpointPrivateAccess") !== true)
      yield {
        path: path("endpointPrivateAccess"),
        problem: "nodes reach the API over the internet, because endpointPrivateAccess is not true",
        allowed: "true",
      };
    // Unset is true. [EKS API, VpcConfigRequest]
    if (access("endpointPublicAccess") !== false)
      yield* openRanges(path("publicAccessCidrs"), access("publicAccessCidrs"), config);
  },
};

function openRanges(path: string, value: Value, config: Config): Finding[] {
  const allowed = `endpointPublicAccess false, or ${allowedRanges}`;
  const ranges = elements(value);
  if (ranges === unknown)
    return [{ path, problem: "publicAccessCidrs is not a list known at preview", allowed }];
  // Unset and empty are 0.0.0.0/0. [EKS API, VpcConfigRequest]
  if (ranges.length === 0)
    return [
      {
        path,
        problem: "the public endpoint has no publicAccessCidrs, which opens it to every address",
        allowed,
      },
    ];
  return [...tooWide(path, locatedElements(path, value), internetReach(config))].map((wide) => ({
    ...wide,
    allowed,
  }));
}

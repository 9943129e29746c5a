import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";
import { isNarrow } from "../../read/text/cidr.ts";
import { printable } from "../../read/text/printable.ts";

const component = "eks:index:Cluster";
/** The widest ranges that a team's addresses need: 256 of IPv4, one site of IPv6. */
const shortestPrefix = { 4: 24, 6: 48 } as const;

export const clusterEndpointNotOpen: ResourceRule = {
  name: "cluster-endpoint-not-open",
  title: "The Kubernetes API is not open to the internet.",
  why: "Whoever reaches the endpoint can try stolen credentials and the next authentication flaw on it; EKS opens it to every address unless told otherwise.",
  fix: "Set endpointPrivateAccess to true, and endpointPublicAccess to false or publicAccessCidrs to your own addresses.",
  severity: "critical",
  level: "mandatory",
  relatedChecks: ["CKV_AWS_38", "CKV_AWS_39", "AwsSolutions-EKS1", "AWS-0040", "AWS-0041"],
  resourceTypes: [component, "aws:eks/cluster:Cluster"],
  example: {
    good: 'endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ["203.0.113.0/28"]',
    bad: "endpointPublicAccess: true",
  },
  config: {},

  *check({ type, props }) {
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
      yield* openRanges(path("publicAccessCidrs"), access("publicAccessCidrs"));
  },
};

function openRanges(path: string, value: Value): Finding[] {
  const allowed = `endpointPublicAccess false, or ranges known at preview of /${shortestPrefix[4]} or longer (IPv6 /${shortestPrefix[6]})`;
  const ranges = elements(value);
  if (ranges === unknown)
    return [{ path, problem: "publicAccessCidrs is no list that is known at preview", allowed }];
  // Unset and empty are 0.0.0.0/0. [EKS API, VpcConfigRequest]
  if (ranges.length === 0)
    return [
      { path, problem: "the public endpoint has no publicAccessCidrs, which opens it to all", allowed },
    ];
  return ranges.flatMap((range, index) =>
    isNarrow(range, shortestPrefix)
      ? []
      : [
          {
            path: `${path}.${index}`,
            problem: `range ${printable("cidr", range)} is too wide or no range`,
            allowed,
          },
        ],
  );
}

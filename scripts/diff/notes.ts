import { typeOf } from "../plan/resource.ts";
import { stepName, stepType } from "./blast-radius.ts";
import { pathsWithin } from "./changed-paths.ts";
import type { PlannedSide } from "./side.ts";
import type { PlanStep } from "./steps.ts";

/** The two sides of an environment that the notes are about. */
export type NotedSide = Pick<PlannedSide, "readByOwnCode"> & {
  readonly plan: Pick<PlannedSide["plan"], "config">;
};

/** Notes in addition to the blast radius: what AWS or Pulumi refuse, and changes that are not an update at all. */
export function notes(before: NotedSide, after: NotedSide, steps: readonly PlanStep[]): string[] {
  const gone = steps.filter(({ kind }) => kind === "delete" || kind === "replace");
  return [
    ...gone
      .filter(({ old }) => old?.protect)
      .map(
        (step) =>
          `pulumi up refuses to ${step.kind} ${stepType(step)} ${stepName(step)}, which is protected: set gantry:protect to false and run pulumi up first`,
      ),
    ...moved(before, after),
    ...refusedByNetwork(gone, steps),
    ...(before.readByOwnCode
      ? [
          "the base's configuration no longer passes this code's checks: its cost, slots and traffic are those that its own code reports",
        ]
      : []),
  ];
}

function moved({ plan: before }: NotedSide, { plan: after }: NotedSide): string[] {
  const both = (key: string) => [String(before.config[key]), String(after.config[key])] as const;
  const [account, region] = [both("gantry:account"), both("aws:region")];
  return [
    ...(account[0] === account[1]
      ? []
      : [
          `the account changes from ${account[0]} to ${account[1]}: what is deployed stays in the old one, so this is another environment, not an update`,
        ]),
    ...(region[0] === region[1]
      ? []
      : [
          `the region changes from ${region[0]} to ${region[1]}: everything is recreated there and deleted here, data included; create another environment, move the callers, and destroy this one`,
        ]),
  ];
}

/** What a VPC or a subnet can't go without: EC2 answers DependencyViolation while interfaces are in it. */
function refusedByNetwork(gone: readonly PlanStep[], steps: readonly PlanStep[]): string[] {
  const ofType = (type: string) => gone.filter(({ old }) => old?.type === type);
  if (ofType("aws:eks/cluster:Cluster").length > 0) return [];
  if (ofType("aws:ec2/vpc:Vpc").length > 0)
    return [
      "AWS refuses to move a cluster or a cache to another VPC, so this update would fail: another network needs another environment",
    ];
  const zones = ofType("aws:ec2/subnet:Subnet").map(stepName).sort();
  if (zones.length === 0) return [];
  const cache = steps.some(
    ({ kind, young, paths }) =>
      kind === "update" &&
      typeOf(young?.urn ?? "") === "aws:elasticache/subnetGroup:SubnetGroup" &&
      pathsWithin(paths, ["subnetIds"]).length > 0,
  );
  return [
    `AWS refuses to delete a subnet in which the cluster${cache ? " or the cache" : ""} has interfaces (${zones.join(", ")}), so this update would fail if the environment was created with that zone: zones can be added, not removed`,
  ];
}

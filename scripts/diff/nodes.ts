import type { Properties } from "../plan/wire.ts";
import { within } from "./changed-paths.ts";
import type { Place } from "./place.ts";
import type { Step } from "./steps.ts";

/** Which nodes come anew: Karpenter replaces nodes that differ from their pool's template, EKS those of a group by turns. */
export function nodesOf({ kind, old, young, paths }: Step, { component, around }: Place): string | undefined {
  const type = (young ?? old)?.type ?? "";
  if (kind === "create") return undefined;
  const pool = `GPU pool ${around.get("gantry:cluster:GpuPool") ?? component}`;
  switch (type) {
    case "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass":
      return kind === "update" && within(paths, ["spec"]).length === 0 ? undefined : pool;
    case "kubernetes:karpenter.sh/v1:NodePool":
      return kind !== "update" || drifts(old?.inputs ?? {}, young?.inputs ?? {}, paths) ? pool : undefined;
    case "aws:eks/nodeGroup:NodeGroup":
      return kind !== "update" || within(paths, ["launchTemplate", "releaseVersion", "version"]).length > 0
        ? "system nodes"
        : undefined;
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return within(paths, ["tags"]).length === paths.length && kind === "update"
        ? undefined
        : "system nodes";
    default:
      return undefined;
  }
}

/**
 * Whether nodes of a pool no longer are what it asks for: its template, and requirements that lost a value.
 * [Karpenter, concepts, disruption: drift; limits, weight and disruption budgets don't count]
 */
function drifts(old: Properties, young: Properties, paths: readonly string[]): boolean {
  const template = within(paths, ["spec.template"]);
  const requirements = within(template, ["spec.template.spec.requirements"]);
  if (template.length > requirements.length) return true;
  const allowed = requirementsOf(young);
  return [...requirementsOf(old)].some(([key, values]) =>
    values.some((value) => allowed.get(key)?.includes(value) === false),
  );
}

interface Requirement {
  readonly key: string;
  readonly values?: readonly string[];
}

function requirementsOf({ spec }: Properties): ReadonlyMap<string, readonly string[]> {
  const { template } = (spec ?? {}) as { template?: { spec?: { requirements?: readonly Requirement[] } } };
  return new Map(template?.spec?.requirements?.map(({ key, values = [] }) => [key, values]));
}

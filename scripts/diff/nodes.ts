import type { PlannedResource } from "../plan/resource.ts";
import type { Properties, Wire } from "../plan/wire.ts";
import { pathsWithin } from "./changed-paths.ts";
import type { ComponentPlace } from "./place.ts";
import type { PlanStep } from "./steps.ts";

/** Nodes that a step is about. */
export interface AffectedNodes {
  readonly name: string;
  /** Those that run go and others come, or none; or only how many or which there may be changes. */
  readonly fate: "replaced" | "ended" | "scaled";
}

/**
 * Which nodes a step is about: Karpenter replaces nodes that differ from their pool's template, EKS those of a group by turns.
 * @returns undefined where it is about none, or changes nothing of them
 */
export function nodesOf(
  { kind, old, young, paths }: PlanStep,
  { component, around }: ComponentPlace,
): AffectedNodes | undefined {
  const type = (young ?? old)?.type ?? "";
  if (kind === "create") return undefined;
  const pool = `GPU pool ${around.get("gantry:cluster:GpuPool") ?? component}`;
  const some = (...places: string[]) => pathsWithin(paths, places).length > 0;
  const found = (name: string, isReplaced: boolean, isScaled = false): AffectedNodes | undefined => {
    if (kind === "delete") return { name, fate: "ended" };
    if (kind === "replace" || isReplaced) return { name, fate: "replaced" };
    return isScaled ? { name, fate: "scaled" } : undefined;
  };
  switch (type) {
    case "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass":
      return found(pool, classDrifts(old, young, paths), some(reservations));
    case "kubernetes:karpenter.sh/v1:NodePool":
      return found(pool, poolDrifts(old, young, paths), some("spec.limits", "spec.template"));
    case "aws:eks/nodeGroup:NodeGroup":
      return found(
        "system nodes",
        some("launchTemplate", "releaseVersion", "version"),
        some("scalingConfig"),
      );
    case "aws:ec2/launchTemplate:LaunchTemplate":
      // A new version of the template, which the group takes.
      return found("system nodes", pathsWithin(paths, ["tags"]).length < paths.length);
    default:
      return undefined;
  }
}

const reservations = "spec.capacityReservationSelectorTerms";

/** Where instances may be: one that runs in what is still chosen stays. [Karpenter, concepts, disruption, drift: dynamic] */
const selectors = ["subnetSelectorTerms", "securityGroupSelectorTerms", "capacityReservationSelectorTerms"];

/** Whether nodes no longer match their class: any field, and a selector that lost a term. */
function classDrifts(
  old: PlannedResource | undefined,
  young: PlannedResource | undefined,
  paths: readonly string[],
): boolean {
  const changed = pathsWithin(paths, ["spec"]);
  const selected = pathsWithin(
    changed,
    selectors.map((selector) => `spec.${selector}`),
  );
  if (changed.length > selected.length) return true;
  const terms = (resource: PlannedResource | undefined, selector: string): readonly string[] => {
    const { [selector]: list = [] } = (resource?.inputs.spec ?? {}) as Record<string, readonly Wire[]>;
    return list.map((term) => JSON.stringify(term));
  };
  return selectors.some((selector) => {
    const now = terms(young, selector);
    return terms(old, selector).some((term) => !now.includes(term));
  });
}

/**
 * Whether nodes of a pool no longer match it: its template, and requirements that lost a value.
 * [Karpenter, concepts, disruption: drift; limits, weight and disruption budgets don't count]
 */
function poolDrifts(
  old: PlannedResource | undefined,
  young: PlannedResource | undefined,
  paths: readonly string[],
): boolean {
  const template = pathsWithin(paths, ["spec.template"]);
  const requirements = pathsWithin(template, ["spec.template.spec.requirements"]);
  if (template.length > requirements.length) return true;
  const allowed = requirementsOf(young?.inputs ?? {});
  return [...requirementsOf(old?.inputs ?? {})].some(([key, values]) =>
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

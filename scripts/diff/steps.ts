import type { Plan } from "../plan/plan.ts";
import type { ResourceState } from "../plan/registrations.ts";
import { type PlannedResource, stackType, urnName } from "../plan/resource.ts";
import { unknown } from "../plan/wire.ts";
import { changedPaths, pathsWithin } from "./changed-paths.ts";
import { formerUrns } from "./former-urns.ts";
import { deletesFirst, regionInput, replacement } from "./replacements.ts";

/** What the engine would do about one resource. */
export interface PlanStep {
  readonly kind: "create" | "update" | "replace" | "delete";
  /** In the new plan; in the old one for what is deleted. */
  readonly urn: string;
  /** The resource as it was; absent for `create`. */
  readonly old?: PlannedResource;
  /** The resource as it becomes; absent for `delete`. */
  readonly young?: PlannedResource;
  /** Changed inputs, down to single values. */
  readonly paths: readonly string[];
  /** Those of them that force the replacement, or what else does: `provider`, or `<input> of <name>`. */
  readonly forced: readonly string[];
  /** Changed inputs of which it isn't known whether they force one. */
  readonly unknown: readonly string[];
}

/**
 * Goes through a program's resources in their order as the engine does, against what was deployed by another plan.
 * [pulumi/pulumi pkg/resource/deploy/step_generator.go]
 */
export class StepGenerator {
  private readonly olds: ReadonlyMap<string, PlannedResource>;
  private readonly found: PlanStep[] = [];
  private readonly seen = new Set<string>();
  /** URNs in the old plan by those in the new one, where they differ. */
  private readonly former = new Map<string, string>();
  /** Old URNs of resources that go before their successors come, and of what depends on them; with the reason. */
  private readonly doomed = new Map<string, string>();
  private readonly replaced = new Set<string>();
  private readonly youngs = new Map<string, PlannedResource>();

  constructor(base: Plan) {
    this.olds = new Map(resourcesOf(base).map((resource) => [resource.urn, resource]));
  }

  /** Decides about a resource; those on which it depends come first. */
  readonly stateOf = (young: PlannedResource): ResourceState => {
    this.youngs.set(young.urn, young);
    const old = this.oldOf(young);
    if (old === undefined) {
      if (isStep(young)) this.found.push(step("create", { young }));
      return { urn: young.urn, isKept: true };
    }
    this.seen.add(old.urn);
    if (old.urn !== young.urn) this.former.set(young.urn, old.urn);
    const made = this.compare(old, young);
    if (made !== undefined) this.found.push(made);
    const isKept = made?.kind !== "replace";
    if (!isKept) this.replace(old, young);
    return { urn: old.urn, isKept };
  };

  /** All steps, once the last resource has been decided about. */
  steps(): readonly PlanStep[] {
    const gone = [...this.olds.values()].filter((old) => !this.seen.has(old.urn) && isStep(old));
    return [...this.found, ...gone.map((old) => step("delete", { old }))];
  }

  private oldOf(young: PlannedResource): PlannedResource | undefined {
    return [young.urn, ...formerUrns(young, this.former)]
      .filter((urn) => !this.seen.has(urn))
      .map((urn) => this.olds.get(urn))
      .find((old) => old?.type === young.type || old?.urn === young.urn);
  }

  private compare(old: PlannedResource, young: PlannedResource): PlanStep | undefined {
    const provider = this.youngs.get(young.provider ?? "");
    const paths = [
      ...changedPaths(old.inputs, young.inputs),
      ...this.fromProvider(old, young, provider),
    ].filter((path) => pathsWithin([path], young.ignoreChanges).length === 0);
    if (!young.custom) return paths.length === 0 ? undefined : step("update", { old, young, paths });
    const found = replacement({ old, young, provider }, paths);
    const { forced } = found;
    const reasons = [
      ...forced,
      ...(this.replaced.has(young.provider ?? "") ? ["provider"] : []),
      ...(forced.length === 0 ? [this.doomed.get(old.urn) ?? []].flat() : []),
    ];
    if (reasons.length > 0) return step("replace", { old, young, paths, forced: reasons });
    return paths.length === 0 ? undefined : step("update", { old, young, paths, unknown: found.unknown });
  }

  /** What a resource takes from its provider: a region, and tags. */
  private fromProvider(
    old: PlannedResource,
    { type }: PlannedResource,
    provider: PlannedResource | undefined,
  ): string[] {
    const before = this.olds.get(old.provider ?? "");
    if (!type.startsWith("aws:") || before === undefined || provider === undefined) return [];
    return ["region", "defaultTags"].flatMap((input) => {
      if (changedPaths(before.inputs[input], provider.inputs[input]).length === 0) return [];
      return input === "region" ? regionInput(type) : ["tagsAll"];
    });
  }

  private replace(old: PlannedResource, young: PlannedResource) {
    this.replaced.add(young.urn);
    if (deletesFirst(old, young)) this.doom(old);
  }

  /** What can't outlive a resource that goes first: those that couldn't do without one of its values. [calculateDependentReplacements] */
  private doom(root: PlannedResource) {
    for (const old of this.olds.values()) {
      if (!old.custom || this.doomed.has(old.urn) || old.urn === root.urn) continue;
      const inputs = Object.keys(old.inputs).filter((input) =>
        old.propertyDependencies[input]?.includes(root.urn),
      );
      const provider = this.olds.get(old.provider ?? "");
      const isOf = provider?.urn === root.urn;
      const { forced } = replacement({ old, young: withUnknown(old, inputs), provider }, inputs);
      const [input] = forced;
      if (!isOf && input === undefined) continue;
      this.doomed.set(old.urn, isOf ? "provider" : `${input}, of ${urnName(root.urn)}`);
      this.doom(old);
    }
  }
}

/** What the engine would do to get from one plan to another whose values are all known. */
export function stepsBetween(base: Plan, head: Plan): readonly PlanStep[] {
  const generator = new StepGenerator(base);
  for (const resource of resourcesOf(head)) generator.stateOf(resource);
  return generator.steps();
}

/** In the order of registration as far as it matters: children of remote components come after what they need. */
function resourcesOf({ resources, implied = [] }: Plan): readonly PlannedResource[] {
  const children = Map.groupBy(implied, ({ recorded, urn }) => (recorded === undefined ? urn : "children"));
  const recorded = children.get("children") ?? [];
  return [...implied.filter(({ recorded: from }) => from === undefined), ...interleaved(resources, recorded)];
}

function interleaved(
  resources: readonly PlannedResource[],
  children: readonly PlannedResource[],
): readonly PlannedResource[] {
  const left = new Set(children);
  return resources.flatMap((resource) => {
    const family = new Set([resource.urn]);
    const own = [...left].filter(({ urn, parent = "" }) => family.has(parent) && family.add(urn));
    for (const child of own) left.delete(child);
    return [resource, ...own];
  });
}

/** The engine shows no default providers, and the stack itself has nothing that changes. */
function isStep({ type, name }: PlannedResource): boolean {
  return type !== stackType && !(type.startsWith("pulumi:providers:") && name.startsWith("default"));
}

function withUnknown(resource: PlannedResource, inputs: readonly string[]): PlannedResource {
  const marks = Object.fromEntries(inputs.map((input) => [input, unknown]));
  return { ...resource, inputs: { ...resource.inputs, ...marks } };
}

function step(
  kind: PlanStep["kind"],
  { old, young, paths = [], forced = [], unknown: unread = [] }: Partial<Omit<PlanStep, "kind" | "urn">>,
): PlanStep {
  const urn = young?.urn ?? old?.urn ?? "";
  return { kind, urn, ...(old && { old }), ...(young && { young }), paths, forced, unknown: unread };
}

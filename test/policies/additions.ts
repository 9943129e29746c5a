import type { PlannedResource } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";

/** A resource that a change brings. */
export interface Addition {
  readonly type: string;
  readonly name: string;
  readonly inputs?: Properties;
  /** Names of what stands behind its properties: of this change, or of the stack as `type name`. */
  readonly behind?: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
}

/** Additions as resources of a stack, under its own providers. */
export function planned(
  additions: readonly Addition[],
  stack: readonly PlannedResource[],
): readonly PlannedResource[] {
  const root = stack.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
  const urnOf = ({ type, name }: Addition) => `${root.split("::").slice(0, 2).join("::")}::${type}::${name}`;
  const providers = new Map(
    stack.filter(({ type }) => type.startsWith("pulumi:providers:")).map(({ type, urn }) => [type, urn]),
  );
  const urns = new Map([
    ...stack.map(({ type, name, urn }) => [`${type.split(":").at(-1)} ${name}`, urn] as const),
    ...additions.map((one) => [one.name, urnOf(one)] as const),
  ]);
  const urnBehind = (reference: string) => {
    const urn = urns.get(reference);
    if (urn === undefined) throw new Error(`nothing is called ${reference}`);
    return urn;
  };
  return additions.map((one): PlannedResource => {
    const { type, name, inputs = {}, behind = {}, protect = false } = one;
    const provider = providers.get(`pulumi:providers:${type.split(":")[0]}`);
    const dependencies = Object.fromEntries(
      Object.entries(behind).map(([property, references]) => [property, references.map(urnBehind)]),
    );
    return {
      urn: urnOf(one),
      type,
      name,
      custom: true,
      remote: false,
      parent: root,
      inputs,
      dependencies: Object.values(dependencies).flat(),
      propertyDependencies: dependencies,
      ...(provider !== undefined && { provider }),
      protect,
      ignoreChanges: [],
      timeouts: {},
    };
  });
}

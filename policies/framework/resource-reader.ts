import type { PolicyProviderResource, PolicyResource, PolicyResourceOptions } from "@pulumi/policy";
import { isCheckedByChildren } from "./component.ts";
import { type Resource, type RuleMetadata, readsType, type StackResource } from "./rule.ts";
import { plain, type Value } from "./value.ts";

/** A resource as Pulumi passes it to a policy. */
interface GivenResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly opts: PolicyResourceOptions;
  readonly provider?: PolicyProviderResource;
}

/** The parts of a resource that are the same for all rules. */
type Shared = Omit<StackResource, "behind">;

/** Converts Pulumi's resources to what rules read, each property once for all rules. */
export class ResourceReader {
  private readonly plain = new WeakMap<object, Value>();
  /** The inputs of each resource, by URN, as rules for single resources received them. */
  private readonly inputs = new Map<string, object>();
  /** Resources of the stack, by their inputs. */
  private readonly shared = new WeakMap<object, { readonly from: object; readonly resource: Shared }>();
  private readonly ordered = new WeakMap<object, readonly (readonly [PolicyResource, object])[]>();

  /** Keeps a resource's inputs for the rules about the stack. */
  see({ urn, props }: Pick<GivenResource, "urn" | "props">) {
    this.inputs.set(urn, props);
  }

  hasSeen(urn: string): boolean {
    return this.inputs.has(urn);
  }

  read({ urn, type, name, props, opts, provider }: GivenResource): Resource {
    const { protect, ignoreChanges, customTimeouts } = opts;
    const { createSeconds, updateSeconds } = customTimeouts;
    const parentType = parentTypeOf(urn);
    return {
      type,
      name,
      ...(parentType !== undefined && { parentType }),
      props: this.plainOf(props),
      // The engine sends 0 for what was not set.
      options: {
        protect,
        ignoreChanges,
        ...(createSeconds > 0 && { createSeconds }),
        ...(updateSeconds > 0 && { updateSeconds }),
      },
      ...(provider !== undefined && { providerProps: this.plainOf(provider.props) }),
    };
  }

  /**
   * The resources that a rule reads, joined to each other by the resources behind their properties.
   *
   * For the stack the engine sends outputs: `{}` for all that a provider makes whose own configuration isn't known yet,
   * as every object of a cluster that doesn't exist, and afterwards what the provider read back, with the defaults of
   * its API among it. So a rule reads the inputs of the same run wherever it saw them, and says after `pulumi up` what
   * it said before. Outputs are for identifiers, and for resources that this run doesn't touch, such as those that
   * `--target` leaves out. The engine keeps resources in a map and sends them in any order; a rule sees them in the
   * order of their URNs, so that a finding has the same id each time.
   * [pulumi/pulumi pkg/resource/deploy/step_generator.go AnalyzeResources, pkg/resource/plugin/provider_plugin.go Create]
   */
  readStack(rule: RuleMetadata, all: readonly PolicyResource[]): StackResource[] {
    const seen = new Map<PolicyResource, StackResource>();
    for (const [original, inputs] of this.inOrder(all)) {
      if (!readsType(rule, original.type)) continue;
      seen.set(original, {
        ...this.sharedOf(original, inputs),
        behind: (property) =>
          (original.propertyDependencies[property] ?? []).flatMap((other) => seen.get(other) ?? []),
      });
    }
    return [...seen.values()];
  }

  /** A stack's resources with their inputs by their URNs, once for all rules that are given the same list. */
  private inOrder(all: readonly PolicyResource[]): readonly (readonly [PolicyResource, object])[] {
    const known = this.ordered.get(all);
    if (known !== undefined) return known;
    const ordered = all
      .toSorted((one, other) => (one.urn < other.urn ? -1 : 1))
      .map((one) => [one, this.inputs.get(one.urn) ?? one.props] as const)
      .filter(([{ type }, inputs]) => !isCheckedByChildren(type, inputs));
    this.ordered.set(all, ordered);
    return ordered;
  }

  private sharedOf(given: GivenResource, props: object): Shared {
    const { urn, props: from } = given;
    const known = this.shared.get(props);
    if (known?.from === from && known.resource.urn === urn) return known.resource;
    const resource: Shared = {
      ...this.read({ ...given, props }),
      urn,
      outputs: this.plainOf(from),
    };
    this.shared.set(props, { from, resource });
    return resource;
  }

  private plainOf(properties: object): Value {
    const known = this.plain.get(properties);
    if (known !== undefined) return known;
    const value = plain(properties);
    this.plain.set(properties, value);
    return value;
  }
}

/** The types from the outermost parent to the resource itself are the third part of a URN. */
function parentTypeOf(urn: string): string | undefined {
  return urn.split("::")[2]?.split("$").at(-2);
}

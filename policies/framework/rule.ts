import type { Severity } from "@pulumi/policy";
import type { Exemption } from "./exemption.ts";
import type { ConfigOf, RuleSettings } from "./settings.ts";
import type { Value } from "./value.ts";

/** A rule's metadata. Everything that Pulumi shows about the rule is derived from it. */
export interface RuleMetadata<S extends RuleSettings = RuleSettings> {
  /** Also the name of the rule's file. */
  readonly name: string;
  readonly title: string;
  /** The risk without it. */
  readonly why: string;
  /** How to fix a finding. */
  readonly fix: string;
  readonly severity: Severity;
  /** @default mandatory */
  readonly level?: "mandatory" | "advisory";
  /** Equivalent checks of other tools, or why there are none. */
  readonly relatedChecks: readonly string[] | { readonly none: string };
  /** Type tokens of the resources that it sees; a `*` at the end matches any suffix. */
  readonly resourceTypes: readonly string[];
  readonly example: { readonly good: string; readonly bad: string };
  /** @default none */
  readonly config?: S;
}

/** A rule that one resource's inputs decide. */
export interface ResourceRule<S extends RuleSettings = RuleSettings> extends RuleMetadata<S> {
  /** @param today in the form `YYYY-MM-DD` */
  check(resource: Resource, config: ConfigOf<S>, today: string): Iterable<Finding>;
}

/** A rule about how resources depend on each other. */
export interface StackRule<S extends RuleSettings = RuleSettings> extends RuleMetadata<S> {
  checkStack(stack: Stack, config: ConfigOf<S>): Iterable<StackFinding>;
}

/** A rule about one resource at a time, or about the whole stack. */
export type Rule = ResourceRule | StackRule;

/** A resource as a rule sees it: its inputs, with `unknown` for values that only the update will know. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  /** Type of the resource that it is a part of; absent at the top. */
  readonly parentType?: string;
  readonly props: Value;
  readonly options: ResourceOptions;
  /** Settings of its provider, where the engine sends them. */
  readonly providerProps?: Value;
}

/** The Pulumi options of a resource. */
interface ResourceOptions {
  readonly protect: boolean;
  /** Paths that Pulumi sets once and that other controllers manage afterwards, such as `spec.replicas` under an autoscaler. */
  readonly ignoreChanges?: readonly string[];
  /** Seconds that creating and updating may take; absent where the provider's own limit holds. */
  readonly createSeconds?: number;
  readonly updateSeconds?: number;
}

/** A resource among all of a stack, with its dependencies. */
export interface StackResource extends Resource {
  readonly urn: string;
  /** The provider's outputs: identifiers that no input holds, once they are known. */
  readonly outputs: Value;
  /** The resources behind a top-level property. */
  behind(property: string): readonly StackResource[];
}

/** All resources of a stack, for rules that compare them. */
export interface Stack {
  /** Only what the rule reads. */
  readonly resources: readonly StackResource[];
  readonly environment: string;
  /** In the form `YYYY-MM-DD`. */
  readonly today: string;
  readonly exemptions: readonly Exemption[];
  /** Those of them that have silenced a finding, of resources or of a rule before this one. */
  readonly used: ReadonlySet<Exemption>;
  readonly rules: readonly RuleMetadata[];
}

/** A rule's finding about one field. No part contains a value that could be a secret. */
export interface Finding {
  /** Where in the resource; with the rule and the resource's name it identifies the finding. */
  readonly path: string;
  /** The part of the resource in words, such as `container engine`. */
  readonly where?: string;
  /** The problem. */
  readonly problem: string;
  /** The value that is wrong, where it can be shown. */
  readonly value?: string;
  readonly allowed: string;
  /** A more specific fix than the rule's own, such as one with the name of a slot. */
  readonly fix?: string;
}

/** A finding of a stack rule: about one resource, or about the stack. */
export interface StackFinding extends Finding {
  /** Absent for findings about the whole stack. */
  readonly resource?: StackResource;
}

/** Cached results by rule and type: each rule is checked for each resource, and a stack has few types. */
const typesRead = new WeakMap<RuleMetadata, Map<string, boolean>>();

/** Whether a rule sees resources of a type. */
export function readsType(rule: RuleMetadata, type: string): boolean {
  const types = typesRead.get(rule) ?? new Map<string, boolean>();
  if (types.size === 0) typesRead.set(rule, types);
  const reads =
    types.get(type) ??
    rule.resourceTypes.some((token) =>
      token.endsWith("*") ? type.startsWith(token.slice(0, -1)) : type === token,
    );
  types.set(type, reads);
  return reads;
}

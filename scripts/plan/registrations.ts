import { type PlannedResource, urnOf } from "./resource.ts";
import { Transforms } from "./transforms.ts";
import type { Properties } from "./wire.ts";

export interface PreviewEngineArgs {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /**
   * Whether the stack is up, so that everything is known that providers compute.
   * @default false: the first deployment, where it is unknown
   */
  readonly deployed?: boolean;
  /** What the state of a deployed stack knows of a resource. @default each resource under its own URN, and kept */
  readonly stateOf?: (resource: PlannedResource) => ResourceState;
  /** Outputs of a resource that the plan shall know. Everything else that a provider computes is unknown. */
  readonly outputs?: (resource: PlannedResource) => Properties;
  /** Called with each resource as soon as the program registers it. */
  readonly onResource?: (resource: PlannedResource) => void;
}

/** What a deployed stack's state knows of a resource. */
export interface ResourceState {
  /** The URN under which it was deployed: an alias, where it has been renamed since. */
  readonly urn: string;
  /** Whether it stays; what is replaced gets an identifier and outputs that aren't known yet. */
  readonly isKept: boolean;
}

/** What a program has registered so far, and what that implies. */
export class Registrations {
  readonly resources: PlannedResource[] = [];
  readonly implied: PlannedResource[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly transforms = new Transforms();
  rootUrn = "";
  outputs: Properties = {};
  readonly args: PreviewEngineArgs;
  private readonly byUrn = new Map<string, PlannedResource>();
  private readonly states = new Map<string, ResourceState>();
  /** Providers by package that components hand to what is in them. */
  private readonly handedDown = new Map<string, Readonly<Record<string, string>>>();

  constructor(args: PreviewEngineArgs) {
    this.args = args;
  }

  find(urn: string): PlannedResource | undefined {
    return this.byUrn.get(urn);
  }

  /** A resource as the program's functions for it and for what is around it leave it. */
  transformed(resource: PlannedResource): Promise<PlannedResource> {
    const around: string[] = [];
    for (let parent = resource.parent; parent !== undefined; parent = this.find(parent)?.parent)
      around.push(parent);
    return this.transforms.applied(resource, around);
  }

  /** Called once for each resource, in their order: the result for one affects those that depend on it. */
  stateOf(resource: PlannedResource, children: readonly PlannedResource[] = []): ResourceState {
    const known = this.states.get(resource.urn);
    if (known !== undefined) return known;
    const own = this.args.stateOf?.(resource) ?? { urn: resource.urn, isKept: true };
    // What a remote component answers is what its provider computes of its children.
    const state = { ...own, isKept: own.isKept && children.every((child) => this.stateOf(child).isKept) };
    this.states.set(resource.urn, state);
    return state;
  }

  /** URNs of the providers, by package, of what is in a component. */
  providersIn(component: string): Readonly<Record<string, string>> {
    return this.handedDown.get(component) ?? {};
  }

  handDown(component: string, parent: string, providers: Readonly<Record<string, string>>) {
    this.handedDown.set(component, { ...this.providersIn(parent), ...providers });
  }

  /**
   * A provider that the engine starts by itself, once for each version of a package.
   * [pulumi/pulumi pkg/resource/deploy/default_providers.go]
   */
  defaultProvider(packageName: string, version: string): string {
    const type = `pulumi:providers:${packageName}`;
    const name = version === "" ? "default" : `default_${version.replaceAll(/[.+-]/g, "_")}`;
    const made: PlannedResource = {
      urn: urnOf({ ...this.args, parent: "", type, name }),
      type,
      name,
      custom: true,
      remote: false,
      inputs: version === "" ? {} : { version },
      dependencies: [],
      propertyDependencies: {},
      protect: false,
      ignoreChanges: [],
      timeouts: {},
    };
    if (!this.byUrn.has(made.urn)) this.add(made, this.implied);
    return made.urn;
  }

  /** @param list where it is listed: among those that the program registers, or those that are implied */
  add(resource: PlannedResource, list = this.resources) {
    if (this.byUrn.has(resource.urn)) {
      throw new Error(`two resources of one name: ${resource.urn}; give one of them another name`);
    }
    this.byUrn.set(resource.urn, resource);
    list.push(resource);
    this.args.onResource?.(resource);
  }
}

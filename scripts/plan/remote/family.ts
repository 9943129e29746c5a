import { type PlannedResource, urnOf } from "../resource.ts";
import { isObject, type Properties, unknown, type Wire } from "../wire.ts";

/** A remote component as the program registered it. */
export interface Remote {
  readonly component: PlannedResource;
  readonly project: string;
  readonly stack: string;
  /** URN of the provider that the component hands to its children of AWS. */
  readonly awsProvider?: string;
  /** Whether what AWS computes is known, as once the stack is up. */
  readonly deployed: boolean;
}

/** What is known of one type of component. */
export interface RecordedComponent {
  /** Inputs that the children were recorded with, whatever their value. */
  readonly inputs: readonly string[];
  /** Inputs of which single options were recorded. */
  readonly options?: Readonly<{ [input: string]: readonly string[] }>;
  /** Values, or what they match, that the children were recorded with. */
  readonly fixed: Readonly<{ [input: string]: Wire | RegExp }>;
  children(family: Family): readonly PlannedResource[];
  outputs(inputs: Properties): Properties;
}

/** Makes children of one component, each marked as recorded. */
export class Family {
  readonly remote: Remote;
  readonly inputs: Properties;
  readonly name: string;
  private readonly from: string;

  /** @param from what its children were recorded from */
  constructor(remote: Remote, from: string) {
    this.remote = remote;
    this.from = from;
    this.inputs = remote.component.inputs;
    this.name = remote.component.name;
  }

  /** What is known once the stack is up. */
  later(value: Wire): Wire {
    return this.remote.deployed ? value : unknown;
  }

  /** URNs behind an input of the component. */
  behind(input: string): readonly string[] {
    return this.remote.component.propertyDependencies[input] ?? [];
  }

  child(given: {
    readonly type: string;
    readonly name: string;
    readonly inputs: Properties;
    readonly parent?: PlannedResource;
    readonly behind?: Readonly<{ [property: string]: readonly string[] }>;
    /** URNs of what has to be there first, though no property comes from it. */
    readonly after?: readonly string[];
    readonly ignoreChanges?: readonly string[];
  }): PlannedResource {
    const { type, name, inputs, parent = this.remote.component } = given;
    const { behind = {}, after = [], ignoreChanges = [] } = given;
    const { project, stack, awsProvider } = this.remote;
    return {
      urn: urnOf({ project, stack, parent: parent.urn, type, name }),
      type,
      name,
      custom: !type.startsWith("eks:"),
      remote: false,
      parent: parent.urn,
      inputs: defined(inputs),
      dependencies: [...new Set([...Object.values(behind).flat(), ...after])],
      propertyDependencies: behind,
      ...(type.startsWith("aws:") && awsProvider !== undefined && { provider: awsProvider }),
      protect: false,
      ignoreChanges,
      timeouts: {},
      recorded: this.from,
    };
  }
}

export function object(value: Wire | undefined): Properties {
  return isObject(value) ? value : {};
}

/** Without what isn't set. */
export function defined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

import type { Colour } from "../../components/serving/traffic.ts";

/** A resource that the stack's state knows. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As its provider knows it: an ARN for load balancers and their parts. */
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** URN of its parent and of its provider. */
  readonly parent?: string | undefined;
  readonly provider?: string | undefined;
}

/** A pending operation of an interrupted update, whose outcome is unknown. */
export interface PendingOperation {
  readonly urn: string;
  /** As Pulumi names it: creating, updating, deleting and so on. */
  readonly operation: string;
}

/** A stack's deployed resources, from its state. */
export interface Deployed {
  /** By model, the percentage that its gateway copies: no rule holds it. */
  readonly shadowPercent: Readonly<Record<string, number>>;
  /** Names of the secrets with the keys that each model's slots require. */
  readonly engineKeys: Readonly<Record<string, Readonly<Partial<Record<Colour, string>>>>>;
  readonly resources: readonly DeployedResource[];
  readonly pending: readonly PendingOperation[];
}

/** What an update would do to one resource. */
export interface PlannedStep {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As Pulumi names it: create, update, delete, replace and so on. */
  readonly operation: string;
  /** Paths that differ, where the provider tells. */
  readonly fields: readonly string[];
  /** As the state has it, and as it would be or, in a refresh, as it was found. */
  readonly before: Outputs;
  readonly after: Outputs;
}

export type Outputs = Readonly<Record<string, unknown>> | undefined;

/** One update in the backend's history. */
export interface PastUpdate {
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
  /** Whether it made every requested change. */
  readonly succeeded: boolean;
  /** The configuration that it deployed, by full key; absent where it failed. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

export interface Update {
  readonly urns: readonly string[];
  readonly message: string;
  /** Whether the resources are read from their provider before; all of them must be in the state then. */
  readonly refresh: boolean;
  /** Text of a stack file to deploy in place of the stack's own. */
  readonly fileText?: string | undefined;
}

/** A resource that the cloud has and the state doesn't. */
interface Adoption {
  readonly name: string;
  readonly id: string;
  /** A resource of the same type, parent and provider. */
  readonly like: DeployedResource;
}

/** The operations on a deployed stack that commands use, whatever implements them. */
export interface DeployedStack {
  /** @throws StackError */
  read(): Promise<Deployed>;
  /** The last updates, the newest first. @throws StackError */
  history(): Promise<readonly PastUpdate[]>;
  /** What another content of the stack's file would change, checked by the policies. @throws StackError */
  preview(fileText: string): Promise<readonly PlannedStep[]>;
  /** Brings resources in line with the stack's file, and no others. @throws StackError */
  update(update: Update): Promise<void>;
  /**
   * Reads resources again, and drops the pending creation of others.
   * @param created URNs that an interrupted update was creating
   * @throws StackError
   */
  refresh(urns: readonly string[], created: readonly string[]): Promise<void>;
  /** Takes a resource of the cloud into the state. @throws StackError */
  adopt(adoption: Adoption): Promise<void>;
  /** Drops the lock that a killed CLI left. @throws StackError */
  unlock(): Promise<void>;
  /** How resources differ from the state. @throws StackError */
  drift(urns: readonly string[]): Promise<readonly PlannedStep[]>;
}

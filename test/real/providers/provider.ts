import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties } from "../../../scripts/plan/wire.ts";

/** A resource that the engine asks about. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

export interface Checking extends Subject {
  readonly inputs: Properties;
  /** As they were checked before, of a resource that the state has. */
  readonly before: Properties | undefined;
  readonly seed: Uint8Array;
}

/** A resource that exists, by the id that the state or whoever imports it has. */
export interface Existing extends Subject {
  readonly id: string;
}

export interface Replacing {
  readonly subject: Subject;
  readonly paths: readonly string[];
  readonly inputs: Properties;
}

export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

export interface Known {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What a package's provider does, behind Pulumi's protocol. Values hold the protocol's secrets and unknowns. */
export interface Provider {
  configure(config: Properties): void;
  /** Whether a new configuration asks for another provider, and with it for all that it made. */
  replacedByConfig(before: Properties, after: Properties): boolean;
  check(checking: Checking): Properties;
  /** Paths whose change asks for a new resource. */
  replacing(subject: Subject, path: string): boolean;
  deletesFirst(replacing: Replacing): boolean;
  previewCreate(subject: Subject, inputs: Properties): Properties;
  create(subject: Subject, inputs: Properties): Promise<Made>;
  /**
   * @param known what the state has of it; empty for an import
   * @returns nothing when it doesn't exist
   */
  read(existing: Existing, known: Known): (Made & Known) | undefined;
  previewUpdate(existing: Existing, inputs: Properties, before: Properties): Properties;
  update(existing: Existing, inputs: Properties, before: Properties): Promise<Properties>;
  delete(existing: Existing): Promise<void>;
  invoke(token: string, args: Properties): Properties;
  /** Components whose children the provider registers. @default none */
  construct?(request: ConstructRequest): Promise<ConstructResponse>;
}

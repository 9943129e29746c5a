import type * as pulumi from "@pulumi/pulumi";
import type { ContractTerm } from "./contract.ts";
import type { Placement } from "./placement.ts";
import type { Release } from "./release.ts";
import type { Serving } from "./serving.ts";
import type { Colour, TrafficRule } from "./traffic.ts";

export interface SlotArgs {
  readonly model: string;
  readonly colour: Colour;
  readonly release: Release;
  /** Where replicas run, and what each may take there. */
  readonly placement: Placement;
  /** The pool's NodePool: it has to be there before its pods, and go after them. */
  readonly nodePool: pulumi.Resource;
  /** With a minimum of 0, the slot scales to zero while there are no requests. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** Names by which clients request the model. */
  readonly servedNames: readonly string[];
  /** In what it may differ from the other slot. */
  readonly accepts: readonly ContractTerm[];
  /** The rule for the slot's own host. */
  readonly directRule: TrafficRule;
  readonly priority: number;
  readonly serving: Serving;
  readonly listenerArn: pulumi.Input<string>;
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
}

/** A slot as its parts see it: their common parent. */
export interface SlotParent extends pulumi.ComponentResource {
  /** The labels of everything that belongs to the slot. */
  readonly labels: Readonly<Record<string, string>>;
  /** SHA-256 of the release, 64 hex digits. */
  readonly releaseId: string;
}

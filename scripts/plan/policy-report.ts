import type { PlannedResource } from "./resource.ts";
import type { Properties } from "./wire.ts";

export type Level = "advisory" | "mandatory" | "disabled" | "remediate";
export type Severity = "unspecified" | "low" | "medium" | "high" | "critical";

/** What a rule found. */
export interface Verdict {
  readonly rule: string;
  readonly level: Level;
  readonly severity: Severity;
  /** URN of the resource, where the finding is about one. */
  readonly urn?: string;
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  readonly title: string;
  readonly level: Level;
  readonly severity: Severity;
  /** How a finding is mended. */
  readonly fix: string;
}

export interface Judgement {
  readonly pack: { readonly name: string; readonly version: string };
  readonly rules: readonly Rule[];
  readonly verdicts: readonly Verdict[];
}

/** A resource as the engine shows it to the pack. */
export interface Shown {
  readonly resource: PlannedResource;
  readonly provider?: PlannedResource;
  /** Its inputs, or its outputs for rules about the stack. */
  readonly properties: Properties;
}

export interface StackName {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
}

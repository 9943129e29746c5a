import type { Message } from "../../policies/framework/message.ts";
import type { PlannedResource } from "./resource.ts";
import type { Properties } from "./wire.ts";

/** What the engine does about a finding, in Pulumi's words. */
export type Level = "advisory" | "mandatory" | "disabled" | "remediate";
/** How much a finding matters, in Pulumi's words. */
export type Severity = "unspecified" | "low" | "medium" | "high" | "critical";

/** A finding as the pack reports it, about a resource or the stack. */
export interface Diagnostic {
  readonly rule: string;
  readonly level: Level;
  readonly severity: Severity;
  /** URN of the resource, where the finding is about one. */
  readonly urn?: string;
  readonly message: string;
  /** The parts of the message; absent from Pulumi's own message when a rule can't run. */
  readonly finding?: Message;
}

/** A rule as the pack describes it to the engine. */
export interface ReportedRule {
  readonly name: string;
  readonly title: string;
  readonly level: Level;
  readonly severity: Severity;
  /** How a finding is fixed. */
  readonly fix: string;
}

/** The pack's findings for a plan. */
export interface PolicyReport {
  readonly pack: { readonly name: string; readonly version: string };
  readonly rules: readonly ReportedRule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A resource as the engine sends it to the pack. */
export interface AnalyzedResource {
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

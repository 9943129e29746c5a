import { relative } from "node:path";
import { exemptions } from "../../../policies/exemptions.ts";
import { type Exemption, inForce, parseFindingId } from "../../../policies/framework/exemption.ts";
import { type Config, parseConfig, type RawConfig, readReleases } from "../../../stacks/config.ts";
import { type ConfigurationKey, configurationKeys, keyOf } from "../../../stacks/configuration-keys.ts";
import { policyConfigurationFile, readStackConfig } from "../environment.ts";
import type { Plan } from "../plan.ts";
import { readPolicyConfiguration } from "../policy-configuration.ts";
import type { Diagnostic, Level, PolicyReport, ReportedRule, Severity } from "../policy-report.ts";
import { typeOf, urnName } from "../resource.ts";
import { type ComponentReport, componentReports } from "./components.ts";
import { type CostReport, costReport } from "./cost.ts";
import { type SlotReport, slotReports } from "./slots.ts";

/** One finding in the parts that a reader acts on. */
export interface FindingReport {
  readonly rule: string;
  readonly level: Level;
  readonly severity: Severity;
  /** What holds where the rule is kept, and what goes wrong where it isn't. */
  readonly title: string;
  readonly why?: string;
  readonly urn?: string;
  /** Name of the resource; absent where the finding is about the whole stack. */
  readonly resource?: string;
  /** The resource's name and the part of it. */
  readonly where?: string;
  /** The problem. */
  readonly found: string;
  /** The value that is wrong, where it can be shown. */
  readonly value?: string;
  readonly allowed?: string;
  readonly fix: string;
  /** What to edit, such as `gantry:pools.a10g.maxGpus`; absent where no one key decides the value. */
  readonly key?: string;
  /** What an exemption names, as `rule[resource name#path]`. */
  readonly id?: string;
  /** Whether it fails the plan: a mandatory rule is violated, or couldn't run. */
  readonly violation: boolean;
}

/** The exemptions that hold in the environment. */
export interface ExemptionReport {
  readonly open: number;
  /** Last day of the first of them to end, in the form `YYYY-MM-DD`; absent where there is none. */
  readonly nextEnd?: string;
}

/** A rule whose configured level is lower than its own. */
export interface LoweredRule {
  readonly rule: string;
  readonly level: string;
  /** Its own level. */
  readonly usual: string;
  /** From the project's folder. */
  readonly file: string;
}

interface RecordedReport {
  /** What they were recorded from, such as `@pulumi/eks 4.3.0`. */
  readonly from: string;
  readonly count: number;
}

/** The report of a plan for people and machines. Serializable as JSON. */
export interface Report {
  readonly environment: string;
  readonly region: string;
  readonly account: string;
  readonly slots: readonly SlotReport[];
  readonly cost: CostReport;
  readonly resources: number;
  readonly components: readonly ComponentReport[];
  readonly policies: {
    readonly pack: { readonly name: string; readonly version: string };
    readonly rules: number;
    readonly violations: number;
    readonly findings: readonly FindingReport[];
    readonly exemptions: ExemptionReport;
    /** Rules that the environment's file disables, or gives a level below their own. */
    readonly lowered: readonly LoweredRule[];
    /** Children of remote components, which were checked as recorded: no provider was called. */
    readonly recorded: readonly RecordedReport[];
  };
  readonly warnings: readonly string[];
  /** Wall-clock seconds from the command's start. */
  readonly seconds: number;
}

/**
 * The configuration as the program will read it, so that a mistake shows before the program has started.
 * @throws ConfigurationError with all problems at once
 */
export function loadConfig(root: string, environment: string): Config {
  return configOf(root, environment, readStackConfig(root, environment));
}

/** The configuration of an environment by what its stack's file held, regardless of its present content. @throws ConfigurationError */
export function configOf(root: string, environment: string, config: RawConfig["config"]): Config {
  return parseConfig({ environment, config, releases: readReleases(root), today: today() });
}

/** What a plan comes to: slots, cost, policies. @param seconds how long it took */
export function reportOn(
  root: string,
  config: Config,
  plan: Plan & { readonly policyReport: PolicyReport },
  seconds: number,
): Report {
  const { policyReport, resources } = plan;
  const keys = configurationKeys(config);
  const findings = policyReport.diagnostics.map((diagnostic) =>
    findingReport(diagnostic, policyReport.rules, keys),
  );
  return {
    environment: plan.environment,
    region: config.account.region,
    account: config.account.id,
    slots: slotReports(config),
    cost: costReport(config, resources),
    resources: resources.length,
    components: componentReports(resources),
    policies: {
      pack: policyReport.pack,
      rules: policyReport.rules.length,
      violations: findings.filter(({ violation }) => violation).length,
      findings,
      exemptions: exemptionReport(exemptions, plan.environment, today()),
      lowered: loweredRules(policyReport.rules, root, plan.environment),
      recorded: recordedReports(plan),
    },
    warnings: plan.warnings,
    seconds,
  };
}

export function exemptionReport(
  all: readonly Exemption[],
  environment: string,
  date: string,
): ExemptionReport {
  const open = all.filter((exemption) => inForce(exemption, environment, date));
  const [nextEnd] = open.map(({ expires }) => expires).sort();
  return { open: open.length, ...(nextEnd !== undefined && { nextEnd }) };
}

/** Rules that an environment's file lowers: those that it names, and those that `all` covers. */
export function loweredRules(
  rules: readonly ReportedRule[],
  root: string,
  environment: string,
): LoweredRule[] {
  const file = policyConfigurationFile(root, environment);
  if (file === undefined) return [];
  const configuration = readPolicyConfiguration(file);
  return rules.flatMap(({ name, level: usual }): LoweredRule[] => {
    const level = (configuration.get(name) ?? configuration.get("all"))?.level ?? usual;
    const isLowered = level === "disabled" || (usual === "mandatory" && level === "advisory");
    return isLowered && level !== usual ? [{ rule: name, level, usual, file: relative(root, file) }] : [];
  });
}

function recordedReports({ implied = [] }: Plan): readonly RecordedReport[] {
  const bySource = Map.groupBy(implied, ({ recorded }) => recorded);
  return [...bySource].flatMap(([from, { length }]) => (from === undefined ? [] : [{ from, count: length }]));
}

/** In the form `YYYY-MM-DD`. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Pulumi's own message about a rule that couldn't run has no parts, and fails the plan: a rule without a result isn't passed. */
function findingReport(
  diagnostic: Diagnostic,
  rules: readonly ReportedRule[],
  keys: readonly ConfigurationKey[],
): FindingReport {
  const { rule, level, severity, urn, message, finding } = diagnostic;
  const { rule: title = rule, ...parts } = finding ?? { found: message };
  const resource = urn === undefined ? undefined : urnName(urn);
  const path = parseFindingId(finding?.id)?.path;
  const key = urn && path && keyOf(keys, { type: typeOf(urn), name: urnName(urn) }, path);
  return {
    rule,
    level,
    severity,
    title,
    fix: rules.find(({ name }) => name === rule)?.fix ?? "",
    ...parts,
    ...(urn !== undefined && { urn }),
    ...(resource !== undefined && { resource }),
    ...(key !== undefined && key !== "" && { key }),
    violation: level === "mandatory" || finding === undefined,
  };
}

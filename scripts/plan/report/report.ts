import { relative } from "node:path";
import { exemptions } from "../../../policies/exemptions.ts";
import { type Exemption, inForce } from "../../../policies/framework/exemption.ts";
import { type Config, parseConfig, readReleases } from "../../../stacks/config.ts";
import { policyConfigurationFile, readStackConfig } from "../environment.ts";
import type { Plan } from "../plan.ts";
import { readPolicyConfiguration } from "../policy-configuration.ts";
import type { Judgement, Rule, Verdict } from "../policy-report.ts";
import { type ComponentReport, componentReports } from "./components.ts";
import { type CostReport, costReport } from "./cost.ts";
import { type SlotReport, slotReports } from "./slots.ts";

/** A verdict with what stands in the rule. */
export interface VerdictReport extends Verdict {
  /** Name of the resource; absent where the finding is about the whole stack. */
  readonly resource?: string;
  readonly fix: string;
  /** Whether it stops the plan: a mandatory rule is violated, or couldn't be judged. */
  readonly violation: boolean;
}

/** The exemptions that hold in the environment. */
export interface ExemptionReport {
  readonly open: number;
  /** Last day of the first of them to end, in the form `YYYY-MM-DD`; absent where there is none. */
  readonly nextEnd?: string;
}

/** A rule that stops less than it does where nothing is configured. */
export interface LoweredRule {
  readonly rule: string;
  readonly level: string;
  /** Its own level. */
  readonly usual: string;
  /** From the project's folder. */
  readonly file: string;
}

/** Everything about a plan that a person or a machine decides by. JSON through and through. */
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
    readonly verdicts: readonly VerdictReport[];
    readonly exemptions: ExemptionReport;
    /** Rules that the environment's file disables, or gives a level below their own. */
    readonly lowered: readonly LoweredRule[];
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
  return parseConfig({
    environment,
    config: readStackConfig(root, environment),
    releases: readReleases(root),
    today: today(),
  });
}

export function reportOn(
  root: string,
  config: Config,
  plan: Plan & { readonly judgement: Judgement },
  seconds: number,
): Report {
  const { judgement, resources } = plan;
  const verdicts = judgement.verdicts.map((verdict) => verdictReport(verdict, judgement));
  return {
    environment: plan.environment,
    region: config.account.region,
    account: config.account.id,
    slots: slotReports(config),
    cost: costReport(config, resources),
    resources: resources.length,
    components: componentReports(resources),
    policies: {
      pack: judgement.pack,
      rules: judgement.rules.length,
      violations: verdicts.filter(({ violation }) => violation).length,
      verdicts,
      exemptions: exemptionReport(exemptions, plan.environment, today()),
      lowered: loweredRules(judgement.rules, root, plan.environment),
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

/** Rules that an environment's file lowers: those that it names, and what `all` stands for. */
export function loweredRules(rules: readonly Rule[], root: string, environment: string): LoweredRule[] {
  const file = policyConfigurationFile(root, environment);
  if (file === undefined) return [];
  const configuration = readPolicyConfiguration(file);
  return rules.flatMap(({ name, level: usual }): LoweredRule[] => {
    const level = (configuration.get(name) ?? configuration.get("all"))?.level ?? usual;
    const isLowered = level === "disabled" || (usual === "mandatory" && level === "advisory");
    return isLowered && level !== usual ? [{ rule: name, level, usual, file: relative(root, file) }] : [];
  });
}

/** As `YYYY-MM-DD`. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function verdictReport(verdict: Verdict, { rules }: Judgement): VerdictReport {
  const resource = verdict.urn?.split("::").at(-1);
  return {
    ...verdict,
    ...(resource !== undefined && { resource }),
    fix: rules.find(({ name }) => name === verdict.rule)?.fix ?? "",
    violation: verdict.level === "mandatory" || unjudged(verdict),
  };
}

/** The pack's words for a rule that met a value which isn't known yet. Silence about a rule is no approval. */
function unjudged({ message }: Verdict): boolean {
  return message.includes("can't run policy");
}

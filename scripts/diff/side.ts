import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigurationError } from "../../components/shared/problems.ts";
import { type Exemption, inForce } from "../../policies/framework/exemption.ts";
import { readReleases } from "../../stacks/config.ts";
import type { AnalyzedPlan, Plan } from "../plan/plan.ts";
import { loadConfig, type Report, reportOn } from "../plan/report/report.ts";

/** An environment on one side of a change: its plan once it is up, and its report. */
export interface PlannedSide {
  readonly plan: Plan;
  readonly report: Report;
  /** Release files by name, as written. */
  readonly releases: Readonly<Record<string, unknown>>;
  /** Exemptions that hold in the environment today. */
  readonly exemptions: readonly Exemption[];
  /** Whether the configuration was read by the side's own code, since this one's schema refuses it. */
  readonly readByOwnCode: boolean;
}

/**
 * An environment's plan and its report, by the configuration in a folder.
 * @throws ConfigurationError in the program's own words
 */
export async function sideOf(root: string, plan: AnalyzedPlan): Promise<PlannedSide> {
  const { environment } = plan;
  const { report, readByOwnCode } = await reportOf(root, environment, plan);
  const today = new Date().toISOString().slice(0, 10);
  return {
    plan,
    report,
    releases: readReleases(root),
    exemptions: (await exemptionsOf(root)).filter((exemption) => inForce(exemption, environment, today)),
    readByOwnCode,
  };
}

/** By this code, so that both sides are measured alike; by the side's own where its configuration has another schema. */
async function reportOf(root: string, environment: string, plan: AnalyzedPlan) {
  try {
    return { report: reportOn(root, loadConfig(root, environment), plan, 0), readByOwnCode: false };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const own = (await load(root, "scripts/plan/report/report.ts")) as {
      loadConfig: typeof loadConfig;
      reportOn: typeof reportOn;
    };
    return {
      report: own.reportOn(root, own.loadConfig(root, environment), plan, 0),
      readByOwnCode: true,
    };
  }
}

async function exemptionsOf(root: string): Promise<readonly Exemption[]> {
  return ((await load(root, "policies/exemptions.ts")) as { exemptions: readonly Exemption[] }).exemptions;
}

function load(root: string, file: string): Promise<unknown> {
  return import(pathToFileURL(join(root, file)).href);
}

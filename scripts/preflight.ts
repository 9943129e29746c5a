import { fileURLToPath } from "node:url";
import { hoursPerMonth } from "../components/capacity/cost.ts";
import { booleanOption, readCommand } from "./arguments.ts";
import { exitWith, interruptedCode } from "./exit-code.ts";
import { print } from "./output.ts";
import { planProgram } from "./plan/plan.ts";
import { costReport } from "./plan/report/cost.ts";
import { loadConfig } from "./plan/report/report.ts";
import { AccountReader } from "./preflight/account.ts";
import { fact, type PreflightFinding } from "./preflight/finding.ts";
import { type PreflightResult, preflight } from "./preflight/preflight.ts";
import { tools } from "./preflight/surroundings.ts";
import { publicHub } from "./release/hub.ts";
import { table } from "./table.ts";

const usage = `npm run preflight -- <environment> [--json]

Before the first pulumi up and before a switch: checks that the account has what the environment needs. Credentials,
tools, quotas, instance types in the zones, reservations, machine images, add-ons, image digests, model commits,
names of buckets and secrets, certificate, zone, roles, the Kubernetes API; and shows the cost per hour. Changes nothing.
Each finding has the command that fixes it. Exits with 0 when there is nothing but warnings, with 1 when something would
fail, with 2 when something couldn't be checked.

  --json  for machines`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage, failure: 2 });

async function main(): Promise<number> {
  const { environment, values } = readCommand(usage, ["environment"], { json: booleanOption });
  const config = loadConfig(root, environment);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      console.error("stopped early; preflight only reads, so nothing has changed");
      process.exit(interruptedCode);
    });
  if (process.stderr.isTTY)
    console.error(`Reading account ${config.account.id}, the registries and the hub …`);
  const reader = new AccountReader(config.account.region);
  const asked = preflight({ config, reader, hub: publicHub(fetch), tools: () => tools(root) });
  const [result, cost] = await Promise.all([asked, fact(() => hourly(environment))]);
  if (values.json) print(JSON.stringify({ environment, ...result, usdPerHour: cost }, null, 2));
  else print(report(environment, result, "value" in cost ? cost.value : undefined).join("\n"));
  const has = (level: PreflightFinding["level"]) => result.findings.some((found) => found.level === level);
  if (has("unknown")) return 2;
  return has("fault") ? 1 : 0;
}

/** US dollars an hour at min and max replicas, by the planned resources. */
async function hourly(environment: string): Promise<{ readonly minimum: number; readonly maximum: number }> {
  const { resources } = await planProgram({ root, environment });
  const { minimum, maximum } = costReport(loadConfig(root, environment), resources);
  return { minimum: minimum / hoursPerMonth, maximum: maximum / hoursPerMonth };
}

function report(
  environment: string,
  { checks, findings, deployed }: PreflightResult,
  cost: { readonly minimum: number; readonly maximum: number } | undefined,
): string[] {
  const order = ["fault", "unknown", "warning"] as const;
  const sorted = order.flatMap((level) => findings.filter((found) => found.level === level));
  const clean = checks.filter((check) => !findings.some((found) => found.check === check));
  const rows = sorted.flatMap(({ level, check, message, fix }) => [
    [level, check, message],
    ["", "", `→ ${fix}`],
  ]);
  const stage =
    deployed === undefined ? "" : deployed ? ", on what is deployed" : ", before the first pulumi up";
  const dollars = (value: number) => `$${value.toFixed(2)}`;
  return [
    `${environment}: ${counted(findings)}${stage}`,
    ...(rows.length === 0 ? [] : ["", ...table(rows, [], process.stdout.columns)]),
    "",
    ...(clean.length === 0 ? [] : table([["fine", clean.join(", ")]], [], process.stdout.columns)),
    cost === undefined
      ? "  the cost per hour isn't known: npm start shows why"
      : `  cost per hour: ${dollars(cost.minimum)} at min replicas, ${dollars(cost.maximum)} at max; npm start shows the breakdown`,
  ];
}

function counted(findings: readonly PreflightFinding[]): string {
  const count = (level: PreflightFinding["level"]) =>
    findings.filter((found) => found.level === level).length;
  const parts = [
    `${count("fault")} to fix`,
    ...(count("unknown") > 0 ? [`${count("unknown")} that couldn't be checked`] : []),
    ...(count("warning") > 0 ? [`${count("warning")} to know of`] : []),
  ];
  return parts.join(", ");
}

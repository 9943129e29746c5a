import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { environments } from "./plan/environment.ts";
import { planEnvironment } from "./plan/plan.ts";

const usage = `npm start [-- <environment>] [--deployed] [--json]

Plans an environment without a cloud account: the real program and the real policy pack on an embedded engine.
Prints models with their memory fit, monthly cost, resources, and what the policies say.
Ends with 0 when nothing is violated, with 1 otherwise.

  <environment>  one of: ENVIRONMENTS  (dev)
  --deployed     plan the second deployment, where everything is known that AWS and the cluster computed in the
                 first; without it the first one is planned, where that is unknown
  --json         the report as JSON, for machines`;

const root = fileURLToPath(new URL("..", import.meta.url));
process.exitCode = await main();

async function main(): Promise<number> {
  const args = readArguments();
  if (args === undefined) return 1;
  if (args.help) {
    console.log(usage.replace("ENVIRONMENTS", environments(root).join(", ")));
    return 0;
  }
  try {
    const planning = planEnvironment({
      root,
      environment: args.environment,
      deployed: args.deployed,
    });
    // What the report needs is loaded while the program and the pack start.
    const [{ loadConfig, reportOn }, { reportText, styleFor }] = await Promise.all([
      import("./plan/report/report.ts"),
      import("./plan/report/text.ts"),
    ]);
    planning.catch(() => undefined);
    const config = loadConfig(root, args.environment);
    const report = reportOn(config, await planning, process.uptime());
    console.log(args.json ? JSON.stringify(report, null, 2) : reportText(report, styleFor(process.stdout)));
    return report.policies.violations === 0 ? 0 : 1;
  } catch (error) {
    if (!isForUsers(error)) throw error;
    console.error(error.message);
    return 1;
  }
}

function readArguments():
  | { environment: string; deployed: boolean; json: boolean; help: boolean }
  | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        deployed: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const [environment = "dev", ...more] = positionals;
    if (more.length > 0) throw new Error(`one environment at a time, not also ${more.join(", ")}`);
    return { environment, ...values };
  } catch (error) {
    console.error(
      `${(error as Error).message}\n\n${usage.replace("ENVIRONMENTS", environments(root).join(", "))}`,
    );
    return undefined;
  }
}

/** Mistakes in a configuration and what the program or the pack says of itself; anything else is a defect of ours. */
function isForUsers(error: unknown): error is Error {
  return error instanceof Error && ["ConfigurationError", "ProgramError"].includes(error.name);
}

import { accessSync, constants, existsSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exitWith } from "./exit-code.ts";
import { print } from "./output.ts";
import { environments } from "./plan/environment.ts";
import { planEnvironment } from "./plan/plan.ts";
import { showProgress } from "./plan/progress.ts";
import { styleFor } from "./plan/report/style.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const usage = `npm start [-- <environment>] [--deployed] [--json] [--html <file>]

Plans an environment without a cloud account: the real program and the real policy pack on an embedded engine.
Prints models with their memory fit, monthly cost, resources, and the findings of the policies.
Exits with 0 when nothing is violated, with 1 otherwise.

  <environment>  one of: ${environments(root).join(", ")}  (dev)
  --deployed     plan the second deployment, where all values that AWS and the cluster computed in the first one are
                 known; without it the first deployment is planned, where they are unknown
  --json         the report as JSON, for machines: npm start --silent -- <environment> --json
  --html         also write the report as a page: architecture, traffic, memory, cost, policies and resources in one file`;

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { environment, deployed, json, html } = readArguments();
  if (html !== undefined) checkWritable(html);
  const progress = showProgress(`planning ${environment}`, process.stderr);
  try {
    const planning = planEnvironment({ root, environment, deployed, onResource: progress.count });
    // What the report needs is loaded while the program and the pack start.
    const [{ loadConfig, reportOn }, { reportText }] = await Promise.all([
      import("./plan/report/report.ts"),
      import("./plan/report/text.ts"),
    ]);
    planning.catch(() => undefined);
    const config = loadConfig(root, environment);
    const plan = await planning;
    const report = reportOn(root, config, plan, process.uptime());
    progress.end();
    const { stdout } = process;
    if (html !== undefined) {
      const { reportPage } = await import("./plan/report/page.ts");
      writeFileSync(html, reportPage(report, plan));
    }
    print(json ? JSON.stringify(report, null, 2) : reportText(report, styleFor(stdout), stdout.columns));
    return report.policies.violations === 0 ? 0 : 1;
  } finally {
    progress.end();
  }
}

function readArguments(): {
  readonly environment: string;
  readonly deployed: boolean;
  readonly json: boolean;
  readonly html?: string | undefined;
} {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      deployed: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      html: { type: "string" },
    },
  });
  const [environment = "dev", ...more] = positionals;
  if (more.length > 0) throw new Error(`one environment at a time, not also ${more.join(", ")}\n\n${usage}`);
  return { environment, ...values };
}

/** Before anything is planned. @throws Error that says what is in the way of a file */
function checkWritable(file: string): void {
  const folder = dirname(file);
  const problem =
    file === ""
      ? "it has no name; name a file such as report.html"
      : !existsSync(folder)
        ? `there is no folder ${folder}; make it, or name a file in another one`
        : !statSync(folder).isDirectory()
          ? `${folder} is a file, not a folder`
          : existsSync(file) && !statSync(file).isFile()
            ? "that isn't a file; name one, such as report.html"
            : !mayWrite(existsSync(file) ? file : folder)
              ? "its permissions or a read-only disk don't allow it; name a file in another folder"
              : undefined;
  if (problem !== undefined) throw new Error(`--html "${file}" can't be written: ${problem}`);
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

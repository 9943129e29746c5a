import { existsSync, mkdirSync, readFileSync, rmSync, unwatchFile, watchFile, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tenantsOf } from "../stacks/catalogue.ts";
import { numberOption } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { Control } from "./local/control.ts";
import { DataPath } from "./local/data-path.ts";
import { type ControlFile, controlFile } from "./local/local-place.ts";
import { Page } from "./local/page.ts";
import { pythonEnvironment } from "./local/python-environment.ts";
import { print } from "./output.ts";
import { loadConfig } from "./plan/report/report.ts";
import { tryLock } from "./traffic/lock.ts";

const usage = `npm run local [-- <environment>] [--port <port>] [--load <requests>]

Runs the data path of an environment on this machine: the planned gateway in the pinned LiteLLM, a real Redis,
simulated models behind the planned listener rules, stand-ins for OpenAI and Anthropic. Needs Python 3.11 or later; no
root, no cloud, no GPU. Saving the stack's file applies it while it runs. Ctrl-C stops it.

  <environment>  one with a stack file                                             (dev)
  --port         the gateway's port; the page is on the next one                   (4000)
  --load         requests a second from simulated users, from 0 to 100             (0)`;

const root = fileURLToPath(new URL("..", import.meta.url));
const work = join(root, ".gantry");
const statement = join(work, "local.txt");

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: "string", default: "4000" }, load: { type: "string", default: "0" } },
  });
  const [environment = "dev", ...more] = positionals;
  const port = within("port", values.port, 1024, 65_534);
  const load = within("load", values.load, 0, 100);
  if (more.length > 0) throw new Error(usage);
  // Before minutes are spent on installing the gateway.
  loadConfig(root, environment);
  mkdirSync(work, { recursive: true });
  const lock = tryLock(join(work, "local.lock"), process.argv.slice(1).join(" "));
  if (typeof lock !== "function") {
    const running = existsSync(statement) ? `\n\n${readFileSync(statement, "utf8")}` : ": it is starting";
    throw new Error(`it is already running, as process ${lock.pid}${running}`);
  }
  try {
    await run(environment, port, load);
    return 0;
  } finally {
    for (const file of [statement, join(root, controlFile)]) rmSync(file, { force: true });
    lock();
  }
}

async function run(environment: string, port: number, load: number) {
  // From here on Ctrl-C ends what was started, even in the middle of the start.
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const begin = performance.now();
  const progress = (what: string) => console.error(`${seconds(begin)}  ${what}`);
  const page = new Page();
  const [address, pageAddress] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`];
  const file = join(root, `Pulumi.${environment}.yaml`);
  let starting: Promise<DataPath> | undefined;
  let controlled: Control | undefined;
  try {
    await page.listen(port + 1);
    const bin = await Promise.race([pythonEnvironment(progress), interrupted]);
    if (bin === undefined) return;
    progress(`planning ${environment}`);
    const started = DataPath.start({ root, environment, bin, pageAddress, port, progress });
    starting = started;
    // What is saved during the start isn't lost.
    watchFile(file, { interval: 300 }, () => void started.then((path) => reload(path, environment)));
    const path = await Promise.race([started, interrupted]);
    if (path === undefined) return;
    page.show(path, address, load);
    controlled = await control(path, environment, address);
    const text = statementOf(path, environment, address, pageAddress);
    writeFileSync(statement, text, { mode: 0o600 });
    print(`${text}\nready after ${seconds(begin)}; Ctrl-C stops it`);
    await interrupted;
    console.error("ending");
  } finally {
    unwatchFile(file);
    await page.close();
    await controlled?.close();
    await starting?.then(
      (path) => path.stop(),
      () => undefined,
    );
  }
}

/** Lets `npm run switch` and `npm run rollout` move its traffic. */
async function control(path: DataPath, environment: string, address: string): Promise<Control> {
  const socket = join(path.folder, "control");
  const control = new Control({ root, environment, path });
  await control.listen(socket);
  const { modelsAddress: through, prometheusAddress: prometheus } = path;
  const file: ControlFile = { environment, socket, address, through, prometheus };
  writeFileSync(join(root, controlFile), JSON.stringify(file), { mode: 0o600 });
  return control;
}

async function reload(path: DataPath, environment: string) {
  const begin = performance.now();
  try {
    await path.reload();
    console.error(`Pulumi.${environment}.yaml is in effect after ${seconds(begin)}: ${stateOf(path)}`);
  } catch (error) {
    console.error(
      `Pulumi.${environment}.yaml can't be applied, nothing was changed\n${(error as Error).message}`,
    );
  }
}

function stateOf(path: DataPath): string {
  const shares = Object.values(path.split).flatMap((slots) =>
    Object.entries(slots).map(([slot, percent]) => `${slot} ${percent} %`),
  );
  return `${shares.join(", ")}; tenants ${Object.keys(path.config.tenants).join(", ")}`;
}

function statementOf(path: DataPath, environment: string, address: string, pageAddress: string): string {
  const [[tenant = "", { models = [""] } = {}] = []] = Object.entries(tenantsOf(path.config.tenants));
  const { key } = path.secrets.ofTenant(tenant);
  const asked = (fields: object) =>
    `curl ${address}/v1/chat/completions -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify({ model: models[0], messages: [{ role: "user", content: "hello" }], max_tokens: 20, ...fields })}'`;
  return [
    `${environment} at ${address}: ${stateOf(path)}`,
    `page  ${pageAddress}/`,
    ...(path.prometheusAddress === undefined ? [] : [`alerts  ${path.prometheusAddress}/alerts`]),
    `key   ${key} (tenant ${tenant})`,
    "",
    asked({}),
    asked({ stream: true }).replace("curl ", "curl --no-buffer "),
    `curl ${address}/v1/models -H 'Authorization: Bearer ${key}'`,
    "",
  ].join("\n");
}

function seconds(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}

function within(name: string, text: string, low: number, high: number): number {
  const allowed = `a whole number from ${low} to ${high}`;
  return numberOption(
    name,
    text,
    allowed,
    (value) => Number.isInteger(value) && value >= low && value <= high,
  );
}

import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { difference } from "../../scripts/plan/difference.ts";
import type { Plan } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";

/**
 * Stands in for the Pulumi CLI where the commands are tested and no real one is there: it plans with the embedded
 * engine, keeps a state with pending operations, a lock that outlives it, a history, and a cloud beside the state that
 * an interrupted update leaves apart from it. It knows the words that the commands use.
 *
 * In the environment: STAND_IN_STATE, a file for the state, with the cloud, the lock, the history and the writes
 * beside it; STAND_IN_KILL, at which moment of an update it ends itself and whoever started it, counted from 1: each
 * change has three, before the cloud has it, when the cloud has it, and when the state has it; STAND_IN_SECONDS, how
 * long one change takes; STAND_IN_PLANS, a folder in which each configuration's plan is kept: the program is the same
 * in all of a test's runs.
 */
interface State {
  readonly resources: readonly StateResource[];
  readonly outputs: Properties;
  readonly pending: readonly { readonly type: string; readonly urn: string }[];
}

type StateResource = PlannedResource & { readonly id: string };

/** What the cloud has of the resources, by their id. */
type Cloud = Readonly<Record<string, { readonly urn: string; readonly inputs: Properties }>>;

const {
  STAND_IN_STATE: file = "",
  STAND_IN_KILL = "0",
  STAND_IN_SECONDS = "0",
  STAND_IN_PLANS = "",
} = process.env;
const cloudFile = `${file}.cloud`;
const lockFile = `${file}.lock`;
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  options: {
    stack: { type: "string" },
    target: { type: "string", multiple: true },
    "config-file": { type: "string" },
    "import-pending-creates": { type: "string", multiple: true },
    file: { type: "string" },
    message: { type: "string" },
    "policy-pack": { type: "string" },
    "policy-pack-config": { type: "string" },
    "page-size": { type: "string" },
    color: { type: "string" },
  },
});
const environment = String(values.stack);
const command = positionals.slice(0, 2).join(" ");
const targets = (values.target ?? []) as string[];
let moments = 0;
let holdsLock = false;

if (!existsSync(file) && command !== "up") fail(`error: no stack named '${environment}' found`);
if (command === "stack export") console.log(JSON.stringify({ version: 3, deployment: exported() }));
else if (command === "stack history") history();
else if (command === "preview") await preview();
else if (command === "up") await locked(up);
else if (command === "import") await locked(adopt);
else if (command === "cancel") rmSync(lockFile, { force: true });
else if (command === "refresh" && values["preview-only"]) drift();
else if (command === "refresh") await locked(refresh);
else fail(`error: the stand-in doesn't know: ${process.argv.slice(2).join(" ")}`);

function read(): State {
  return JSON.parse(readFileSync(file, "utf8")) as State;
}

function write(state: Partial<State>) {
  replace(file, { ...(existsSync(file) && read()), ...state });
}

/** Whoever reads meanwhile, or after a kill, finds all of the old content or all of the new. */
function replace(path: string, content: object) {
  writeFileSync(`${path}.new`, JSON.stringify(content));
  renameSync(`${path}.new`, path);
}

function cloud(): Cloud {
  return existsSync(cloudFile) ? (JSON.parse(readFileSync(cloudFile, "utf8")) as Cloud) : {};
}

function changeCloud(id: string, object: Cloud[string] | undefined) {
  const { [id]: _, ...others } = cloud();
  replace(cloudFile, object === undefined ? others : { ...others, [id]: object });
}

function exported() {
  const { resources, outputs, pending } = read();
  return {
    resources: resources.map(({ urn, type, custom, inputs, id, parent }) => ({
      ...{ urn, type, custom, id, inputs, parent, provider: "urn:provider::id" },
      outputs: type === "pulumi:pulumi:Stack" ? outputs : inputs,
    })),
    pending_operations: pending.map(({ type, urn }) => ({ type, resource: { urn } })),
  };
}

function history() {
  const path = `${file}.history`;
  const lines = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  console.log(JSON.stringify(lines.reverse().map((line) => JSON.parse(line))));
}

function arn(type: string, urn: string, number = 0): string {
  const kind = type.slice(type.lastIndexOf(":") + 1).toLowerCase();
  return `arn:aws:elasticloadbalancing:us-east-1:111122223333:${kind}/${urn.split("::").at(-1)}/${number}`;
}

type Planned = Pick<Plan, "resources" | "stackOutputs"> & { readonly config: Record<string, unknown> };

async function planned(): Promise<Planned> {
  const path = String(values["config-file"] ?? `Pulumi.${environment}.yaml`);
  const text = readFileSync(path, "utf8");
  const kept = join(STAND_IN_PLANS, `${createHash("sha256").update(text).digest("hex")}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, "utf8")) as Planned;
  const config = configurationIn(path, text);
  // The stack's own file isn't read where another is named: it may not even be YAML.
  const [{ runProgram }, { asProgramConfig }] = await Promise.all([
    import("../../scripts/plan/program.ts"),
    import("../../scripts/plan/environment.ts"),
  ]);
  const { resources, stackOutputs } = await runProgram({
    ...{ root: process.cwd(), project: "gantry", stack: environment, organization: "organization" },
    config: asProgramConfig(config),
    deployed: false,
    outputs: ({ type, urn }) =>
      /:(TargetGroup|Listener|ListenerRule)$/.test(type) ? { arn: arn(type, urn) } : {},
  });
  const plan = { resources, stackOutputs, config };
  mkdirSync(STAND_IN_PLANS, { recursive: true });
  writeFileSync(kept, JSON.stringify(plan));
  return plan;
}

function configurationIn(path: string, text: string): Record<string, unknown> {
  try {
    return (parse(text) as { config: Record<string, unknown> }).config;
  } catch (error) {
    return fail(`error: could not unmarshal '${path}': ${(error as Error).message}`);
  }
}

async function preview() {
  const plan = await planned();
  const { resources } = read();
  const steps = difference({ resources }, plan).map(({ urn, kind, fields }) => ({
    op: kind,
    urn,
    diffReasons: fields,
    oldState: stateOf(resources.find((resource) => resource.urn === urn)),
    newState: stateOf(plan.resources.find((resource) => resource.urn === urn)),
  }));
  console.log(JSON.stringify({ steps }));
}

function stateOf(resource: PlannedResource | undefined) {
  return (
    resource && { urn: resource.urn, type: resource.type, custom: resource.custom, outputs: resource.inputs }
  );
}

/** As the CLI does it: a lock that is there stops everything, and stays when its process is killed. */
async function locked(change: () => void | Promise<void>) {
  if (existsSync(lockFile))
    fail(
      "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
        `  ${lockFile}: created by ${readFileSync(lockFile, "utf8")}`,
    );
  writeFileSync(
    lockFile,
    `${userInfo().username}@${hostname()} (pid ${process.pid}) at ${new Date().toISOString()}`,
  );
  holdsLock = true;
  // The first signal lets the change that is under way end.
  let cancelled = false;
  process.on("SIGINT", () => {
    cancelled = true;
  });
  try {
    await change();
  } finally {
    rmSync(lockFile, { force: true });
  }
  if (cancelled) fail("error: update canceled");
}

async function up() {
  const plan = await planned();
  if (!existsSync(file)) {
    const resources = plan.resources.map((resource) => ({
      ...resource,
      id: arn(resource.type, resource.urn),
    }));
    for (const { id, urn, inputs } of resources.filter(isRule)) changeCloud(id, { urn, inputs });
    write({ resources, outputs: plan.stackOutputs, pending: [] });
    record(plan);
    return;
  }
  const known = read().resources.map(({ urn }) => urn);
  const unknown = targets.filter((urn) => !known.includes(urn));
  if (values.refresh) {
    if (unknown.length > 0) fail(`error: Target '${unknown[0]}' could not be found in the stack.`);
    refreshTargets();
  }
  const wanted = difference(read(), plan).filter(({ urn }) => targets.length === 0 || targets.includes(urn));
  const order = { create: 0, update: 0, delete: 1 };
  // Pending creations stay until a refresh takes them up; others end with the update that finds them.
  write({ pending: read().pending.filter(({ type }) => type === "creating") });
  for (const { urn, kind } of wanted.sort((a, b) => order[a.kind] - order[b.kind]))
    await make(
      urn,
      kind,
      plan.resources.find((resource) => resource.urn === urn),
    );
  write({ outputs: plan.stackOutputs });
  record(plan);
}

/** In the form of `pulumi stack history --json`. */
function record({ config }: Planned) {
  const recorded = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "object"
      ? { value: JSON.stringify(value), objectValue: value, secret: false }
      : { value: String(value), secret: false },
  ]);
  const update = {
    message: values.message ?? "",
    endTime: new Date().toISOString(),
    result: "succeeded",
    config: Object.fromEntries(recorded),
  };
  appendFileSync(`${file}.history`, `${JSON.stringify(update)}\n`);
}

async function make(
  urn: string,
  kind: "create" | "update" | "delete",
  resource: PlannedResource | undefined,
) {
  const old = read().resources.find((one) => one.urn === urn);
  const type = { create: "creating", update: "updating", delete: "deleting" }[kind];
  write({ pending: [...read().pending, { type, urn }] });
  await new Promise((done) => setTimeout(done, 1000 * Number(STAND_IN_SECONDS)));
  moment();
  const id = old?.id ?? arn(resource?.type ?? "", urn, Object.keys(cloud()).length);
  const priority = resource?.inputs.priority;
  if (kind === "create" && Object.values(cloud()).some(({ inputs }) => inputs.priority === priority))
    fail(`error: creating ELBv2 Listener Rule: PriorityInUse: Priority '${priority}' is currently in use`);
  changeCloud(id, resource && { urn, inputs: resource.inputs });
  moment();
  const { resources, pending } = read();
  const others = resources.filter((one) => one.urn !== urn);
  write({
    resources: resource === undefined ? others : [...others, { ...resource, id }],
    pending: pending.filter((one) => one.urn !== urn || one.type !== type),
  });
  moment();
  const line = { at: Date.now(), kind, name: urn.split("::").at(-1), inputs: resource?.inputs };
  appendFileSync(`${file}.writes`, `${JSON.stringify(line)}\n`);
}

/** Ends this process and whoever waits for it, as a machine that goes away. */
function moment() {
  if (++moments !== Number(STAND_IN_KILL)) return;
  process.kill(process.ppid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

function isRule({ type }: PlannedResource): boolean {
  return type === "aws:lb/listenerRule:ListenerRule";
}

/** With targets, a pending creation that is to be imported is dropped, and nothing imported. Seen with the CLI 3.260. */
function refresh() {
  const imported = (values["import-pending-creates"] ?? []) as string[];
  const { pending } = read();
  write({ pending: pending.filter(({ type, urn }) => type === "creating" && !imported.includes(urn)) });
  refreshTargets();
}

function refreshTargets() {
  const { resources } = read();
  const found = cloud();
  write({
    resources: resources.flatMap((resource) => {
      if (!isRule(resource) || !targets.includes(resource.urn)) return [resource];
      const object = found[resource.id];
      return object === undefined ? [] : [{ ...resource, inputs: object.inputs }];
    }),
  });
}

function adopt() {
  const { nameTable, resources: adopted } = JSON.parse(readFileSync(String(values.file), "utf8")) as {
    nameTable: { parent: string };
    resources: readonly { type: string; name: string; id: string }[];
  };
  for (const { type, name, id } of adopted) {
    const object = cloud()[id];
    if (object === undefined) fail(`error: resource '${id}' does not exist`);
    const { resources } = read();
    const like = resources.find((one) => one.type === type && one.parent === nameTable.parent);
    if (like === undefined) return fail("error: no parent");
    const urn = `${like.urn.slice(0, like.urn.lastIndexOf("::") + 2)}${name}`;
    const inputs = (object as Cloud[string]).inputs;
    write({ resources: [...resources, { ...like, urn, id, inputs }] });
  }
}

/** What `STAND_IN_STATE.live` holds by URN is found in place of what the state says, and rules as the cloud has them. */
function drift() {
  const path = `${file}.live`;
  const live = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, Properties | null>)
    : {};
  const found = cloud();
  const steps = read()
    .resources.filter(({ urn }) => targets.includes(urn))
    .map((resource) => {
      const { urn, inputs } = resource;
      const there = isRule(resource) ? (found[resource.id]?.inputs ?? null) : inputs;
      const now = Object.hasOwn(live, urn) ? live[urn] : there;
      const op =
        now === null ? "delete" : JSON.stringify(now) === JSON.stringify(inputs) ? "refresh" : "update";
      const newState = now === null ? undefined : { ...stateOf(resource), outputs: now };
      return { op, urn, oldState: stateOf(resource), newState };
    });
  console.log(JSON.stringify({ steps }));
}

function fail(message: string): never {
  console.error(message);
  if (holdsLock) rmSync(lockFile, { force: true });
  process.exit(255);
}

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { difference } from "../../scripts/plan/difference.ts";
import { type Plan, planProgram } from "../../scripts/plan/plan.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import type { Properties } from "../../scripts/plan/wire.ts";

/**
 * Stands in for the Pulumi CLI where the commands are tested: it plans with the embedded engine, keeps the plan as
 * the stack's state, and writes down each change that it makes. It knows the words that the Automation API uses for
 * local programs, and no provider: what differs is told by the plans' inputs.
 *
 * In the environment: STAND_IN_STATE, a file for the state; STAND_IN_LOCKED, where another update holds the stack;
 * STAND_IN_DIE_AFTER, a number of changes after which it fails; STAND_IN_SECONDS, how long one change takes.
 */
interface State {
  readonly resources: readonly PlannedResource[];
  readonly outputs: Properties;
}

const {
  STAND_IN_STATE: file = "",
  STAND_IN_LOCKED,
  STAND_IN_DIE_AFTER,
  STAND_IN_SECONDS = "0",
} = process.env;
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  options: {
    stack: { type: "string" },
    target: { type: "string", multiple: true },
    "config-file": { type: "string" },
    "event-log": { type: "string" },
    message: { type: "string" },
    "policy-pack": { type: "string" },
    "policy-pack-config": { type: "string" },
    "exec-kind": { type: "string" },
    color: { type: "string" },
  },
});
const environment = String(values.stack);
const command = positionals.slice(0, 2).join(" ");

/** Above this version the CLI tells its events over gRPC, which no test here needs. */
if (command === "version") console.log("v3.205.0");
else if (command === "stack select") select();
else if (command === "stack export") console.log(JSON.stringify({ version: 3, deployment: exported() }));
else if (command === "stack output") console.log(JSON.stringify(read().outputs));
else if (command === "stack history") console.log("[]");
else if (command === "preview") await preview();
else if (command === "up") await up();
else if (command === "refresh") refresh();
else fail(`the stand-in doesn't know: ${process.argv.slice(2).join(" ")}`);

function select() {
  if (!existsSync(file)) fail(`error: no stack named '${environment}' found`);
}

function read(): State {
  return JSON.parse(readFileSync(file, "utf8")) as State;
}

function exported() {
  const { resources, outputs } = read();
  return {
    resources: resources.map(({ urn, type, custom, inputs }) => ({
      urn,
      type,
      custom,
      id: arn(type, urn),
      inputs,
      outputs: type === "pulumi:pulumi:Stack" ? outputs : inputs,
    })),
  };
}

function arn(type: string, urn: string): string {
  const kind = type.slice(type.lastIndexOf(":") + 1).toLowerCase();
  return `arn:aws:elasticloadbalancing:us-east-1:111122223333:${kind}/${urn.split("::").at(-1)}/0`;
}

async function planned(): Promise<Plan> {
  const path = values["config-file"] ?? `Pulumi.${environment}.yaml`;
  const { config } = parse(readFileSync(String(path), "utf8")) as { config: Record<string, unknown> };
  return planProgram({
    root: process.cwd(),
    environment,
    edit: () => config,
    outputs: ({ type, urn }) =>
      /:(TargetGroup|Listener|ListenerRule)$/.test(type) ? { arn: arn(type, urn) } : {},
  });
}

async function preview() {
  if (STAND_IN_LOCKED) locked();
  const plan = await planned();
  for (const { urn, kind, fields } of difference(asPlan(read(), plan), plan)) tell(urn, kind, fields);
  summary();
}

async function up() {
  if (STAND_IN_LOCKED) locked();
  if (!existsSync(file)) {
    const { resources, stackOutputs } = await planned();
    writeFileSync(file, JSON.stringify({ resources, outputs: stackOutputs }));
    return;
  }
  const plan = await planned();
  const targets = (values.target ?? []) as string[];
  const wanted = difference(asPlan(read(), plan), plan).filter(
    ({ urn }) => targets.length === 0 || targets.includes(urn),
  );
  const order = { create: 0, update: 0, delete: 1 };
  let made = 0;
  for (const { urn, kind } of wanted.sort((a, b) => order[a.kind] - order[b.kind])) {
    if (STAND_IN_DIE_AFTER !== undefined && made >= Number(STAND_IN_DIE_AFTER))
      fail("error: connection lost");
    await new Promise((done) => setTimeout(done, 1000 * Number(STAND_IN_SECONDS)));
    const { resources, outputs } = read();
    const others = resources.filter((resource) => resource.urn !== urn);
    const young = plan.resources.find((resource) => resource.urn === urn);
    writeFileSync(
      file,
      JSON.stringify({ resources: young === undefined ? others : [...others, young], outputs }),
    );
    made++;
    appendFileSync(
      `${file}.writes`,
      `${JSON.stringify({ at: Date.now(), kind, name: urn.split("::").at(-1), inputs: young?.inputs })}\n`,
    );
  }
  writeFileSync(file, JSON.stringify({ ...read(), outputs: plan.stackOutputs }));
  console.log(values.message ?? "");
}

/** What `STAND_IN_STATE.live` holds by URN is found in place of what the state says. */
function refresh() {
  const path = `${file}.live`;
  const live = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, Properties | null>)
    : {};
  for (const { urn, type, inputs } of read().resources) {
    if (!((values.target ?? []) as string[]).includes(urn)) continue;
    const found = Object.hasOwn(live, urn) ? live[urn] : inputs;
    const op =
      found === null ? "delete" : JSON.stringify(found) === JSON.stringify(inputs) ? "same" : "update";
    event({ resourcePreEvent: { metadata: { op: "refresh", urn, type } } });
    event({
      resOutputsEvent: {
        metadata: { op, urn, type, old: { outputs: inputs }, ...(found && { new: { outputs: found } }) },
      },
    });
  }
  summary();
}

function asPlan({ resources }: State, { config }: Plan): Plan {
  return { environment, config, resources, stackOutputs: {}, warnings: [] };
}

function tell(urn: string, op: string, diffs: readonly string[]) {
  event({
    resourcePreEvent: { metadata: { op, urn, type: urn.split("::").at(-2)?.split("$").at(-1), diffs } },
  });
}

function summary() {
  event({ summaryEvent: { resourceChanges: {} } });
}

function event(told: object) {
  const log = values["event-log"];
  if (typeof log === "string")
    appendFileSync(log, `${JSON.stringify({ sequence: 0, timestamp: 0, ...told })}\n`);
}

function locked(): never {
  return fail(
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end",
  );
}

function fail(message: string): never {
  console.error(message);
  process.exit(255);
}

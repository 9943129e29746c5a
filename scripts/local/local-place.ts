import { readFileSync } from "node:fs";
import { request as ask, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import type { DeployedStack } from "../traffic/deployed-stack.ts";
import { TrafficError } from "../traffic/errors.ts";
import { type Balancer, type Groups, type ModelRule, modelRule } from "../traffic/model-rules.ts";
import type { TrafficPlace } from "../traffic/place.ts";
import { StackError } from "../traffic/pulumi-cli.ts";
import type { LocalRequest, LocalState } from "./control.ts";
import type { ListenerRule } from "./listener-rules.ts";

/** The file in which `npm run local` records its control socket, relative to the project's folder. */
export const controlFile = ".gantry/local.json";

/** The content of the control file. */
export interface ControlFile {
  readonly environment: string;
  readonly socket: string;
  /** Where callers send requests. */
  readonly address: string;
  /** Where the models' load balancer takes requests by their host. */
  readonly through: string;
  /** Where Prometheus answers; absent where this machine has none. */
  readonly prometheus?: string | undefined;
}

/** The data path that `npm run local` runs on this machine: where it answers, and its control socket. */
export interface LocalDataPath {
  readonly control: ControlFile;
  readonly tell: <T>(request: LocalRequest) => Promise<T>;
}

/** @throws TrafficError where none runs, or one of another environment */
export function localDataPath(root: string, environment: string): LocalDataPath {
  const control = controlOf(root, environment);
  return { control, tell: <T>(request: LocalRequest) => sendRequest<T>(control.socket, request) };
}

/**
 * The data path on this machine in place of the stack and of AWS.
 * @throws TrafficError where it doesn't run, or runs another environment
 */
export function local(root: string, environment: string): TrafficPlace {
  const { control, tell } = localDataPath(root, environment);
  const { through, prometheus } = control;
  const state = () => tell<LocalState>({ verb: "read" });
  const stack: DeployedStack = {
    read: async () => (await state()).deployed,
    history: async () => (await state()).history,
    preview: (text) => tell({ verb: "preview", text }),
    update: async ({ message, fileText }) => {
      await tell({ verb: "update", message, ...(fileText !== undefined && { text: fileText }) });
    },
    // Its content is in effect, and none of its updates is left half done.
    refresh: async () => undefined,
    unlock: async () => undefined,
    drift: async () => [],
    adopt: async ({ name }) => {
      throw new StackError(`${name} can't be taken over on this machine: start npm run local again`);
    },
  };
  const balancer: Balancer = {
    rules: async ({ host }, groups) => {
      const { rules } = await state();
      return rules.filter((rule) => takes(rule, host)).map((rule) => asModelRule(rule, groups));
    },
    remove: async ({ id }) => {
      throw new StackError(`rule ${id} can't be removed on this machine: start npm run local again`);
    },
  };
  return {
    stack,
    around: () => ({
      balancer,
      health: (group) => tell({ verb: "health", group }),
      engineKey: (name = "") => tell({ verb: "secret", name }),
      ...{ through, prometheus },
    }),
  };
}

function controlOf(root: string, environment: string): ControlFile {
  const start = `start it in another terminal with npm run local -- ${environment}, and wait until it prints "ready"`;
  let control: ControlFile;
  try {
    control = JSON.parse(readFileSync(join(root, controlFile), "utf8")) as ControlFile;
  } catch {
    throw new TrafficError(
      `--local needs npm run local, which isn't running here: ${start}. Nothing was changed`,
    );
  }
  if (control.environment === environment) return control;
  throw new TrafficError(
    `npm run local runs ${control.environment}, not ${environment}: name that one, or end it and ${start}. Nothing was changed`,
  );
}

async function sendRequest<T>(socketPath: string, request: LocalRequest): Promise<T> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = ask({ socketPath, method: "POST", path: "/" }, resolve);
    asked.on("error", (error: NodeJS.ErrnoException) =>
      reject(new StackError(`npm run local no longer answers (${error.code}): start it again`)),
    );
    asked.end(JSON.stringify(request));
  });
  const body = await json(response);
  if (response.statusCode === 200) return body as T;
  throw new StackError(String(body));
}

/** Whether a rule is about a model's host. */
function takes({ conditions }: ListenerRule, host: string): boolean {
  return conditions.some(({ hostHeader }) => hostHeader?.values?.includes(host));
}

function asModelRule({ name, priority, conditions, action }: ListenerRule, groups: Groups): ModelRule {
  return modelRule({
    ...{ id: name, priority, groups },
    bucketPattern: conditions.find(({ httpHeader }) => httpHeader !== undefined)?.httpHeader
      ?.regexValues?.[0],
    targets: action.type === "forward" ? action.forward.targetGroups : [],
    foreign: action.type === "forward" ? [] : [action.type],
  });
}

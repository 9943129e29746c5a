import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CommandError,
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import { type Colour, spelledOut, type Traffic } from "../../components/serving/traffic.ts";

/** A resource that the stack's state knows. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As its provider knows it: an ARN for load balancers and their parts. */
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What the stack's state says is deployed. */
export interface Deployed {
  readonly traffic: Readonly<Record<string, Traffic>>;
  /** Names of the secrets with the keys that each model's slots ask for. */
  readonly engineKeys: Readonly<Record<string, Readonly<Partial<Record<Colour, string>>>>>;
  readonly resources: readonly DeployedResource[];
}

/** What an update would do to one resource. */
export interface Step {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As Pulumi names it: create, update, delete, replace and so on. */
  readonly operation: string;
  /** Paths that differ, where the provider tells. */
  readonly fields: readonly string[];
  /** As the state has it, and as it would be or, in a refresh, as it was found. */
  readonly before: Outputs;
  readonly after: Outputs;
}

export type Outputs = Readonly<Record<string, unknown>> | undefined;

/** A stack as it is deployed. The commands know it by these four verbs, whoever performs them. */
export interface DeployedStack {
  /** @throws StackError */
  read(): Promise<Deployed>;
  /** What another text of the stack's file would change, judged by the policies. @throws StackError */
  preview(fileText: string): Promise<readonly Step[]>;
  /** Brings resources in line with the stack's own file, and no others. @throws StackError */
  update(urns: readonly string[], message: string): Promise<void>;
  /** How resources differ from what the state says of them. @throws StackError */
  drift(urns: readonly string[]): Promise<readonly Step[]>;
}

/** A stack that couldn't be read or changed, in words for whoever runs the command. */
export class StackError extends Error {
  override readonly name = "StackError";
}

export interface PulumiStackArgs {
  /** The project's folder. */
  readonly root: string;
  readonly environment: string;
  /** Policy packs and their configurations to judge previews with. */
  readonly policies?: { readonly pack: string; readonly configuration: string | undefined };
}

/**
 * A stack behind the Pulumi CLI.
 * @throws StackError when the CLI or the stack is missing
 */
export async function openStack(args: PulumiStackArgs): Promise<DeployedStack> {
  const { root, environment, policies } = args;
  const stack = await told(environment, () =>
    LocalWorkspace.selectStack({ stackName: environment, workDir: root }),
  );
  const packs = policies && {
    policyPacks: [policies.pack],
    ...(policies.configuration !== undefined && { policyPackConfigs: [policies.configuration] }),
  };
  const options = { color: "never", suppressProgress: true } as const;
  return {
    read: () => told(environment, () => state(root, environment)),
    preview: (fileText) =>
      told(environment, () =>
        withFile(environment, fileText, (configFile) =>
          steps((onEvent) => stack.preview({ ...options, ...packs, configFile, onEvent })),
        ),
      ),
    update: (urns, message) =>
      told(environment, async () => {
        await stack.up({ ...options, target: [...urns], message });
      }),
    drift: (urns) =>
      told(environment, () =>
        steps((onEvent) => stack.previewRefresh({ ...options, target: [...urns], onEvent })),
      ),
  };
}

/** Lends a text as a file. */
async function withFile<T>(environment: string, text: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gantry-"));
  try {
    const path = join(folder, `Pulumi.${environment}.yaml`);
    writeFileSync(path, text);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One export holds outputs and resources, of one moment. The Automation API's own would decrypt secrets for it. */
async function state(root: string, environment: string): Promise<Deployed> {
  const { stdout } = await promisify(execFile)("pulumi", ["stack", "export", "--stack", environment], {
    cwd: root,
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  const { deployment } = JSON.parse(stdout) as { deployment: { resources?: readonly ExportedResource[] } };
  const resources = deployment.resources ?? [];
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const { models = {} } = (stack?.outputs ?? {}) as {
    models?: Record<string, Traffic & { engineKeys?: Partial<Record<Colour, string>> }>;
  };
  return {
    engineKeys: Object.fromEntries(
      Object.entries(models).map(([model, { engineKeys = {} }]) => [model, engineKeys]),
    ),
    traffic: Object.fromEntries(
      Object.entries(models).map(([model, traffic]) => [model, spelledOut(traffic)]),
    ),
    resources: resources
      .filter(({ custom }) => custom)
      .map(({ urn, type, id = "", outputs = {} }) => ({ urn, type, name: nameOf(urn), id, outputs })),
  };
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What isn't a change, in previews and in refreshes. */
const quiet: readonly string[] = ["same", "read", "refresh"];

async function steps(run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<Step[]> {
  const found = new Map<string, Step>();
  await run(({ resourcePreEvent, resOutputsEvent }) => {
    // A refresh tells what it found after it has asked, a preview before it does anything.
    const metadata = resOutputsEvent?.metadata ?? resourcePreEvent?.metadata;
    if (metadata === undefined || quiet.includes(metadata.op)) return;
    const { urn, type, op, detailedDiff, diffs, old, new: young } = metadata;
    found.set(urn, {
      urn,
      type,
      name: nameOf(urn),
      operation: op,
      fields: detailedDiff ? Object.keys(detailedDiff) : (diffs ?? []),
      before: old?.outputs,
      after: young?.outputs,
    });
  });
  return [...found.values()];
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** What the CLI's failures mean, and what to do. */
async function told<T>(environment: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isOfCommand(error)) throw error;
    throw new StackError(meaning(environment, error), { cause: error });
  }
}

/** Of the Automation API, or of a child process that failed or couldn't be started. */
function isOfCommand(error: unknown): error is Error {
  return error instanceof CommandError || (error instanceof Error && "code" in error && "cmd" in error);
}

function meaning(environment: string, error: Error): string {
  if (/ENOENT/.test(error.message))
    return "the Pulumi CLI isn't on the PATH; install it: https://www.pulumi.com/docs/install/";
  if (error instanceof StackNotFoundError)
    return `there is no stack ${environment} in this backend; pulumi login, pulumi stack init ${environment}, pulumi up`;
  if (error instanceof ConcurrentUpdateError)
    return `the stack ${environment} is locked by another update; wait for its end, or pulumi cancel --stack ${environment} if nobody runs one`;
  return said(error.message);
}

/** The CLI's own words without the frame that the Automation API puts around them. */
function said(message: string): string {
  const lines = message.split("\n").map((line) => line.trimEnd());
  const telling = lines.filter((line) => /^\s*(?:error|warning): |\[mandatory\]|^\s+error:/.test(line));
  return (telling.length > 0 ? [...new Set(telling)] : lines).join("\n");
}

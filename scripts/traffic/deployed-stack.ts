import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Colour } from "../../components/serving/traffic.ts";
import { providerUrn, urnName } from "../plan/resource.ts";
import { runPulumi, StackError } from "./pulumi-cli.ts";

/** A resource that the stack's state knows. */
export interface DeployedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As its provider knows it: an ARN for load balancers and their parts. */
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** URN of its parent and of its provider. */
  readonly parent?: string | undefined;
  readonly provider?: string | undefined;
}

/** An operation of an update that was interrupted before it was known how it ended. */
export interface PendingOperation {
  readonly urn: string;
  /** As Pulumi names it: creating, updating, deleting and so on. */
  readonly operation: string;
}

/** What the stack's state says is deployed. */
export interface Deployed {
  /** By model, the percentage that its gateway copies: no rule holds it. */
  readonly shadowPercent: Readonly<Record<string, number>>;
  /** Names of the secrets with the keys that each model's slots ask for. */
  readonly engineKeys: Readonly<Record<string, Readonly<Partial<Record<Colour, string>>>>>;
  readonly resources: readonly DeployedResource[];
  readonly pending: readonly PendingOperation[];
}

/** What an update would do to one resource. */
export interface PlannedStep {
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

/** One update that the backend has on record. */
export interface PastUpdate {
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
  /** Whether it made every requested change. */
  readonly succeeded: boolean;
  /** The configuration that it deployed, by full key; absent where it failed. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

export interface Update {
  readonly urns: readonly string[];
  readonly message: string;
  /** Whether the resources are read from their provider before; all of them must be in the state then. */
  readonly refresh: boolean;
  /** Text of a stack file to deploy in place of the stack's own. */
  readonly fileText?: string | undefined;
}

/** A resource that the cloud has and the state doesn't. */
interface Adoption {
  readonly name: string;
  readonly id: string;
  /** A resource of the same type, parent and provider. */
  readonly like: DeployedResource;
}

/** A stack as it is deployed. The commands know it by these verbs, whoever performs them. */
export interface DeployedStack {
  /** @throws StackError */
  read(): Promise<Deployed>;
  /** The last updates, the newest first. @throws StackError */
  history(): Promise<readonly PastUpdate[]>;
  /** What another text of the stack's file would change, judged by the policies. @throws StackError */
  preview(fileText: string): Promise<readonly PlannedStep[]>;
  /** Brings resources in line with the stack's file, and no others. @throws StackError */
  update(update: Update): Promise<void>;
  /**
   * Reads resources again, and drops the pending creation of others.
   * @param created URNs that an interrupted update was creating
   * @throws StackError
   */
  refresh(urns: readonly string[], created: readonly string[]): Promise<void>;
  /** Takes a resource of the cloud into the state. @throws StackError */
  adopt(adoption: Adoption): Promise<void>;
  /** Drops the lock that a killed CLI left. @throws StackError */
  unlock(): Promise<void>;
  /** How resources differ from what the state says of them. @throws StackError */
  drift(urns: readonly string[]): Promise<readonly PlannedStep[]>;
}

export interface PulumiStackArgs {
  /** The project's folder. */
  readonly root: string;
  readonly environment: string;
  /** Policy packs and their configurations to judge previews with. */
  readonly policies?: { readonly pack: string; readonly configuration: string | undefined };
}

/**
 * A stack behind the Pulumi CLI. Every command names the stack, so that the selected one stays as it is: the
 * Automation API would select it, and would keep its child in this process's group, where a Ctrl-C ends both.
 */
export function pulumiStack({ root, environment, policies }: PulumiStackArgs): DeployedStack {
  const reads = (...args: readonly string[]) => runPulumi({ root, environment, args });
  const writes = (...args: readonly string[]) =>
    runPulumi({ root, environment, writes: true, args: [...args, "--yes", "--skip-preview", ...plain] });
  const targets = (urns: readonly string[]) => {
    // The CLI takes none for all.
    if (urns.length === 0) throw new StackError("no resource of the stack is named");
    return urns.flatMap((urn) => ["--target", urn]);
  };
  const packs = policies && [
    ...["--policy-pack", policies.pack],
    ...(policies.configuration === undefined ? [] : ["--policy-pack-config", policies.configuration]),
  ];
  return {
    read: async () => deployed(await reads("stack", "export")),
    history: async () => pastUpdates(await reads("stack", "history", "--json", "--page-size", "50")),
    preview: (fileText) =>
      withFile(`Pulumi.${environment}.yaml`, fileText, async (path) =>
        steps(await reads("preview", "--json", "--config-file", path, ...(packs ?? []))),
      ),
    update: async ({ urns, message, refresh, fileText }) => {
      const args = ["up", "--message", message, ...targets(urns), ...(refresh ? ["--refresh"] : [])];
      if (fileText === undefined) await writes(...args);
      else
        await withFile(`Pulumi.${environment}.yaml`, fileText, (path) =>
          writes(...args, "--config-file", path),
        );
    },
    refresh: async (urns, created) => {
      // With targets the CLI drops an imported pending creation and imports nothing, whatever its id; its
      // --clear-pending-creates would drop those of everything else, too.
      const dropped = created.flatMap((urn) => [urn, "none"]);
      await writes(
        "refresh",
        ...targets(urns),
        ...dropped.flatMap((value) => ["--import-pending-creates", value]),
      );
    },
    adopt: async ({ name, id, like }) => {
      const { type, parent = "", provider = "" } = like;
      const file = {
        nameTable: { parent, provider: providerUrn(provider) },
        resources: [{ type, name, id, parent: "parent", provider: "provider" }],
      };
      await withFile("import.json", JSON.stringify(file), (path) =>
        writes("import", "--file", path, "--protect=false", "--generate-code=false"),
      );
    },
    unlock: async () => {
      await reads("cancel", "--yes");
    },
    drift: async (urns) => steps(await reads("refresh", "--preview-only", "--json", ...targets(urns))),
  };
}

const plain = ["--color", "never", "--suppress-progress"];

/** Lends a text as a file. */
async function withFile<T>(name: string, text: string, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gantry-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, text);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One export holds outputs, resources and pending operations, of one moment. */
function deployed(exported: string): Deployed {
  const { deployment } = JSON.parse(exported) as {
    deployment: {
      resources?: readonly ExportedResource[];
      pending_operations?: readonly { readonly resource: ExportedResource; readonly type: string }[];
    };
  };
  const resources = deployment.resources ?? [];
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    ...modelOutputs(stack?.outputs),
    resources: resources
      .filter(({ custom }) => custom)
      .map(({ urn, type, id = "", outputs = {}, parent, provider }) => ({
        ...{ urn, type, name: urnName(urn), id, outputs, parent, provider },
      })),
    pending: (deployment.pending_operations ?? []).map(({ resource, type }) => ({
      urn: resource.urn,
      operation: type,
    })),
  };
}

/** What a stack's outputs say of its models. */
export function modelOutputs(outputs: Outputs): Pick<Deployed, "engineKeys" | "shadowPercent"> {
  const { models = {} } = (outputs ?? {}) as {
    models?: Record<string, { shadowPercent?: number; engineKeys?: Partial<Record<Colour, string>> }>;
  };
  const each = Object.entries(models);
  return {
    engineKeys: Object.fromEntries(each.map(([model, { engineKeys = {} }]) => [model, engineKeys])),
    shadowPercent: Object.fromEntries(each.map(([model, { shadowPercent = 0 }]) => [model, shadowPercent])),
  };
}

interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly provider?: string;
}

function pastUpdates(json: string): PastUpdate[] {
  const updates = JSON.parse(json) as readonly {
    readonly message?: string;
    readonly startTime?: string;
    readonly endTime?: string;
    readonly result?: string;
    readonly config?: Readonly<Record<string, RecordedValue>>;
  }[];
  return updates.map(({ message = "", startTime = "", endTime = startTime, result, config }) => {
    const succeeded = result === "succeeded";
    return {
      ...{ message, at: endTime, succeeded },
      config: succeeded && config !== undefined ? configuration(config) : undefined,
    };
  });
}

/** A setting in `pulumi stack history --json`. [pulumi/pulumi pkg/cmd/pulumi/config/config.go, configValueJSON] */
interface RecordedValue {
  readonly value?: string;
  readonly objectValue?: unknown;
}

function configuration(recorded: Readonly<Record<string, RecordedValue>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(recorded).map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
  );
}

/** What isn't a change, in previews and in refreshes. */
const quiet: readonly string[] = ["same", "read", "refresh"];

function steps(json: string): PlannedStep[] {
  const { steps = [] } = JSON.parse(json) as {
    steps?: readonly {
      readonly op: string;
      readonly urn: string;
      readonly diffReasons?: readonly string[];
      readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
      readonly oldState?: ExportedResource;
      readonly newState?: ExportedResource;
    }[];
  };
  return steps
    .filter(({ op }) => !quiet.includes(op))
    .map(({ op, urn, diffReasons, detailedDiff, oldState, newState }) => ({
      urn,
      type: newState?.type ?? oldState?.type ?? "",
      name: urnName(urn),
      operation: op,
      fields: detailedDiff ? Object.keys(detailedDiff) : (diffReasons ?? []),
      before: oldState?.outputs,
      after: newState?.outputs,
    }));
}

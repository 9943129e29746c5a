import type { Colour } from "../../components/serving/traffic.ts";
import { providerUrn, urnName } from "../plan/resource.ts";
import { withFile } from "../temporary-file.ts";
import type { Deployed, DeployedStack, Outputs, PastUpdate, PlannedStep } from "./deployed-stack.ts";
import { runPulumi, StackError } from "./pulumi-cli.ts";

export interface PulumiStackArgs {
  /** The project's folder. */
  readonly root: string;
  readonly environment: string;
  /** Policy packs and their configurations for previews. */
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

/** The models in a stack's outputs. */
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

/** Operations in previews and refreshes that aren't changes. */
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

import { withFile } from "../temporary-file.ts";
import { type CliArgs, runPulumi, tryPulumi } from "../traffic/pulumi-cli.ts";
import type { LeftBehind } from "./left-behind.ts";
import type { Exported } from "./state.ts";

/** The Pulumi CLI on one stack. It leaves alone which stack is selected. */
export class Pulumi {
  private readonly root: string;
  private readonly stack: string;

  constructor(root: string, stack: string) {
    this.root = root;
    this.stack = stack;
  }

  /** Secrets stay encrypted. @throws StackError */
  async export(): Promise<Exported> {
    return JSON.parse(await this.read("stack", "export")) as Exported;
  }

  async import(state: Exported): Promise<void> {
    await withFile("file.json", JSON.stringify(state), (file) =>
      this.write("stack", "import", "--file", file),
    );
  }

  /**
   * Which of these exist, by asking their providers and changing nothing.
   * @param provider the URN of the provider of each, by the resource's URN
   */
  async existing(
    left: readonly LeftBehind[],
    provider: (urn: string) => string,
  ): Promise<readonly LeftBehind[]> {
    if (left.length === 0) return [];
    const providers = [...new Set(left.map(({ urn }) => provider(urn)))];
    const request = {
      nameTable: Object.fromEntries(providers.map((urn, index) => [`provider-${index}`, urn])),
      resources: left.map(({ type, importId, urn }, index) => ({
        type,
        name: `left-behind-${index}`,
        id: importId,
        provider: `provider-${providers.indexOf(provider(urn))}`,
      })),
    };
    const options = ["--preview-only", "--generate-code=false", "--json"];
    const { output, errors: said } = await withFile("file.json", JSON.stringify(request), (file) =>
      tryPulumi(this.cli(["import", "--file", file, ...options])),
    );
    const { diagnostics = [] } = parsed(output, said);
    const errors = diagnostics.filter(({ severity, urn }) => severity === "error" && urn !== undefined);
    const absent = new Set(errors.filter(({ message }) => /does not exist/.test(message ?? "")).map(indexOf));
    const others = errors.filter((error) => !absent.has(indexOf(error)));
    if (others.length > 0) throw new Error(others.map(({ message }) => message?.trim()).join("\n"));
    // The first that doesn't exist may end the preview before it has come to the rest.
    const rest = left.filter((_, index) => !absent.has(index));
    return absent.size === 0 ? left : this.existing(rest, provider);
  }

  async refresh(urns: readonly string[]): Promise<void> {
    await this.write("refresh", "--yes", "--skip-preview", ...targets(urns));
  }

  /** Only what is named: what depends on it would have been named as well. */
  async destroy(urns: readonly string[]): Promise<void> {
    await this.write("destroy", "--yes", "--skip-preview", ...targets(urns));
  }

  private read(...args: readonly string[]): Promise<string> {
    return runPulumi(this.cli(args));
  }

  private async write(...args: readonly string[]): Promise<void> {
    await runPulumi({ ...this.cli(args), writes: true });
  }

  private cli(args: readonly string[]): CliArgs {
    return { root: this.root, environment: this.stack, args: [...args, "--color", "never"] };
  }
}

interface Diagnostic {
  readonly severity?: string;
  readonly urn?: string;
  readonly message?: string;
}

/** @throws Error with the CLI's words where it ended before the preview */
function parsed(output: string, errors: string): { diagnostics?: readonly Diagnostic[] } {
  try {
    return JSON.parse(output.slice(output.indexOf("{"))) as { diagnostics?: readonly Diagnostic[] };
  } catch {
    throw new Error(`pulumi import couldn't look for what exists:\n${errors}${output}`);
  }
}

function indexOf({ urn = "" }: Diagnostic): number {
  return Number(urn.slice(urn.lastIndexOf("-") + 1));
}

function targets(urns: readonly string[]): readonly string[] {
  return urns.flatMap((urn) => ["--target", urn]);
}

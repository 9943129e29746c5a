import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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

  /** Secrets stay encrypted. @throws Error with the CLI's own words */
  async export(): Promise<Exported> {
    return JSON.parse(await this.run("stack", "export")) as Exported;
  }

  async import(state: Exported): Promise<void> {
    await this.withFile(state, (file) => this.run("stack", "import", "--file", file));
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
    const { output } = await this.withFile(request, (file) => this.try("import", "--file", file, ...options));
    const { diagnostics = [] } = parsed(output);
    const errors = diagnostics.filter(({ severity, urn }) => severity === "error" && urn !== undefined);
    const absent = new Set(errors.filter(({ message }) => /does not exist/.test(message ?? "")).map(indexOf));
    const others = errors.filter((error) => !absent.has(indexOf(error)));
    if (others.length > 0) throw new Error(others.map(({ message }) => message?.trim()).join("\n"));
    // The first that doesn't exist may end the preview before it has come to the rest.
    const rest = left.filter((_, index) => !absent.has(index));
    return absent.size === 0 ? left : this.existing(rest, provider);
  }

  async refresh(urns: readonly string[]): Promise<void> {
    await this.run("refresh", "--yes", "--skip-preview", ...targets(urns));
  }

  /** Only what is named: what depends on it would have been named as well. */
  async destroy(urns: readonly string[]): Promise<void> {
    await this.run("destroy", "--yes", "--skip-preview", ...targets(urns));
  }

  private async run(...args: readonly string[]): Promise<string> {
    const { code, output, errors } = await this.try(...args);
    if (code === 0) return output;
    throw new Error(meaning(this.stack, errors + output));
  }

  private async try(...args: readonly string[]) {
    const child = spawn("pulumi", [...args, "--stack", this.stack, "--non-interactive", "--color", "never"], {
      cwd: this.root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on("close", resolve);
      child.on("error", () =>
        reject(
          new Error("the Pulumi CLI is not on the PATH; install it: https://www.pulumi.com/docs/install/"),
        ),
      );
    });
    const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (/currently locked by/.test(errors + output)) throw new Error(meaning(this.stack, errors + output));
    return { code, output, errors };
  }

  private async withFile<T>(content: object, use: (file: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "gantry-"));
    try {
      const file = join(folder, "file.json");
      writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
      return await use(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

interface Diagnostic {
  readonly severity?: string;
  readonly urn?: string;
  readonly message?: string;
}

/** @throws Error with the CLI's words when it didn't get as far as a preview */
function parsed(output: string): { diagnostics?: readonly Diagnostic[] } {
  try {
    return JSON.parse(output.slice(output.indexOf("{"))) as { diagnostics?: readonly Diagnostic[] };
  } catch {
    throw new Error(`pulumi import couldn't look for what exists:\n${output}`);
  }
}

function indexOf({ urn = "" }: Diagnostic): number {
  return Number(urn.slice(urn.lastIndexOf("-") + 1));
}

function targets(urns: readonly string[]): readonly string[] {
  return urns.flatMap((urn) => ["--target", urn]);
}

function meaning(stack: string, output: string): string {
  if (/currently locked by/.test(output))
    return `the stack ${stack} is locked. If an update is running, wait for its end; if it was interrupted, run pulumi cancel --stack ${stack} --yes and this command again`;
  const errors = output.split("\n").filter((line) => /error/i.test(line));
  return (errors.length > 0 ? [...new Set(errors)] : [output]).join("\n").trim();
}

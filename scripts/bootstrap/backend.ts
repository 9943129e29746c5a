import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Pulumi } from "../recover/pulumi.ts";
import { runPulumi, StackError } from "../traffic/pulumi-cli.ts";

/** A place where the Pulumi CLI keeps the state of the bootstrap program. */
export class BootstrapBackend {
  private readonly url: string;
  private readonly root: string;
  private readonly stack: string;

  /** @param root the bootstrap program's folder @param stack one for each account */
  constructor(url: string, root: string, stack: string) {
    this.url = url;
    this.root = root;
    this.stack = stack;
  }

  /** Its state, or undefined where it has no such stack. @throws StackError where it can't be queried */
  async state() {
    try {
      return await this.within(() => new Pulumi(this.root, this.stack).export());
    } catch (error) {
      if (error instanceof StackError && /there is no stack|NoSuchBucket/.test(error.message))
        return undefined;
      throw error;
    }
  }

  async create(): Promise<void> {
    await this.within(() =>
      runPulumi({ ...this.cli, args: ["stack", "init", "--color", "never"], writes: true }),
    );
  }

  /** Applies the program to the account. @returns the CLI's output */
  up(options: readonly string[]): Promise<string> {
    return this.within(() =>
      runPulumi({ ...this.cli, args: ["up", "--yes", "--color", "never", ...options], writes: true }),
    );
  }

  async adopt(state: Awaited<ReturnType<Pulumi["export"]>>): Promise<void> {
    await this.within(() => new Pulumi(this.root, this.stack).import(state));
  }

  private get cli() {
    return { root: this.root, environment: this.stack };
  }

  private async within<T>(use: () => Promise<T>): Promise<T> {
    const { PULUMI_BACKEND_URL: before } = process.env;
    process.env.PULUMI_BACKEND_URL = this.url;
    try {
      return await use();
    } finally {
      if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
      else process.env.PULUMI_BACKEND_URL = before;
    }
  }
}

/** The folder that holds the state until the bucket is there. */
export class StateFolder {
  readonly url: string;
  private readonly folder: string;

  constructor(work: string, account: string) {
    this.folder = join(work, `bootstrap-${account}`);
    this.url = `file://${this.folder}`;
  }

  get exists(): boolean {
    return existsSync(this.folder);
  }

  make() {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

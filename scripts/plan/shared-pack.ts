import { launchPack, type PackArgs, type PackProcess, type PolicyPack } from "./policy-pack.ts";

/**
 * One process of a folder's policy pack for all its stacks, one after the other: the first takes three times as long as
 * those that follow. For a pack that starts anew with each stack that it is configured for, as this project's does.
 */
export class SharedPack {
  private readonly root: string;
  private process: Promise<PackProcess> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(root: string) {
    this.root = root;
  }

  /** Runs work with the pack when it is this stack's turn. */
  run<T>(args: PackArgs, work: (pack: Omit<PolicyPack, "close">) => Promise<T>): Promise<T> {
    const turn = this.last.then(async () => {
      this.process ??= launchPack(this.root);
      try {
        return await work(await (await this.process).forStack(args));
      } catch (error) {
        // Pending requests must not count as the next stack's.
        this.close();
        throw error;
      }
    });
    this.last = turn.catch(() => undefined);
    return turn;
  }

  close() {
    this.process?.then((pack) => pack.close()).catch(() => undefined);
    this.process = undefined;
  }
}

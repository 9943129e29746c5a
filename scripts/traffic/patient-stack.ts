import { hostname } from "node:os";
import { processStart } from "../process-start.ts";
import type { DeployedStack } from "./deployed-stack.ts";
import { StackError, StackLockedError } from "./pulumi-cli.ts";

export interface PatienceArgs {
  readonly environment: string;
  readonly consent: (question: string) => Promise<boolean>;
  readonly sleep: (seconds: number) => Promise<void>;
  /** How long to wait for another update's end. */
  readonly seconds: number;
}

/**
 * A stack whose writes wait for the end of another update. A lock that a killed CLI of this machine left is dropped,
 * with consent; one of another machine never is, since its update may be running.
 */
export function patientStack(stack: DeployedStack, args: PatienceArgs): DeployedStack {
  const patiently = async (write: () => Promise<void>) => {
    for (let waited = 0; ; waited += pauseSeconds)
      try {
        return await write();
      } catch (error) {
        if (!(error instanceof StackLockedError)) throw error;
        if (isLeftOver(error)) await drop(stack, error, args);
        else if (waited >= args.seconds) throw error;
        else {
          if (waited === 0) console.error(`waits up to ${args.seconds} s: ${error.message}`);
          await args.sleep(pauseSeconds);
        }
      }
  };
  return {
    ...stack,
    update: (update) => patiently(() => stack.update(update)),
    refresh: (urns, created) => patiently(() => stack.refresh(urns, created)),
    adopt: (adoption) => patiently(() => stack.adopt(adoption)),
  };
}

const pauseSeconds = 2;

/** Whether the process that took the lock ran on this machine and doesn't run any more. */
function isLeftOver({ holder }: StackLockedError): boolean {
  return holder !== undefined && holder.host === hostname() && processStart(holder.pid) === undefined;
}

async function drop(
  stack: DeployedStack,
  { holder }: StackLockedError,
  { environment, consent }: PatienceArgs,
) {
  const found = `Pulumi's lock on ${environment} is left over from a process of this machine that doesn't run any more (${holder?.text})`;
  if (!(await consent(`${found}. Drop it?`)))
    throw new StackError(
      `${found}: start again with --yes to drop it, or run pulumi cancel --stack ${environment}`,
    );
  await stack.unlock();
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import type { DeployedStack } from "../../../scripts/traffic/deployed-stack.ts";
import { patientStack } from "../../../scripts/traffic/patient-stack.ts";
import { StackLockedError } from "../../../scripts/traffic/pulumi-cli.ts";

it.runIf(process.platform === "linux")(
  "a lock of a killed process is left over, though its parent never asks how it ended",
  async () => {
    const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 300"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const [printed] = (await once(parent.stdout, "data")) as [Buffer];
      const holder = { host: hostname(), pid: Number(printed.toString()), text: "a killed CLI" };
      let locked = true;
      const stack: Partial<DeployedStack> = {
        update: async () => {
          if (locked) throw new StackLockedError("locked", holder);
        },
        unlock: async () => {
          locked = false;
        },
      };
      const asked: string[] = [];
      const patient = patientStack(stack as DeployedStack, {
        environment: "dev",
        consent: async (question) => asked.push(question) > 0,
        // The process ends while this waits for the lock.
        sleep: () => new Promise((later) => setTimeout(later, 50)),
        seconds: 60,
      });
      await patient.update({} as never);
      expect(asked).toEqual([expect.stringContaining("doesn't run any more (a killed CLI). Drop it?")]);
    } finally {
      parent.kill();
    }
  },
);

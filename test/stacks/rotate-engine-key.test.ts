import { beforeAll, describe, expect, it } from "vitest";
import { difference, type ResourceChange } from "../../scripts/plan/difference.ts";
import type { Plan } from "../../scripts/plan/plan.ts";
import { at, find, fixturePlan, planWith } from "../support/plan.ts";

/** Kind, name and changed fields of each difference. */
function changes(from: Plan, to: Plan): string[] {
  return difference(from, to).map(({ urn, kind, fields }: ResourceChange) => {
    const [type, name] = [urn.split("::").at(-2)?.split(":").at(-1), urn.split("::").at(-1)];
    return `${kind} ${type} ${name} ${fields.join(" ")}`.trimEnd();
  });
}

/** The entry of the Secret that a slot's engines read their key from. */
function keyEntry(plan: Plan, slot: string): unknown {
  const env = at(find(plan, "Deployment", slot), "spec.template.spec.containers.0.env") as {
    name: string;
    valueFrom?: unknown;
  }[];
  return env.find(({ name }) => name === "VLLM_API_KEY")?.valueFrom;
}

describe("a new key of the standby", () => {
  let rotated: Plan;
  beforeAll(async () => {
    rotated = await planWith("dev", "models.chat.green.keyGeneration", 2);
  });

  it("is made, handed to the cluster beside the one before, and restarts the standby and the gateway that sends it", () => {
    expect(changes(fixturePlan("dev"), rotated).sort()).toEqual([
      "create RandomPassword secrets-engine-api-key-2",
      "create Secret secrets-engine-api-key-2",
      "create SecretVersion secrets-engine-api-key-2",
      "update ConfigMap gateway data",
      "update Deployment chat-green spec",
      "update Deployment gateway spec",
      "update ExternalSecret gateway spec",
      "update ExternalSecret serving-engine-key spec",
    ]);
    expect(at(find(rotated, "ExternalSecret", "serving-engine-key"), "spec.data")).toEqual([
      { secretKey: "key", remoteRef: { key: "gantry/dev/engine-api-key" } },
      { secretKey: "key-2", remoteRef: { key: "gantry/dev/engine-api-key-2" } },
    ]);
  });

  it("is what the standby takes, while the live slot takes the one before", () => {
    expect(keyEntry(rotated, "chat-green")).toEqual({
      secretKeyRef: { name: "engine-api-key", key: "key-2" },
    });
    expect(keyEntry(rotated, "chat-blue")).toEqual({ secretKeyRef: { name: "engine-api-key", key: "key" } });
  });

  it("is where the commands look for the key of each slot", () => {
    expect(rotated.stackOutputs).toHaveProperty("models.chat.engineKeys", {
      blue: "gantry/dev/engine-api-key",
      green: "gantry/dev/engine-api-key-2",
    });
  });
});

import { describe, expect, it } from "vitest";
import { heldByFile, heldByState } from "../../../scripts/destroy/guards.ts";
import { type Afterlife, remains } from "../../../scripts/destroy/sweep.ts";
import type { Exported } from "../../../scripts/recover/state.ts";

const urn = (name: string) => `urn:pulumi:dev::gantry::aws:s3/bucket:Bucket::${name}`;
const state = (changes: object = {}) =>
  ({
    version: 3,
    deployment: {
      resources: [{ urn: urn("models"), type: "aws:s3/bucket:Bucket", custom: true, ...changes }],
    },
  }) as unknown as Exported;

describe("an environment is destroyed", () => {
  const open = { environment: "dev", protect: false };
  it("only where the file, the state and the last update let it", () => {
    expect([heldByFile(open), heldByState("dev", state())]).toEqual([undefined, undefined]);
    expect(heldByFile({ ...open, protect: true })).toMatch(
      /gantry:protect: true.*pulumi config set --stack dev gantry:protect false.*Nothing was deleted/,
    );
    expect(heldByState("dev", state({ protect: true }))).toMatch(
      /1 of dev's resources is still protected, such as models: run pulumi up/,
    );
    const interrupted = { ...state() } as unknown as { deployment: object };
    const pending = {
      ...interrupted,
      deployment: { ...interrupted.deployment, pending_operations: [{ type: "creating" }] },
    };
    expect(heldByState("dev", pending as unknown as Exported)).toMatch(
      /1 of dev's operations isn't finished.*npm run recover -- dev/,
    );
  });
});

describe("what is left", () => {
  const key = "arn:aws:kms:us-east-1:111122223333:key/1";
  const instance = "arn:aws:ec2:us-east-1:111122223333:instance/i-1";
  const gateway = "arn:aws:ec2:us-east-1:111122223333:natgateway/nat-1";
  const volume = "arn:aws:ec2:us-east-1:111122223333:volume/vol-1";
  const afterlife = (
    keyState: string,
    ofEc2: string | undefined,
    ofSecret?: "scheduled" | "kept",
  ): Afterlife => ({
    keyState: async () => keyState,
    secretState: async () => ofSecret,
    instanceState: async () => ofEc2,
    natGatewayState: async () => ofEc2,
  });
  const secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:gantry/dev/cache-a1b2c3";
  const left = async (arns: readonly string[], services: Afterlife) =>
    (
      await remains(
        arns.map((arn) => ({ arn, name: undefined })),
        services,
      )
    ).flatMap(({ arn, expected }) => (expected === undefined ? [arn] : []));

  it("is expected only where its service says that it ends", async () => {
    expect(await left([key, instance, gateway], afterlife("PendingDeletion", "terminated"))).toEqual([]);
    expect(await left([gateway], afterlife("", "deleted"))).toEqual([]);
    expect(await left([instance], afterlife("", undefined))).toEqual([]);
    expect(await left([secret], afterlife("", undefined, "scheduled"))).toEqual([]);
    expect(await left([secret], afterlife("", undefined))).toEqual([]);
  });

  it("is named where it lives on", async () => {
    const all = [key, instance, gateway, volume];
    expect(await left(all, afterlife("Enabled", "running"))).toEqual([instance, gateway, volume, key]);
    expect(await left([volume], afterlife("PendingDeletion", "terminated"))).toEqual([volume]);
    expect(await left([secret], afterlife("", undefined, "kept"))).toEqual([secret]);
  });
});

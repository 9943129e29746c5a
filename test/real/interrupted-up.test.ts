import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Serving } from "../support/stand-ins.ts";
import { taggingApi } from "./providers/aws/tagging-api.ts";
import { clusterEndpoint, missingPrograms, type RealStack, realStack } from "./real-stack.ts";

/** Kills, and writes between one and the next, in an update of about 200 writes. */
const kills = 26;
const writesBetween = 6;

const missing = missingPrograms();
describe.skipIf(missing !== undefined)(
  `a first up that is killed again and again${missing ? ` (${missing})` : ""}`,
  () => {
    let endpoint: Awaited<ReturnType<typeof clusterEndpoint>>;
    let stack: RealStack;
    let aws: Serving;
    const inFlight: number[] = [];

    beforeAll(async () => {
      endpoint = await clusterEndpoint();
      stack = await realStack("dev", endpoint.address);
      aws = await taggingApi(stack.cloud);
    });
    afterAll(() => {
      endpoint?.close();
      aws?.close();
      stack?.remove();
    });

    const begun = () =>
      stack.cloud.operations().filter(({ kind, stage }) => kind !== "read" && stage === "begun").length;

    it.each(Array.from({ length: kills }, (_, index) => index + 1))(
      "loses nothing and doubles nothing when recover follows kill %i",
      async () => {
        const kill = String(begun() + writesBetween);
        const up = await stack.pulumi(["up", "--yes", "--skip-preview"], { GANTRY_CLOUD_KILL: kill });
        expect(up.code, up.output).toBe(null);
        expect(await stack.pulumi(["cancel", "--yes"])).toMatchObject({ code: 0 });
        inFlight.push((await stack.state()).pending.length);
        const { code, output } = await stack.script(["recover", "dev", "--yes"], {
          AWS_ENDPOINT_URL: aws.address,
        });
        expect(code, output).toBe(0);
        expect((await stack.state()).pending).toEqual([]);
        expect(await differences(stack)).toEqual([]);
      },
    );

    it("ends as if nothing had happened", async () => {
      // A kill that interrupts nothing proves nothing.
      expect(inFlight.filter((operations) => operations > 0).length).toBeGreaterThanOrEqual(24);
      const up = await stack.pulumi(["up", "--yes", "--skip-preview"]);
      expect(up.code, up.output).toBe(0);
      expect(await differences(stack)).toEqual([]);
      const preview = await stack.pulumi(["preview", "--expect-no-changes"]);
      expect(preview.code, preview.output).toBe(0);
    });
  },
);

/** What the cloud has and the state hasn't, and the other way round, by type and id. */
async function differences({ cloud, state }: RealStack): Promise<readonly string[]> {
  const { resources } = await state();
  const known = resources.flatMap(({ type, id, custom }) =>
    custom && id && /^(aws|kubernetes):/.test(type) ? [`${type} ${id}`] : [],
  );
  const there = cloud.all().filter(({ deleted, type }) => !deleted && !isRepeated(type));
  const ids = there.map(({ type, id }) => `${type} ${id}`);
  const [inState, inCloud] = [new Set(known), new Set(ids)];
  return [
    ...ids.filter((key) => !inState.has(key)).map((key) => `only in the cloud: ${key}`),
    ...known
      .filter((key) => !inCloud.has(key) && !isRepeated(key.split(" ")[0] ?? ""))
      .map((key) => `only in the state: ${key}`),
  ];
}

/** A write that the next `up` repeats, so that its object may be there before the state has it: AWS keeps one. */
function isRepeated(type: string): boolean {
  return /(RolePolicyAttachment|DefaultSecurityGroup|SecretVersion|BucketPolicy|BucketVersioning|BucketPublicAccessBlock|BucketServerSideEncryptionConfiguration|BucketLifecycleConfiguration|AccessPolicyAssociation|TopicPolicy|TopicSubscription|QueuePolicy|CertificateValidation|WebAclAssociation|WebAclLoggingConfiguration)$/.test(
    type,
  );
}

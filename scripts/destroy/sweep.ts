import { DescribeInstancesCommand, DescribeNatGatewaysCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, ListRoleTagsCommand, paginateListRoles } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { Tagged } from "../recover/left-behind.ts";

/** Something under an environment's tags after it was destroyed. */
export interface Remains {
  readonly arn: string;
  /** Why it is expected and costs nothing; nothing for what a person has to delete. */
  readonly expected: string | undefined;
}

/** How AWS says what became of something that its list of tags still has. */
export interface Afterlife {
  /** `PendingDeletion` and so on. */
  keyState(arn: string): Promise<string | undefined>;
  instanceState(id: string): Promise<string | undefined>;
  natGatewayState(id: string): Promise<string | undefined>;
}

/**
 * What is left of an environment. KMS deletes a key after a week at the earliest, and EC2 lists instances and NAT
 * gateways for an hour after their end: each is asked for its state, and expected only where it says so itself.
 */
export async function remains(tagged: readonly Tagged[], afterlife: Afterlife): Promise<Remains[]> {
  const sorted = [...tagged].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  return Promise.all(sorted.map(async ({ arn }) => ({ arn, expected: await expectedBy(arn, afterlife) })));
}

async function expectedBy(arn: string, afterlife: Afterlife): Promise<string | undefined> {
  const [, kind = "", id = ""] = /:(key|instance|natgateway)\/([^/]+)$/.exec(arn) ?? [];
  if (kind === "key" && arn.includes(":kms:"))
    return (await afterlife.keyState(arn)) === "PendingDeletion"
      ? "KMS deletes it when its window ends"
      : undefined;
  const over = "over; EC2 lists it for an hour";
  if (kind === "instance") return isOver(await afterlife.instanceState(id)) ? over : undefined;
  if (kind === "natgateway") return isOver(await afterlife.natGatewayState(id)) ? over : undefined;
  return undefined;
}

/** What EC2 doesn't know any more is over too. */
function isOver(state: string | undefined): boolean {
  return state === undefined || state === "terminated" || state === "deleted";
}

/** Asks the services themselves. */
export function awsAfterlife(region: string): Afterlife {
  const ec2 = new EC2Client({ region });
  const gone = <T>(answer: Promise<T>) =>
    answer.catch((error: Error) => {
      if (/NotFound/.test(error.name)) return undefined;
      throw error;
    });
  return {
    keyState: async (arn) =>
      (await gone(new KMSClient({ region }).send(new DescribeKeyCommand({ KeyId: arn }))))?.KeyMetadata
        ?.KeyState,
    instanceState: async (id) =>
      (await gone(ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))))?.Reservations?.[0]
        ?.Instances?.[0]?.State?.Name,
    natGatewayState: async (id) =>
      (await gone(ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))))?.NatGateways?.[0]
        ?.State,
  };
}

/** Roles under these tags, which AWS's list of tagged resources leaves out. */
export async function taggedRoles(tags: Readonly<Record<string, string>>): Promise<Tagged[]> {
  const client = new IAMClient({});
  const found: Tagged[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, {}))
    for (const { RoleName = "", Arn = "", Path = "" } of Roles) {
      if (Path.startsWith("/aws-service-role/")) continue;
      const { Tags = [] } = await client.send(new ListRoleTagsCommand({ RoleName }));
      const has = ([key, value]: [string, string]) =>
        Tags.some((tag) => tag.Key === key && tag.Value === value);
      if (Object.entries(tags).every(has)) found.push({ arn: Arn, name: RoleName });
    }
  return found;
}

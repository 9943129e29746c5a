import { DescribeInstancesCommand, DescribeNatGatewaysCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { unlessAbsent } from "../absent.ts";
import type { Tagged } from "../recover/left-behind.ts";

/** Something of an environment that AWS lists after the environment was destroyed. */
export interface Remains {
  readonly arn: string;
  /** Why it is expected and costs nothing; undefined for what a person has to delete. */
  readonly expected: string | undefined;
}

/** How AWS reports the state of something that its list of tags still has; empty for what it doesn't know. */
export interface Afterlife {
  /** `PendingDeletion` and so on. */
  keyState(arn: string): Promise<string | undefined>;
  /** `scheduled` for a secret that waits for the end of its recovery window. */
  secretState(arn: string): Promise<"scheduled" | "kept" | undefined>;
  instanceState(id: string): Promise<string | undefined>;
  natGatewayState(id: string): Promise<string | undefined>;
}

/**
 * What is left of an environment. KMS deletes a key after a week at the earliest, a secret may have a recovery window,
 * and EC2 lists instances and NAT gateways for an hour after they end: the state of each is queried, and it is expected only
 * where it reports that itself.
 */
export async function remains(tagged: readonly Tagged[], afterlife: Afterlife): Promise<Remains[]> {
  const sorted = [...tagged].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  return Promise.all(sorted.map(async ({ arn }) => ({ arn, expected: await expectedBy(arn, afterlife) })));
}

async function expectedBy(arn: string, afterlife: Afterlife): Promise<string | undefined> {
  const [, , service, , , kindAndId = ""] = arn.split(":");
  const [kind, id = ""] = kindAndId.split("/");
  switch (`${service} ${kind}`) {
    case "kms key":
      return (await afterlife.keyState(arn)) === "PendingDeletion"
        ? "KMS deletes it when its window ends"
        : undefined;
    case "secretsmanager secret": {
      const state = await afterlife.secretState(arn);
      if (state === "kept") return undefined;
      return state === "scheduled" ? "deleted when its window ends; its name is taken until then" : "deleted";
    }
    case "ec2 instance":
      return overFor(await afterlife.instanceState(id));
    case "ec2 natgateway":
      return overFor(await afterlife.natGatewayState(id));
    default:
      return undefined;
  }
}

/** What EC2 doesn't know any more is over too. */
function overFor(state: string | undefined): string | undefined {
  const isOver = state === undefined || state === "terminated" || state === "deleted";
  return isOver ? "terminated; EC2 lists it for an hour" : undefined;
}

/** Queries the services themselves. */
export function awsAfterlife(region: string): Afterlife {
  const ec2 = new EC2Client({ region });
  const gone = <T>(answer: Promise<T>) => unlessAbsent(answer, /NotFound/);
  return {
    keyState: async (arn) =>
      (await gone(new KMSClient({ region }).send(new DescribeKeyCommand({ KeyId: arn }))))?.KeyMetadata
        ?.KeyState,
    secretState: async (arn) => {
      const secret = await gone(
        new SecretsManagerClient({ region }).send(new DescribeSecretCommand({ SecretId: arn })),
      );
      if (secret === undefined) return undefined;
      return secret.DeletedDate === undefined ? "kept" : "scheduled";
    },
    instanceState: async (id) =>
      (await gone(ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))))?.Reservations?.[0]
        ?.Instances?.[0]?.State?.Name,
    natGatewayState: async (id) =>
      (await gone(ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }))))?.NatGateways?.[0]
        ?.State,
  };
}

import { regionNames } from "../network/zones.ts";
import { type Account, arn, type Statement } from "../shared/account.ts";
import type { HostedModel } from "./models.ts";

/** What begins the ids of inference profiles, and the names of the Regions that each spreads requests over. [Bedrock, cross-Region inference] */
const profiles: Readonly<Record<string, string>> = {
  us: "us-",
  eu: "eu-",
  apac: "ap-",
  jp: "ap-northeast-",
  au: "ap-southeast-",
  global: "",
};

/** Permissions of the gateway's role to invoke exactly the configured Bedrock models. */
export function bedrockStatements(
  account: Account,
  hosted: Readonly<Record<string, HostedModel>>,
): Statement[] {
  const snapshots = Object.values(hosted).flatMap(({ provider, snapshot }) =>
    provider === "bedrock" ? [snapshot] : [],
  );
  if (snapshots.length === 0) return [];
  return [
    {
      Effect: "Allow",
      Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
      Resource: [...new Set(snapshots.flatMap((snapshot) => resources(account, snapshot)))],
    },
  ];
}

function resources(account: Account, snapshot: string): string[] {
  const [prefix = "", ...rest] = snapshot.split(".");
  const model = (region: string, id: string) => arn({ id: "", region }, "bedrock", `foundation-model/${id}`);
  if (!Object.hasOwn(profiles, prefix)) return [model(account.region, snapshot)];
  const regions = regionNames.filter((region) => region.startsWith(profiles[prefix] ?? ""));
  return [
    arn(account, "bedrock", `inference-profile/${snapshot}`),
    ...regions.map((region) => model(region, rest.join("."))),
  ];
}

import { type Account, type Statement, s3Arn } from "../../components/shared/account.ts";

/** Where Pulumi's own backend keeps a stack of this project. [pulumi/pulumi pkg/backend/diy/store.go] */
function statePaths(environment: string): readonly string[] {
  return [
    `stacks/gantry/${environment}.json*`,
    `history/gantry/${environment}/*`,
    `backups/gantry/${environment}/*`,
    `locks/organization/gantry/${environment}/*`,
  ].map((path) => `.pulumi/${path}`);
}

/** Lets a role read the state of these environments, and write it where it may. */
export function stateStatements(args: {
  readonly account: Account;
  readonly bucket: string;
  readonly environments: readonly string[];
  readonly write: boolean;
}): Statement[] {
  const { account, bucket, environments, write } = args;
  const objects = environments.flatMap(statePaths).map((path) => s3Arn(account, `${bucket}/${path}`));
  return [
    { Effect: "Allow", Action: "s3:ListBucket", Resource: s3Arn(account, bucket) },
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [s3Arn(account, `${bucket}/.pulumi/meta.yaml`), ...objects],
    },
    ...(write
      ? [{ Effect: "Allow", Action: ["s3:PutObject", "s3:DeleteObject"], Resource: objects } as const]
      : []),
  ];
}

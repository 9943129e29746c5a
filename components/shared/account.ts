/** The AWS account and region of an environment, plain values so that policies are readable before anything exists. */
export interface Account {
  /** 12 digits. */
  readonly id: string;
  readonly region: string;
}

/** The ARN of a resource in this account, such as `arn:aws:secretsmanager:us-east-1:111122223333:secret:x`. */
export function arn(account: Account, service: string, resource: string): string {
  return `arn:${partition(account.region)}:${service}:${account.region}:${account.id}:${resource}`;
}

/** S3 names have no account or region. @param path a bucket, or a bucket with keys */
export function s3Arn(account: Account, path: string): string {
  return `arn:${partition(account.region)}:s3:::${path}`;
}

/** The ARN of an AWS managed policy, such as `AmazonEKS_CNI_Policy`. */
export function managedPolicyArn(account: Account, policy: string): string {
  return `arn:${partition(account.region)}:iam::aws:policy/${policy}`;
}

/** The ARN of an EKS access policy, such as `AmazonEKSClusterAdminPolicy`. */
export function clusterAccessPolicyArn(account: Account, policy: string): string {
  return `arn:${partition(account.region)}:eks::aws:cluster-access-policy/${policy}`;
}

/** IAM names have no region. */
export function iamArn(account: Account, resource: string): string {
  return `arn:${partition(account.region)}:iam::${account.id}:${resource}`;
}

function partition(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** One statement of an IAM policy. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The JSON text of an IAM policy. */
export function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** The first statement of every key policy: the account's own administrators, so that a key can't be locked out. */
export function accountRoot(account: Account): Statement {
  return {
    Effect: "Allow",
    Principal: { AWS: iamArn(account, "root") },
    Action: "kms:*",
    Resource: "*",
  };
}

/** Lets a role decrypt with the key of an alias, whose id is known only after creation. */
export function decryptStatement(account: Account, alias: string): Statement {
  return {
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: arn(account, "kms", "key/*"),
    Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } },
  };
}

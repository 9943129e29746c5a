import { type Account, arn, type Statement } from "../../components/shared/account.ts";
import { environmentName } from "../environment-names.ts";

/** What can't be limited to an environment, and what `npm run preflight` reads. */
export function describeStatements(account: Account, environments: readonly string[]): Statement[] {
  const clusters = environments.map((environment) =>
    arn(account, "eks", `cluster/${environmentName(environment)}`),
  );
  return [
    { Effect: "Allow", Action: "eks:DescribeCluster", Resource: clusters },
    { Effect: "Allow", Action: describe, Resource: "*" },
    // Machine images, as AWS names them in public.
    {
      Effect: "Allow",
      Action: "ssm:GetParameter",
      Resource: arn(account, "ssm", "parameter/aws/service/*").replace(`:${account.id}:`, "::"),
    },
  ];
}

/** Those actions of a deployment that read: what a refresh reads of the environment's own resources. */
export function refreshStatements(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((statement) => {
    const reads = [statement.Action ?? []].flat().filter(isRead);
    return statement.Effect === "Allow" && reads.length > 0 ? [{ ...statement, Action: reads }] : [];
  });
}

/** No value of a secret, and nothing that is stored. */
function isRead(action: string): boolean {
  return /^[\w-]+:(?:Describe|Get|List|View)/.test(action) && action !== "secretsmanager:GetSecretValue";
}

/** None can be limited to a resource. */
const describe = [
  "eks:DescribeAddonVersions",
  "servicequotas:GetServiceQuota",
  "servicequotas:GetAWSDefaultServiceQuota",
  ..."Vpcs VpcAttribute Subnets RouteTables InternetGateways NatGateways Addresses AddressesAttribute SecurityGroups SecurityGroupRules VpcEndpoints FlowLogs LaunchTemplates LaunchTemplateVersions PrefixLists ManagedPrefixLists NetworkInterfaces AvailabilityZones InstanceTypes Images NetworkAcls Instances KeyPairs Tags InstanceTypeOfferings CapacityReservations"
    .split(" ")
    .map((kind) => `ec2:Describe${kind}`),
  ..."AccountLimits LoadBalancers LoadBalancerAttributes TargetGroups TargetGroupAttributes TargetHealth Listeners ListenerAttributes ListenerCertificates Rules Tags CapacityReservation"
    .split(" ")
    .map((kind) => `elasticloadbalancing:Describe${kind}`),
];

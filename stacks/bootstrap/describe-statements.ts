import { type Account, arn, type Statement } from "../../components/shared/account.ts";
import { environmentName } from "../environment-names.ts";

/** What `pulumi preview` and the nightly drift ask AWS: no value of a secret, no object of a bucket. */
export function describeStatements(account: Account, environments: readonly string[]): Statement[] {
  const clusters = environments.map((environment) =>
    arn(account, "eks", `cluster/${environmentName(environment)}`),
  );
  return [
    { Effect: "Allow", Action: "eks:DescribeCluster", Resource: clusters },
    { Effect: "Allow", Action: describe, Resource: "*" },
  ];
}

/** None can be limited to a resource. */
const describe = [
  ..."Vpcs VpcAttribute Subnets RouteTables InternetGateways NatGateways Addresses AddressesAttribute SecurityGroups SecurityGroupRules VpcEndpoints FlowLogs LaunchTemplates LaunchTemplateVersions PrefixLists ManagedPrefixLists NetworkInterfaces AvailabilityZones InstanceTypes Images NetworkAcls"
    .split(" ")
    .map((kind) => `ec2:Describe${kind}`),
  ..."LoadBalancers LoadBalancerAttributes TargetGroups TargetGroupAttributes TargetHealth Listeners ListenerAttributes ListenerCertificates Rules Tags CapacityReservation"
    .split(" ")
    .map((kind) => `elasticloadbalancing:Describe${kind}`),
];

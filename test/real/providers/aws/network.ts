import { hex } from "../cloud.ts";
import { list, record, text } from "../values.ts";
import type { Kind, Place } from "./kind.ts";

/** EC2 gives an id with 17 digits, and an ARN that ends in it. */
function ec2(prefix: string, noun: string) {
  return (place: Place) => {
    const id = `${prefix}-${hex(17)}`;
    return { id, arn: place.arn("ec2", `${noun}/${id}`) };
  };
}

const vpcId = ec2("vpc", "vpc");
const subnetId = ec2("subnet", "subnet");
const groupId = ec2("sg", "security-group");
const gatewayId = ec2("igw", "internet-gateway");
const addressId = ec2("eipalloc", "elastic-ip");
const natId = ec2("nat", "natgateway");
const tableId = ec2("rtb", "route-table");
const endpointId = ec2("vpce", "vpc-endpoint");
const flowLogId = ec2("fl", "vpc-flow-log");
const templateId = ec2("lt", "launch-template");

const wholeRule = {
  cidrBlocks: [],
  description: "",
  ipv6CidrBlocks: [],
  prefixListIds: [],
  securityGroups: [],
  self: false,
};
const wholeRoute = {
  carrierGatewayId: "",
  coreNetworkArn: "",
  destinationPrefixListId: "",
  egressOnlyGatewayId: "",
  gatewayId: "",
  ipv6CidrBlock: "",
  localGatewayId: "",
  natGatewayId: "",
  networkInterfaceId: "",
  transitGatewayId: "",
  vpcEndpointId: "",
  vpcPeeringConnectionId: "",
};

export const networkKinds: Readonly<Record<string, Kind>> = {
  "aws:ec2/vpc:Vpc": {
    replacedBy: ["cidrBlock", "instanceTenancy"],
    defaults: { enableDnsSupport: true, instanceTenancy: "default" },
    made: (_, place) => ({
      ...vpcId(place),
      defaultSecurityGroupId: `sg-${hex(17)}`,
      mainRouteTableId: `rtb-${hex(17)}`,
      defaultNetworkAclId: `acl-${hex(17)}`,
      ownerId: place.account,
    }),
    heldBy: [
      "aws:ec2/subnet:Subnet",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/internetGateway:InternetGateway",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ec2/routeTable:RouteTable",
      "aws:lb/targetGroup:TargetGroup",
    ],
    minutes: [0.5, 0.3],
  },
  "aws:ec2/subnet:Subnet": {
    once: ({ vpcId, cidrBlock }) => `${vpcId} ${cidrBlock}`,
    replacedBy: ["availabilityZone", "cidrBlock", "vpcId"],
    defaults: { assignIpv6AddressOnCreation: false, enableDns64: false, ipv6Native: false },
    made: (_, place) => ({ ...subnetId(place), availabilityZoneId: "use1-az1", ownerId: place.account }),
    heldBy: [
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:eks/nodeGroup:NodeGroup",
      "aws:eks/cluster:Cluster",
      "aws:lb/loadBalancer:LoadBalancer",
    ],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    autoName: ["name", 255],
    once: ({ vpcId, name }) => `${vpcId} ${name}`,
    replacedBy: ["description", "name", "vpcId"],
    defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
    made: (_, place) => ({ ...groupId(place), ownerId: place.account, namePrefix: "" }),
    shown: (group) => ({
      ingress: list(group.ingress).map((rule) => ({ ...wholeRule, ...record(rule) })),
      egress: list(group.egress).map((rule) => ({ ...wholeRule, ...record(rule) })),
    }),
    heldBy: ["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:lb/loadBalancer:LoadBalancer"],
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    // The VPC has it from the beginning; the provider takes it over.
    once: ({ vpcId }) => text(vpcId),
    overwrites: true,
    replacedBy: ["vpcId"],
    defaults: { revokeRulesOnDelete: false },
    made: (_, place) => ({ ...groupId(place), ownerId: place.account, name: "default" }),
  },
  "aws:ec2/internetGateway:InternetGateway": {
    // One that couldn't be attached is left, so that the next create fails as well.
    once: ({ vpcId }) => text(vpcId),
    made: (_, place) => ({ ...gatewayId(place), ownerId: place.account }),
    heldBy: ["aws:ec2/natGateway:NatGateway"],
    alsoNamed: ({ vpcId }, cloud) =>
      cloud.ofType("aws:ec2/subnet:Subnet").flatMap(({ id, inputs }) => (inputs.vpcId === vpcId ? [id] : [])),
  },
  "aws:ec2/eip:Eip": {
    made: (_, place) => {
      const identity = addressId(place);
      return {
        ...identity,
        allocationId: identity.id,
        publicIp: "198.51.100.7",
        publicDns: "ec2-198-51-100-7.compute-1.amazonaws.com",
      };
    },
    heldBy: ["aws:ec2/natGateway:NatGateway"],
  },
  "aws:ec2/natGateway:NatGateway": {
    once: ({ allocationId }) => text(allocationId),
    replacedBy: ["allocationId", "connectivityType", "subnetId"],
    defaults: { connectivityType: "public" },
    made: (_, place) => ({
      ...natId(place),
      publicIp: "198.51.100.7",
      privateIp: "10.40.0.9",
      networkInterfaceId: `eni-${hex(17)}`,
    }),
    minutes: [2, 1],
  },
  "aws:ec2/routeTable:RouteTable": {
    replacedBy: ["vpcId"],
    made: (_, place) => ({ ...tableId(place), ownerId: place.account, propagatingVgws: [] }),
    shown: (table) => ({ routes: list(table.routes).map((route) => ({ ...wholeRoute, ...record(route) })) }),
    heldBy: ["aws:ec2/routeTableAssociation:RouteTableAssociation"],
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    untagged: true,
    once: ({ subnetId }) => text(subnetId),
    replacedBy: ["subnetId"],
    made: () => ({ id: `rtbassoc-${hex(17)}` }),
    importedAs: ({ subnetId, routeTableId }) => `${subnetId}/${routeTableId}`,
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    once: ({ vpcId, serviceName }) => `${vpcId} ${serviceName}`,
    replacedBy: ["serviceName", "vpcEndpointType", "vpcId"],
    defaults: { vpcEndpointType: "Gateway" },
    made: (_, place) => ({
      ...endpointId(place),
      state: "available",
      prefixListId: "pl-63a5400a",
      cidrBlocks: ["52.216.0.0/15"],
      dnsEntries: [],
      networkInterfaceIds: [],
      ownerId: place.account,
      requesterManaged: false,
    }),
    shown: (endpoint) => ({
      policy:
        endpoint.policy ??
        JSON.stringify({ Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }] }),
      ipAddressType: "ipv4",
      routeTableIds: endpoint.routeTableIds ?? [],
      securityGroupIds: endpoint.securityGroupIds ?? [],
      subnetIds: endpoint.subnetIds ?? [],
    }),
    unfinished: { state: "pending" },
    minutes: [1, 2],
  },
  "aws:ec2/flowLog:FlowLog": {
    once: ({ vpcId, logDestination }) => `${vpcId} ${logDestination}`,
    replacedBy: ["iamRoleArn", "logDestination", "logDestinationType", "trafficType", "vpcId"],
    defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the format is AWS's, which has such placeholders
    made: (_, place) => ({ ...flowLogId(place), logFormat: "${version} ${account-id} ${interface-id}" }),
  },
  "aws:ec2/launchTemplate:LaunchTemplate": {
    autoName: ["name", 125],
    once: ({ name }) => text(name),
    replacedBy: ["name"],
    made: (_, place) => ({ ...templateId(place), namePrefix: "" }),
    shown: (template) => ({
      metadataOptions: {
        httpEndpoint: "",
        httpProtocolIpv6: "",
        instanceMetadataTags: "",
        ...record(template.metadataOptions),
      },
    }),
    versions: ["latestVersion", "defaultVersion"],
  },
};

import type { ResourceTransformation } from "@pulumi/pulumi";

/**
 * Types that AWS knows by an id of its own and that take tags. Without a Name tag it isn't visible which resource
 * of the program one belongs to that an interrupted update left behind.
 */
const numbered = new Set([
  "aws:acm/certificate:Certificate",
  "aws:ec2/eip:Eip",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  "aws:kms/key:Key",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:lb/targetGroup:TargetGroup",
  "aws:route53/zone:Zone",
  "aws:secretsmanager/secret:Secret",
  "aws:wafv2/webAcl:WebAcl",
]);

/** Gives each of them its resource's name as the tag `Name`, unless it has another. */
export const nameTag: ResourceTransformation = ({ type, name, props, opts }) =>
  numbered.has(type) ? { props: { ...props, tags: { Name: name, ...props.tags } }, opts } : undefined;

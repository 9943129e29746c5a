import { type AwsRule, rule } from "./aws-rule.ts";

/** Networks, load balancers, names, certificates and web ACLs, by Pulumi's type. */
export const awsNetwork: Readonly<Record<string, AwsRule>> = {
  "aws:acm/certificate:Certificate": rule(
    "acm/certificate.go@01661ea3cbe6",
    "certificateAuthorityArn domainName keyAlgorithm subjectAlternativeNames validationMethod validationOptions",
    "certificateBody certificateChain earlyRenewalDuration options privateKey",
  ),
  "aws:acm/certificateValidation:CertificateValidation": rule(
    "acm/certificate_validation.go@004eea7f9b66",
    "certificateArn validationRecordFqdns",
    "",
  ),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": rule(
    "ec2/vpc_default_security_group.go@01f431114674",
    "vpcId",
    "egress ingress revokeRulesOnDelete",
  ),
  "aws:ec2/eip:Eip": rule(
    "ec2/ec2_eip.go@01606926a0c0",
    "address domain ipamPoolId networkBorderGroup publicIpv4Pool",
    "associateWithPrivateIp customerOwnedIpv4Pool instance networkInterface",
  ),
  "aws:ec2/flowLog:FlowLog": rule(
    "ec2/vpc_flow_log.go@00a35305dc1b",
    `deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination logDestinationType logFormat
     maxAggregationInterval regionalNatGatewayId subnetId trafficType transitGatewayAttachmentId transitGatewayId vpcId`,
    "",
  ),
  "aws:ec2/internetGateway:InternetGateway": rule("ec2/vpc_internet_gateway.go@08923b68b5ad", "", "vpcId"),
  "aws:ec2/natGateway:NatGateway": rule(
    "ec2/vpc_nat_gateway.go@04088eaa5494",
    "allocationId connectivityType privateIp secondaryPrivateIpAddressCount subnetId",
    "secondaryAllocationIds secondaryPrivateIpAddresses",
  ),
  "aws:ec2/routeTable:RouteTable": rule(
    "ec2/vpc_route_table.go@022092419b7c",
    "vpcId",
    "propagatingVgws routes",
  ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": rule(
    "ec2/vpc_route_table_association.go@0be71beb458a",
    "gatewayId subnetId",
    "routeTableId",
  ),
  "aws:ec2/securityGroup:SecurityGroup": rule(
    "ec2/vpc_security_group.go@01606926a0c0",
    "description name namePrefix vpcId",
    "egress ingress revokeRulesOnDelete",
  ),
  "aws:ec2/subnet:Subnet": rule(
    "ec2/vpc_subnet.go@00cda125a19d",
    `availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv4NetmaskLength ipv6IpamPoolId ipv6Native
     ipv6NetmaskLength outpostArn vpcId`,
    `assignIpv6AddressOnCreation customerOwnedIpv4Pool enableDns64 enableLniAtDeviceIndex
     enableResourceNameDnsAaaaRecordOnLaunch enableResourceNameDnsARecordOnLaunch ipv6CidrBlock
     mapCustomerOwnedIpOnLaunch mapPublicIpOnLaunch privateDnsHostnameTypeOnLaunch`,
    { ipv6CidrBlock: ({ assignIpv6AddressOnCreation }) => assignIpv6AddressOnCreation === true },
  ),
  "aws:ec2/vpc:Vpc": rule(
    "ec2/vpc_.go@00081ce41cc6",
    "cidrBlock ipv4IpamPoolId ipv4NetmaskLength",
    `assignGeneratedIpv6CidrBlock enableDnsHostnames enableDnsSupport enableNetworkAddressUsageMetrics ipv6CidrBlock
     ipv6CidrBlockNetworkBorderGroup ipv6IpamPoolId ipv6NetmaskLength`,
  ),
  "aws:ec2/vpcEndpoint:VpcEndpoint": rule(
    "ec2/vpc_endpoint.go@008db85aad5e",
    `dnsOptions.privateDnsPreference dnsOptions.privateDnsSpecifiedDomains resourceConfigurationArn serviceName
     serviceNetworkArn serviceRegion vpcEndpointType vpcId`,
    "autoAccept dnsOptions ipAddressType policy privateDnsEnabled routeTableIds securityGroupIds subnetConfigurations subnetIds",
    { privateDnsEnabled: (_, { vpcEndpointType }) => vpcEndpointType !== "Interface" },
  ),
  "aws:lb/listener:Listener": rule(
    "elbv2/listener.go@01c08000ddb1",
    "loadBalancerArn",
    `alpnPolicy certificateArn defaultActions port protocol routingHttpResponseServerEnabled
     routingHttpResponseStrictTransportSecurityHeaderValue routingHttpResponseXContentTypeOptionsHeaderValue sslPolicy`,
  ),
  "aws:lb/listenerRule:ListenerRule": rule(
    "elbv2/listener_rule.go@032c4f076a6c",
    "listenerArn",
    "actions conditions priority transforms",
  ),
  "aws:lb/loadBalancer:LoadBalancer": rule(
    "elbv2/load_balancer.go@00edc94be7a8",
    "customerOwnedIpv4Pool internal loadBalancerType name namePrefix",
    `accessLogs clientKeepAlive connectionLogs desyncMitigationMode dnsRecordClientRoutingPolicy
     dropInvalidHeaderFields enableCrossZoneLoadBalancing enableDeletionProtection enableHttp2
     enableTlsVersionAndCipherSuiteHeaders enableWafFailOpen enableXffClientPort enableZonalShift
     enforceSecurityGroupInboundRulesOnPrivateLinkTraffic idleTimeout ipAddressType ipamPools
     minimumLoadBalancerCapacity preserveHostHeader securityGroups subnets xffHeaderProcessingMode`,
    {
      securityGroups: (old, young) =>
        young.loadBalancerType === "network" &&
        (count(old.securityGroups) === 0) !== (count(young.securityGroups) === 0),
      subnets: (old, young) =>
        young.loadBalancerType === "network" && count(young.subnets) <= count(old.subnets),
    },
  ),
  "aws:lb/targetGroup:TargetGroup": rule(
    "elbv2/target_group.go@013cfb4cddc9",
    "ipAddressType name namePrefix port protocol protocolVersion targetType vpcId",
    `connectionTermination deregistrationDelay healthCheck lambdaMultiValueHeadersEnabled loadBalancingAlgorithmType
     loadBalancingAnomalyMitigation loadBalancingCrossZoneEnabled preserveClientIp proxyProtocolV2 slowStart
     stickiness targetFailovers targetGroupHealth targetHealthStates`,
  ),
  "aws:route53/record:Record": rule(
    "route53/record.go@00655c1681ea",
    "name zoneId",
    `aliases allowOverwrite cidrRoutingPolicy failoverRoutingPolicies geolocationRoutingPolicies
     geoproximityRoutingPolicy healthCheckId latencyRoutingPolicies multivalueAnswerRoutingPolicy records
     setIdentifier ttl type weightedRoutingPolicies`,
  ),
  "aws:route53/zone:Zone": rule(
    "route53/zone.go@036631a1dee5",
    "delegationSetId name",
    "comment forceDestroy vpcs",
  ),
  "aws:wafv2/webAcl:WebAcl": rule(
    "wafv2/web_acl.go@0073593e7d69",
    "name namePrefix scope",
    `associationConfig captchaConfig challengeConfig customResponseBodies dataProtectionConfig defaultAction description
     ruleJson rules tokenDomains visibilityConfig`,
  ),
  "aws:wafv2/webAclAssociation:WebAclAssociation": rule(
    "wafv2/web_acl_association.go@011a8eed43ed",
    "resourceArn webAclArn",
    "",
  ),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": rule(
    "wafv2/web_acl_logging_configuration.go@012f18cf44ec",
    "logDestinationConfigs resourceArn",
    "loggingFilter redactedFields",
  ),
};

function count(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

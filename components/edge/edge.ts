import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { Record } from "@pulumi/aws/route53/record.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { AccessLogs } from "./access-logs.ts";
import { pathRules, readyPath } from "./paths.ts";
import { type PublicEdge, PublicListener, refused } from "./public-listener.ts";

/** Callers of the internet, with a certificate; or those of the VPC, with a host in a private zone. */
export type EdgeChoice =
  | PublicEdge
  | { readonly internal: { readonly host: string; readonly zoneId: pulumi.Input<string> } };

export interface EdgeArgs {
  readonly account: Account;
  /** The environment's name in AWS, as `gantry-dev`. */
  readonly owner: string;
  readonly vpcId: pulumi.Input<string>;
  /** Its subnets: public ones for a public edge, private ones for an internal one. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Ranges that may reach an internal one. */
  readonly vpcCidr: string;
  /** Ranges in which the gateway's pods are. */
  readonly podCidrs: readonly string[];
  readonly gatewayPort: number;
  /** Connections without a byte for this long are closed. */
  readonly idleSeconds: number;
  /** How long the connections of a pod that left are kept. */
  readonly deregistrationSeconds: number;
  readonly choice: EdgeChoice;
  readonly protect: boolean;
}

const anywhere = "0.0.0.0/0";
/** The entry point of callers: a load balancer that forwards only the API's own paths to the gateway. */
export class Edge extends pulumi.ComponentResource {
  /** The API's address, such as `https://llm.example.com`. */
  readonly url: string;
  readonly targetGroupArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  /** CloudWatch's names of the load balancer, its target group and its certificate, which an internal one hasn't. */
  readonly dimensions: {
    readonly loadBalancer: pulumi.Output<string>;
    readonly targetGroup: pulumi.Output<string>;
    readonly certificate?: pulumi.Input<string>;
  };
  /** The network path to the gateway, without which its pods wouldn't become healthy in the target group. */
  readonly rules: readonly pulumi.Resource[];

  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:edge:Edge", name, {}, opts);
    const { choice } = args;
    const host = "internal" in choice ? choice.internal.host : choice.domain;
    this.url = `${"internal" in choice ? "http" : "https"}://${host}`;

    const securityGroup = this.createSecurityGroup(name, args);
    const loadBalancer = this.createLoadBalancer(name, args, securityGroup);
    const listener =
      "internal" in choice
        ? this.createListener(name, loadBalancer)
        : this.createPublicListener(name, args, loadBalancer, choice);
    const targetGroup = this.createTargetGroup(name, args);
    this.rules = this.createRules(name, { host, listenerArn: listener.arn, targetGroup });
    this.createHost(name, host, choice, loadBalancer);

    this.targetGroupArn = targetGroup.arn;
    this.securityGroupId = securityGroup.id;
    this.dimensions = {
      loadBalancer: loadBalancer.arnSuffix,
      targetGroup: targetGroup.arnSuffix,
      ...(listener instanceof PublicListener && { certificate: listener.certificateArn }),
    };
    this.registerOutputs({});
  }

  private createSecurityGroup(name: string, args: EdgeArgs): SecurityGroup {
    const isInternal = "internal" in args.choice;
    const port = (number: number, description: string, cidrBlocks: string[]) => ({
      description,
      protocol: "tcp",
      fromPort: number,
      toPort: number,
      cidrBlocks,
    });
    return new SecurityGroup(
      name,
      {
        vpcId: args.vpcId,
        description: "Callers of the gateway",
        ingress: isInternal
          ? [port(80, "Callers in the VPC", [args.vpcCidr])]
          : [port(443, "Callers", [anywhere]), port(80, "Redirected to HTTPS", [anywhere])],
        egress: [port(args.gatewayPort, "Gateway pods", [...args.podCidrs])],
      },
      { parent: this },
    );
  }

  private createLoadBalancer(name: string, args: EdgeArgs, securityGroup: SecurityGroup): LoadBalancer {
    const { account, owner, protect } = args;
    const isInternal = "internal" in args.choice;
    const logs = isInternal
      ? undefined
      : new AccessLogs(`${name}-logs`, { account, owner, protect }, { parent: this });
    return new LoadBalancer(
      name,
      {
        internal: isInternal,
        loadBalancerType: "application",
        subnets: [...args.subnetIds],
        securityGroups: [securityGroup.id],
        idleTimeout: args.idleSeconds,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "strictest",
        enableDeletionProtection: protect,
        ...(logs && { accessLogs: { enabled: true, bucket: logs.bucket } }),
      },
      // AWS writes a test object when access logs are enabled.
      { parent: this, ...(logs && { dependsOn: logs }) },
    );
  }

  private createListener(name: string, { arn }: LoadBalancer): Listener {
    return new Listener(
      name,
      { loadBalancerArn: arn, port: 80, protocol: "HTTP", defaultActions: [refused] },
      { parent: this },
    );
  }

  private createPublicListener(
    name: string,
    { account, owner, protect }: EdgeArgs,
    loadBalancer: LoadBalancer,
    choice: PublicEdge,
  ): PublicListener {
    return new PublicListener(
      name,
      { account, owner, loadBalancerArn: loadBalancer.arn, ...choice, protect },
      { parent: this },
    );
  }

  private createTargetGroup(name: string, args: EdgeArgs): TargetGroup {
    return new TargetGroup(
      name,
      {
        vpcId: args.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        port: args.gatewayPort,
        deregistrationDelay: args.deregistrationSeconds,
        loadBalancingAlgorithmType: "least_outstanding_requests",
        healthCheck: {
          enabled: true,
          path: readyPath,
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      { parent: this },
    );
  }

  private createRules(
    name: string,
    {
      host,
      listenerArn,
      targetGroup,
    }: {
      readonly host: string;
      readonly listenerArn: pulumi.Output<string>;
      readonly targetGroup: TargetGroup;
    },
  ): ListenerRule[] {
    return pathRules.map(
      ({ name: rule, priority, paths }) =>
        new ListenerRule(
          `${name}-${rule}`,
          {
            listenerArn,
            priority,
            conditions: [{ hostHeader: { values: [host] } }, { pathPattern: { values: [...paths] } }],
            actions: [
              { type: "forward", forward: { targetGroups: [{ arn: targetGroup.arn, weight: 100 }] } },
            ],
          },
          { parent: this },
        ),
    );
  }

  /** Nothing where a certificate is given: its owner has the zone. */
  private createHost(name: string, host: string, choice: EdgeChoice, { dnsName, zoneId }: LoadBalancer) {
    const zone =
      "internal" in choice
        ? choice.internal.zoneId
        : "zoneId" in choice.certificate
          ? choice.certificate.zoneId
          : undefined;
    if (zone === undefined) return;
    new Record(
      name,
      {
        zoneId: zone,
        name: host,
        type: "A",
        aliases: [{ name: dnsName, zoneId, evaluateTargetHealth: false }],
      },
      { parent: this },
    );
  }
}

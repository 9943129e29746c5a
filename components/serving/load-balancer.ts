import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { Record } from "@pulumi/aws/route53/record.js";
import * as pulumi from "@pulumi/pulumi";
import { enginePort } from "./engine.ts";

export interface ModelLoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  /** The VPC's range, which may connect, and has the pods. */
  readonly vpcCidr: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Connections without a byte for this long are closed. */
  readonly idleSeconds: number;
  readonly protect: boolean;
}

/** An internal load balancer in front of up to 25 models. It forwards what a model's rules match and nothing else. */
export class ModelLoadBalancer extends pulumi.ComponentResource {
  readonly listenerArn: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  private readonly loadBalancer: LoadBalancer;

  constructor(name: string, args: ModelLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:serving:ModelLoadBalancer", name, {}, opts);

    const securityGroup = this.createSecurityGroup(name, args);
    this.loadBalancer = this.createLoadBalancer(name, args, securityGroup);
    const listener = this.createListener(name);

    this.listenerArn = listener.arn;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({});
  }

  /** Points a host in a private zone at this load balancer. */
  addHost(host: string, zoneId: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): Record {
    return new Record(
      host,
      {
        zoneId,
        name: host,
        type: "A",
        aliases: [
          { name: this.loadBalancer.dnsName, zoneId: this.loadBalancer.zoneId, evaluateTargetHealth: false },
        ],
      },
      opts,
    );
  }

  private createSecurityGroup(name: string, { vpcId, vpcCidr }: ModelLoadBalancerArgs): SecurityGroup {
    return new SecurityGroup(
      name,
      {
        vpcId,
        description: "Internal load balancer of the models",
        ingress: [
          {
            description: "Clients in the VPC",
            protocol: "tcp",
            fromPort: 80,
            toPort: 80,
            cidrBlocks: [vpcCidr],
          },
        ],
        egress: [
          {
            description: "Engine pods",
            protocol: "tcp",
            fromPort: enginePort,
            toPort: enginePort,
            cidrBlocks: [vpcCidr],
          },
        ],
      },
      { parent: this },
    );
  }

  private createLoadBalancer(
    name: string,
    args: ModelLoadBalancerArgs,
    securityGroup: SecurityGroup,
  ): LoadBalancer {
    return new LoadBalancer(
      name,
      {
        internal: true,
        loadBalancerType: "application",
        subnets: [...args.subnetIds],
        securityGroups: [securityGroup.id],
        idleTimeout: args.idleSeconds,
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "defensive",
        enableDeletionProtection: args.protect,
      },
      { parent: this },
    );
  }

  private createListener(name: string): Listener {
    return new Listener(
      name,
      {
        loadBalancerArn: this.loadBalancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: {
              statusCode: "404",
              contentType: "application/json",
              messageBody: '{"error":"no such model"}',
            },
          },
        ],
      },
      { parent: this },
    );
  }
}

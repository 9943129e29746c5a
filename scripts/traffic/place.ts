import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Deployed, DeployedStack } from "./deployed-stack.ts";
import { loadBalancer } from "./load-balancer.ts";
import { type Balancer, regionOf } from "./model-rules.ts";
import { pulumiStack } from "./pulumi-stack.ts";
import { type TargetHealth, targetHealth } from "./target-health.ts";

/** The surroundings of a deployed model. */
interface Surroundings {
  readonly balancer: Balancer;
  /** The health of a target group's targets. */
  readonly health: (group: string) => Promise<TargetHealth>;
  /** The key in a secret that the engines take. */
  readonly engineKey: (secret: string | undefined) => Promise<string>;
  /** The load balancer's address, where the models' hosts aren't known. */
  readonly through?: string;
  /** Where its Prometheus answers, if not where the cluster's does. */
  readonly prometheus?: string | undefined;
}

/** Where an environment runs: in the cloud, or on this machine. */
export interface TrafficPlace {
  readonly stack: DeployedStack;
  around(deployed: Deployed, model: string): Surroundings;
}

/** The stack behind the Pulumi CLI, and AWS. */
export function cloud(args: Parameters<typeof pulumiStack>[0]): TrafficPlace {
  return {
    stack: pulumiStack(args),
    around: (deployed, model) => {
      const region = regionOf(deployed, model) ?? "";
      const balancing = new ElasticLoadBalancingV2Client({ region });
      return {
        balancer: loadBalancer(balancing),
        health: (group) => targetHealth(balancing, group),
        engineKey: async (secret) => {
          const client = new SecretsManagerClient({ region });
          const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
          return SecretString ?? "";
        },
      };
    },
  };
}

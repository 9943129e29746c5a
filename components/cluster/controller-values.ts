import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster.ts";
import { controllerPods, resources } from "./system-pods.ts";

export interface LoadBalancerValuesArgs {
  readonly cluster: Cluster;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
}

/** Values of the AWS Load Balancer Controller's chart. */
export function loadBalancerValues({ cluster, region, vpcId }: LoadBalancerValuesArgs) {
  return {
    clusterName: cluster.name,
    region,
    vpcId,
    replicaCount: controllerPods.loadBalancer.replicas,
    podDisruptionBudget: { maxUnavailable: 1 },
    priorityClassName: controllerPods.loadBalancer.priorityClassName,
    serviceAccount: { name: "aws-load-balancer-controller" },
    // Without it a pod that starts while the controller is away has no readiness gate, and counts as ready before
    // the load balancer sends it anything: a rollout would then end the one pod that does. Only in namespaces that
    // ask for the gate. [AWS Load Balancer Controller, pod readiness gate]
    podMutatorWebhookConfig: { failurePolicy: "Fail" },
    // A new certificate at each update would leave that webhook without trust until the pods have read it.
    keepTLSSecret: true,
    // Only target group bindings: load balancers, their rules and their firewall belong to Pulumi.
    createIngressClassResource: false,
    enableServiceMutatorWebhook: false,
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    resources: resources(controllerPods.loadBalancer),
  };
}

/** Values of the External Secrets operator's chart. */
export const externalSecretsValues = {
  serviceAccount: { name: "external-secrets" },
  replicaCount: controllerPods.externalSecrets.replicas,
  leaderElect: true,
  podDisruptionBudget: { enabled: true, minAvailable: 1 },
  priorityClassName: controllerPods.externalSecrets.priorityClassName,
  resources: resources(controllerPods.externalSecrets),
  // Nothing that names a secret is taken without its answer.
  webhook: {
    replicaCount: controllerPods.externalSecretsWebhook.replicas,
    failurePolicy: "Fail",
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    priorityClassName: controllerPods.externalSecretsWebhook.priorityClassName,
    resources: resources(controllerPods.externalSecretsWebhook),
  },
  certController: {
    replicaCount: controllerPods.externalSecretsCertificates.replicas,
    priorityClassName: controllerPods.externalSecretsCertificates.priorityClassName,
    resources: resources(controllerPods.externalSecretsCertificates),
  },
};

/** Values of KEDA's chart. */
export const autoscalerValues = {
  prometheus: { operator: { enabled: true } },
  // One leads and the others are on standby; of the metrics server all answer, and without it nothing scales.
  operator: { replicaCount: controllerPods.keda.replicas },
  metricsServer: { replicaCount: controllerPods.kedaMetrics.replicas },
  webhooks: { replicaCount: controllerPods.kedaWebhooks.replicas },
  podDisruptionBudget: {
    operator: { maxUnavailable: 1 },
    metricServer: { maxUnavailable: 1 },
    webhooks: { maxUnavailable: 1 },
  },
  priorityClassName: controllerPods.keda.priorityClassName,
  resources: {
    operator: resources(controllerPods.keda),
    metricServer: resources(controllerPods.kedaMetrics),
    webhooks: resources(controllerPods.kedaWebhooks),
  },
};

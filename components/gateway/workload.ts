import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import * as pulumi from "@pulumi/pulumi";
import { podMonitor } from "../monitoring/pod-monitors.ts";
import { gatewayImage } from "./image.ts";
import { gatewayLabels, gatewayPort } from "./network-policies.ts";
import { type GatewayPodArgs, gatewayPod, secretEntries } from "./pod.ts";
import { gatewaySecret } from "./secret-variables.ts";

export interface GatewayWorkloadArgs {
  readonly namespace: string;
  readonly pod: GatewayPodArgs;
  readonly replicas: { readonly min: number; readonly max: number };
  /** Another one replaces the pods. */
  readonly checksum: string;
  /** The edge's group and the way to it: without that no pod would become ready. */
  readonly target: {
    readonly groupArn: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;
    readonly rules: readonly pulumi.Resource[];
  };
  /** Controllers of the kinds that are used here: of bindings, and of monitors. */
  readonly controllers: { readonly loadBalancer: pulumi.Resource; readonly monitors: pulumi.Resource };
  /** The namespace, closed by its policies. */
  readonly namespaceReady: readonly pulumi.Resource[];
  /** What pods need to start: identity, documents, secrets. */
  readonly needs: readonly pulumi.Resource[];
}

/** Percent of the requested CPU at which another pod is added: before a worker's only core is full. */
const targetCpuPercent = 70;
/** A pod starts in seconds; a node that pulls its image takes minutes. */
const progressDeadlineSeconds = 600;

/** The gateway's pods: scaled by load, and never fewer than needed during a rolling update. */
export class GatewayWorkload extends pulumi.ComponentResource {
  constructor(name: string, args: GatewayWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:gateway:GatewayWorkload", name, {}, opts);
    const service = this.createService(name, args);
    const binding = this.createBinding(name, args, service);
    const deployment = this.createDeployment(name, args, binding);
    this.createScaler(name, args, deployment);
    this.createDisruptionBudget(name, args);
    this.createMonitor(name, args);
    this.registerOutputs({});
  }

  private createService(name: string, { namespace, namespaceReady }: GatewayWorkloadArgs): Service {
    return new Service(
      name,
      {
        metadata: { name: "gateway", namespace, labels: gatewayLabels },
        spec: {
          type: "ClusterIP",
          selector: gatewayLabels,
          ports: [{ name: "http", port: gatewayPort, targetPort: "http" }],
        },
      },
      { parent: this, dependsOn: [...namespaceReady] },
    );
  }

  private createBinding(name: string, args: GatewayWorkloadArgs, service: Service): CustomResource {
    const { namespace, namespaceReady, target, controllers } = args;
    return new CustomResource(
      name,
      {
        apiVersion: "elbv2.k8s.aws/v1beta1",
        kind: "TargetGroupBinding",
        metadata: { name: "gateway", namespace, labels: gatewayLabels },
        spec: {
          serviceRef: { name: "gateway", port: "http" },
          targetGroupARN: target.groupArn,
          targetType: "ip",
          networking: {
            ingress: [
              {
                from: [{ securityGroup: { groupID: target.securityGroupId } }],
                ports: [{ port: gatewayPort, protocol: "TCP" }],
              },
            ],
          },
        },
      },
      { parent: this, dependsOn: [...namespaceReady, controllers.loadBalancer, service] },
    );
  }

  private createDeployment(name: string, args: GatewayWorkloadArgs, binding: CustomResource): Deployment {
    const { namespace, pod, replicas, checksum, target, namespaceReady, needs } = args;
    // One after another: each new pod is ready before an old one begins to finish its streams.
    const rollout = `${progressDeadlineSeconds + replicas.max * pod.times.graceSeconds}s`;
    return new Deployment(
      name,
      {
        metadata: { name: "gateway", namespace, labels: gatewayLabels },
        spec: {
          replicas: replicas.min,
          selector: { matchLabels: gatewayLabels },
          progressDeadlineSeconds,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: {
            metadata: {
              labels: { ...gatewayLabels, "app.kubernetes.io/version": gatewayImage.version },
              annotations: { "gantry.dev/config-checksum": checksum },
            },
            spec: gatewayPod(pod),
          },
        },
      },
      {
        parent: this,
        dependsOn: [...namespaceReady, ...needs, ...target.rules, binding],
        customTimeouts: { create: rollout, update: rollout },
        // From then on the count is the autoscaler's.
        ignoreChanges: ["spec.replicas"],
      },
    );
  }

  private createScaler(name: string, { namespace, replicas }: GatewayWorkloadArgs, deployment: Deployment) {
    new HorizontalPodAutoscaler(
      name,
      {
        metadata: { name: "gateway", namespace, labels: gatewayLabels },
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "gateway" },
          minReplicas: replicas.min,
          maxReplicas: replicas.max,
          metrics: [
            {
              type: "Resource",
              resource: {
                name: "cpu",
                target: { type: "Utilization", averageUtilization: targetCpuPercent },
              },
            },
          ],
          behavior: {
            scaleDown: {
              stabilizationWindowSeconds: 600,
              policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
            },
          },
        },
      },
      { parent: this, dependsOn: deployment },
    );
  }

  private createDisruptionBudget(name: string, { namespace, namespaceReady }: GatewayWorkloadArgs) {
    new PodDisruptionBudget(
      name,
      {
        metadata: { name: "gateway", namespace, labels: gatewayLabels },
        spec: {
          maxUnavailable: 1,
          unhealthyPodEvictionPolicy: "AlwaysAllow",
          selector: { matchLabels: gatewayLabels },
        },
      },
      { parent: this, dependsOn: [...namespaceReady] },
    );
  }

  /** In the gateway's own namespace, where the Secret with the key is that Prometheus shows. */
  private createMonitor(
    name: string,
    { namespace, namespaceReady, controllers, needs }: GatewayWorkloadArgs,
  ) {
    new CustomResource(
      name,
      podMonitor("gateway", namespace, {
        namespace,
        matchLabels: gatewayLabels,
        endpoint: {
          port: "http",
          path: "/metrics",
          authorization: { credentials: { name: gatewaySecret, key: secretEntries.metricsKey } },
        },
      }),
      { parent: this, dependsOn: [...namespaceReady, controllers.monitors, ...needs] },
    );
  }
}

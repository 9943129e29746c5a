import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import type { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { type Chart, controllerCharts } from "./charts.ts";
import type { Cluster } from "./cluster.ts";
import { autoscalerValues, externalSecretsValues, loadBalancerValues } from "./controller-values.ts";
import { HelmRelease } from "./helm-release.ts";
import { Karpenter } from "./karpenter.ts";
import { loadBalancerPermissions } from "./load-balancer-permissions.ts";
import { onGpuNodes } from "./node-pool.ts";
import { PodIdentity } from "./pod-identity.ts";
import { controllerPods, groupControllerPods, resources } from "./system-pods.ts";

export interface ControllersArgs {
  readonly account: Account;
  readonly environment: string;
  readonly cluster: Cluster;
  readonly vpcId: pulumi.Input<string>;
  /** Whether replicas span nodes, which takes two controllers more. */
  readonly nodeGroups: boolean;
}

/** The controllers of the custom resources used here. An object is created after its controller and deleted before it. */
export class Controllers extends pulumi.ComponentResource {
  readonly loadBalancer: Release;
  readonly karpenter: Release;
  readonly externalSecrets: Release;
  /** The External Secrets operator's role, without permissions until secrets are granted to it. */
  readonly externalSecretsRoleName: pulumi.Output<string>;
  readonly autoscaler: Release;
  /** Of replicas that span nodes, and of the fabric between those; none where no replica does. */
  readonly groups: readonly Release[];
  readonly all: readonly pulumi.Resource[];

  constructor(name: string, args: ControllersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:Controllers", name, {}, opts);
    const { account, cluster } = args;

    this.loadBalancer = this.createLoadBalancerController(name, args);
    this.karpenter = new Karpenter(
      `${name}-karpenter`,
      {
        account,
        controlPlane: cluster.controlPlane,
        nodeRoleName: cluster.gpuNodes.roleName,
        nodeIdentity: cluster.gpuNodes.identity,
        ready: cluster.ready,
      },
      { parent: this },
    ).release;
    const { release, roleName } = this.createExternalSecrets(name, args);
    this.externalSecrets = release;
    this.externalSecretsRoleName = roleName;
    this.autoscaler = this.createAutoscaler(name, args);
    const metricsServer = this.createMetricsServer(name, args);
    const devicePlugin = this.createDevicePlugin(name, args);
    this.groups = args.nodeGroups
      ? [this.createGroupController(name, args), this.createFabric(name, args)]
      : [];

    this.all = [
      this.loadBalancer,
      this.karpenter,
      this.externalSecrets,
      this.autoscaler,
      metricsServer,
      devicePlugin,
      ...this.groups,
    ];
    this.registerOutputs({});
  }

  private createLoadBalancerController(
    name: string,
    { account, environment, cluster, vpcId }: ControllersArgs,
  ): Release {
    const identity = new PodIdentity(
      `${name}-load-balancer`,
      {
        controlPlane: cluster.controlPlane,
        namespace: "kube-system",
        serviceAccount: "aws-load-balancer-controller",
        statements: loadBalancerPermissions({ account, clusterName: cluster.name, environment }),
        createServiceAccount: false,
      },
      { parent: this },
    );
    return this.install(
      `${name}-load-balancer`,
      controllerCharts.loadBalancerController,
      "kube-system",
      [...cluster.ready, identity],
      loadBalancerValues({ cluster, region: account.region, vpcId }),
    );
  }

  private createExternalSecrets(name: string, { cluster }: ControllersArgs) {
    const namespace = "external-secrets";
    const identity = new PodIdentity(
      `${name}-external-secrets`,
      {
        controlPlane: cluster.controlPlane,
        namespace,
        serviceAccount: "external-secrets",
        statements: [],
        createServiceAccount: false,
      },
      { parent: this },
    );
    const release = this.install(
      `${name}-external-secrets`,
      controllerCharts.externalSecrets,
      namespace,
      [...cluster.ready, this.createNamespace(name, namespace), identity],
      externalSecretsValues,
    );
    return { release, roleName: identity.roleName };
  }

  private createAutoscaler(name: string, { cluster }: ControllersArgs): Release {
    const namespace = "keda";
    const waits = [...cluster.ready, this.createNamespace(name, namespace)];
    return this.install(`${name}-keda`, controllerCharts.keda, namespace, waits, autoscalerValues);
  }

  private createMetricsServer(name: string, { cluster }: ControllersArgs): Release {
    return this.install(
      `${name}-metrics-server`,
      controllerCharts.metricsServer,
      "kube-system",
      cluster.ready,
      {
        replicas: controllerPods.metricsServer.replicas,
        podDisruptionBudget: { enabled: true, minAvailable: 1 },
        priorityClassName: controllerPods.metricsServer.priorityClassName,
        resources: resources(controllerPods.metricsServer),
      },
    );
  }

  /** The device plugin that reports a node's GPUs to Kubernetes. */
  private createDevicePlugin(name: string, { cluster }: ControllersArgs): Release {
    return this.install(
      `${name}-device-plugin`,
      controllerCharts.devicePlugin,
      "kube-system",
      cluster.ready,
      {
        ...onGpuNodes,
        priorityClassName: "system-node-critical",
        resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
      },
    );
  }

  private createGroupController(name: string, { cluster }: ControllersArgs): Release {
    const namespace = "lws-system";
    const waits = [...cluster.ready, this.createNamespace(name, namespace)];
    return this.install(`${name}-groups`, controllerCharts.leaderWorkerSet, namespace, waits, {
      replicaCount: groupControllerPods.replicas,
      priorityClassName: groupControllerPods.priorityClassName,
      resources: resources(groupControllerPods),
    });
  }

  /** The device plugin that reports a node's fabric interfaces to Kubernetes. */
  private createFabric(name: string, { cluster }: ControllersArgs): Release {
    return this.install(`${name}-fabric`, controllerCharts.efaDevicePlugin, "kube-system", cluster.ready, {
      tolerations: onGpuNodes.tolerations,
      resources: { requests: { cpu: "10m", memory: "20Mi" }, limits: { memory: "64Mi" } },
    });
  }

  private createNamespace(name: string, namespace: string): Namespace {
    return new Namespace(`${name}-${namespace}`, { metadata: { name: namespace } }, { parent: this });
  }

  private install(
    name: string,
    chart: Chart,
    namespace: string,
    waits: readonly pulumi.Resource[],
    values: Record<string, pulumi.Input<unknown>>,
  ): Release {
    return new HelmRelease(name, { chart, namespace, values, waits }, { parent: this }).release;
  }
}

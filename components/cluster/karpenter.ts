import type { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { controllerCharts } from "./charts.ts";
import { HelmRelease } from "./helm-release.ts";
import { InterruptionQueue } from "./interruption-queue.ts";
import { karpenterPermissions } from "./karpenter-permissions.ts";
import { type ControlPlane, PodIdentity } from "./pod-identity.ts";
import { controllerPods, resources } from "./system-pods.ts";

export interface KarpenterArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  /** The role of the nodes that it starts. */
  readonly nodeRoleName: string;
  /** What it starts nodes with, which stays until its last node is gone. */
  readonly nodeIdentity: readonly pulumi.Resource[];
  readonly ready: readonly pulumi.Resource[];
}

const namespace = "kube-system";
const serviceAccount = "karpenter";

/** Launches a node when a pod needs one, replaces failed nodes, and drains those that AWS is about to interrupt. */
export class Karpenter extends pulumi.ComponentResource {
  readonly release: Release;

  constructor(name: string, args: KarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:Karpenter", name, {}, opts);
    const { account, controlPlane, nodeRoleName } = args;
    const queueName = `${controlPlane.clusterName}-interruptions`;

    const queue = new InterruptionQueue(`${name}-interruptions`, { account, queueName }, { parent: this });
    const identity = new PodIdentity(
      name,
      {
        controlPlane,
        namespace,
        serviceAccount,
        statements: karpenterPermissions({
          account,
          clusterName: controlPlane.clusterName,
          nodeRoleName,
          queueName,
        }),
        createServiceAccount: false,
      },
      { parent: this },
    );
    this.release = this.createRelease(name, args, queueName, [queue, identity, ...args.nodeIdentity]);
    this.registerOutputs({});
  }

  private createRelease(
    name: string,
    { controlPlane, ready }: KarpenterArgs,
    queueName: string,
    waits: readonly pulumi.Resource[],
  ): Release {
    return new HelmRelease(
      name,
      {
        chart: controllerCharts.karpenter,
        namespace,
        values: {
          replicas: controllerPods.karpenter.replicas,
          podDisruptionBudget: { name: "karpenter", maxUnavailable: 1 },
          priorityClassName: controllerPods.karpenter.priorityClassName,
          serviceAccount: { name: serviceAccount },
          settings: {
            clusterName: controlPlane.clusterName,
            interruptionQueue: queueName,
            // Replaces a node whose GPUs the monitoring agent finds broken, or that is away for half an hour.
            featureGates: { nodeRepair: true },
          },
          controller: { resources: resources(controllerPods.karpenter) },
          serviceMonitor: { enabled: false },
        },
        waits: [...ready, ...waits],
      },
      { parent: this },
    ).release;
  }
}

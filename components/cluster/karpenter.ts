import { Release } from "@pulumi/kubernetes/helm/v3/release.js";
import * as pulumi from "@pulumi/pulumi";
import type { Account } from "../shared/account.ts";
import { charts } from "./charts.ts";
import { InterruptionQueue } from "./interruption-queue.ts";
import { karpenterPermissions } from "./karpenter-permissions.ts";
import { PodIdentity } from "./pod-identity.ts";

export interface KarpenterArgs {
  readonly account: Account;
  readonly clusterName: string;
  /** The role of the nodes that it starts. */
  readonly nodeRoleName: string;
  readonly ready: readonly pulumi.Resource[];
}

const namespace = "kube-system";
const serviceAccount = "karpenter";

/** Starts a node when a pod needs one, and hears from AWS before one goes. */
export class Karpenter extends pulumi.ComponentResource {
  readonly release: Release;

  constructor(name: string, args: KarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:Karpenter", name, {}, opts);
    const { account, clusterName, nodeRoleName } = args;
    const queueName = `${clusterName}-interruptions`;

    const queue = new InterruptionQueue(`${name}-interruptions`, { account, queueName }, { parent: this });
    const identity = new PodIdentity(
      name,
      {
        clusterName,
        namespace,
        serviceAccount,
        statements: karpenterPermissions({ account, clusterName, nodeRoleName, queueName }),
        createServiceAccount: false,
      },
      { parent: this },
    );
    this.release = this.createReleases(name, args, queueName, [queue, identity]);
    this.registerOutputs({});
  }

  /** Kinds and controller apart: Helm doesn't update the kinds that a chart brings with it. */
  private createReleases(
    name: string,
    args: KarpenterArgs,
    queueName: string,
    waits: pulumi.Resource[],
  ): Release {
    const kinds = new Release(
      `${name}-crd`,
      { name: "karpenter-crd", namespace, ...charts.karpenterCrd },
      { parent: this, dependsOn: [...args.ready] },
    );
    return new Release(
      name,
      {
        name: "karpenter",
        namespace,
        ...charts.karpenter,
        skipCrds: true,
        values: {
          replicas: 2,
          serviceAccount: { name: serviceAccount },
          settings: { clusterName: args.clusterName, interruptionQueue: queueName },
          controller: {
            resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "1Gi" } },
          },
          serviceMonitor: { enabled: false },
        },
      },
      { parent: this, dependsOn: [kinds, ...waits] },
    );
  }
}

import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster.ts";
import type { GpuPoolSettings } from "./gpu-pool-settings.ts";
import { nodeClassArgs, nodePoolArgs } from "./node-pool.ts";
import { endingReservations, reservationWarning } from "./reservation.ts";

/** One kind of GPU node, and the cluster that it is for. */
export type GpuPoolArgs = GpuPoolSettings & {
  readonly cluster: Cluster;
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Tags of its instances. */
  readonly tags: Readonly<Record<string, string>>;
  readonly karpenter: pulumi.Resource;
  /** In the form `YYYY-MM-DD`: reservations end. */
  readonly today: string;
};

/** One kind of GPU node, from zero to a limit: what Karpenter may launch, and when it may terminate it. */
export class GpuPool extends pulumi.ComponentResource {
  /** What pods that request the pool depend on. */
  readonly nodePool: CustomResource;

  constructor(name: string, args: GpuPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:cluster:GpuPool", name, {}, opts);
    this.warnOfEndingReservations(name, args);
    const machine = this.createNodeClass(name, args);
    this.nodePool = this.createNodePool(name, args, machine);
    this.registerOutputs({});
  }

  private warnOfEndingReservations(name: string, { reservations, today }: GpuPoolArgs) {
    for (const reservation of endingReservations(reservations)) {
      const warning = reservationWarning(reservation, today);
      if (warning !== undefined) void pulumi.log.warn(`pool ${name}: ${warning}`, this);
    }
  }

  private createNodeClass(
    name: string,
    { cluster, subnetIds, tags, karpenter, ...pool }: GpuPoolArgs,
  ): CustomResource {
    const { instanceProfile, image } = cluster.gpuNodes;
    return new CustomResource(
      `${name}-class`,
      nodeClassArgs(name, pool, { clusterName: cluster.name, instanceProfile, image, subnetIds, tags }),
      // The class's finalizer ends its instances, which need their identity until then.
      { parent: this, dependsOn: [karpenter, ...cluster.gpuNodes.identity] },
    );
  }

  private createNodePool(name: string, pool: GpuPoolArgs, machine: CustomResource): CustomResource {
    return new CustomResource(`${name}-pool`, nodePoolArgs(name, pool), { parent: this, dependsOn: machine });
  }
}

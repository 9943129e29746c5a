import { getPrefixListOutput } from "@pulumi/aws/ec2/getPrefixList.js";
import { Zone } from "@pulumi/aws/route53/zone.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import type { Tracing } from "../monitoring/tracing.ts";
import { externalSecret } from "../secrets/external-secret.ts";
import type { Account } from "../shared/account.ts";
import { zoneDeletion } from "../shared/deletion.ts";
import { engineKeyEntry, engineKeySecret } from "./engine.ts";
import { ModelLoadBalancer } from "./load-balancer.ts";
import { type ModelStore, readStatements } from "./model-store.ts";
import { servingNamespace } from "./namespace.ts";
import { denyAll, enginePolicy, hubPolicy } from "./network-policies.ts";
import { defaultLoadBalancer } from "./traffic.ts";

export interface ServingArgs {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly cidr: string;
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
    /** Ranges of those subnets. */
    readonly privateCidrs: readonly string[];
  };
  readonly store: ModelStore;
  /** The zone of the models' hosts. */
  readonly domain: string;
  /** Secrets in Secrets Manager with the keys that clients of an engine send, the first generation first, and the store they are read through. */
  readonly engineApiKeys: { readonly secrets: readonly string[]; readonly store: pulumi.Resource };
  readonly prometheus: { readonly address: string; readonly namespace: string };
  /** Where spans go. @default nowhere */
  readonly tracing: Tracing | undefined;
  /** Controllers whose kinds the slots use: they have to be there first and go last. */
  readonly controllers: SlotControllers;
  /** Load balancers in front of the models, by name, each with the longest silence that a connection survives. */
  readonly loadBalancers: Readonly<Record<string, { readonly idleSeconds: number }>>;
  /** Whether an engine reads its weights from the hub, which takes a way out to it. */
  readonly hubEgress: boolean;
  readonly protect: boolean;
}

/** Controllers whose kinds a slot is written in. */
export interface SlotControllers {
  readonly loadBalancer: pulumi.Resource;
  readonly autoscaler: pulumi.Resource;
  /** Of replicas that span nodes, and of the fabric between those. */
  readonly groups: readonly pulumi.Resource[];
}

/** What all models share: the namespace and its rules, the engines' identity and key, the hosts' zone and the load balancers. */
export class Serving extends pulumi.ComponentResource {
  readonly namespace = servingNamespace;
  readonly serviceAccount = "engine";
  /** Hosts are `<model>.<domain>` and `<model>-<colour>.<domain>`, known in the VPC only. */
  readonly domain: string;
  readonly vpcId: pulumi.Input<string>;
  readonly prometheusAddress: string;
  readonly store: ModelStore;
  readonly zoneId: pulumi.Output<string>;
  /** By the name in the configuration. */
  readonly loadBalancers: ReadonlyMap<string, ModelLoadBalancer>;
  readonly controllers: SlotControllers;
  /** The namespace, closed by its policies: what all objects of a slot wait for. */
  readonly namespaceReady: readonly pulumi.Resource[];
  /** What engines need to start: their identity in AWS and the key that clients send. */
  readonly credentials: readonly pulumi.Resource[];

  constructor(name: string, args: ServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:serving:Serving", name, {}, opts);
    this.domain = args.domain;
    this.vpcId = args.network.vpcId;
    this.prometheusAddress = args.prometheus.address;
    this.store = args.store;

    const namespace = this.createNamespace(name);
    const policies = this.createNetworkPolicies(name, args, namespace);
    const identity = this.createIdentity(name, args, namespace);
    const key = this.createEngineKey(name, args, namespace);
    this.zoneId = this.createZone(name, args);
    this.loadBalancers = this.createLoadBalancers(name, args);

    this.controllers = args.controllers;
    this.namespaceReady = [namespace, ...policies];
    this.credentials = [identity, key];
    this.registerOutputs({});
  }

  private createNamespace(name: string): Namespace {
    return new Namespace(
      name,
      {
        metadata: {
          name: this.namespace,
          labels: {
            // A pod counts as ready only when the load balancer's check passes, too.
            "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled",
            "pod-security.kubernetes.io/enforce": "restricted",
          },
        },
      },
      { parent: this },
    );
  }

  private createNetworkPolicies(
    name: string,
    { network, account, prometheus, tracing, hubEgress }: ServingArgs,
    namespace: Namespace,
  ) {
    const storage = getPrefixListOutput({ name: `com.amazonaws.${account.region}.s3` }, { parent: this });
    const engines = storage.cidrBlocks.apply((storageCidrs) =>
      enginePolicy({
        loadBalancerCidrs: network.privateCidrs,
        monitoringNamespace: prometheus.namespace,
        storageCidrs,
        tracing,
      }),
    );
    return Object.entries({ "deny-all": denyAll, engines, ...(hubEgress && { hub: hubPolicy }) }).map(
      ([policy, spec]) =>
        new NetworkPolicy(
          `${name}-${policy}`,
          { metadata: { name: policy, namespace: this.namespace }, spec },
          { parent: this, dependsOn: namespace },
        ),
    );
  }

  private createIdentity(name: string, { account, controlPlane, store }: ServingArgs, namespace: Namespace) {
    return new PodIdentity(
      `${name}-engine`,
      {
        controlPlane,
        namespace: this.namespace,
        serviceAccount: this.serviceAccount,
        namespaceReady: namespace,
        statements: readStatements(account, store.bucket, store.keyAlias),
      },
      { parent: this },
    );
  }

  private createEngineKey(
    name: string,
    { engineApiKeys }: ServingArgs,
    namespace: Namespace,
  ): CustomResource {
    return new CustomResource(
      `${name}-engine-key`,
      externalSecret({
        name: engineKeySecret,
        namespace: this.namespace,
        entries: Object.fromEntries(
          engineApiKeys.secrets.map((secret, index) => [engineKeyEntry(index + 1), { secret }]),
        ),
      }),
      { parent: this, dependsOn: [namespace, engineApiKeys.store] },
    );
  }

  private createZone(name: string, { network, protect }: ServingArgs): pulumi.Output<string> {
    return new Zone(
      name,
      { name: this.domain, vpcs: [{ vpcId: network.vpcId }], ...zoneDeletion(protect) },
      { parent: this },
    ).zoneId;
  }

  private createLoadBalancers(name: string, args: ServingArgs): Map<string, ModelLoadBalancer> {
    return new Map(
      Object.entries(args.loadBalancers).map(([loadBalancer, { idleSeconds }]) => [
        loadBalancer,
        new ModelLoadBalancer(
          `${name}-${loadBalancer}`,
          {
            vpcId: args.network.vpcId,
            vpcCidr: args.network.cidr,
            subnetIds: args.network.privateSubnetIds,
            idleSeconds,
            protect: args.protect,
          },
          {
            parent: this,
            // What the first load balancer was called before they had names. Its children inherit the alias.
            aliases: loadBalancer === defaultLoadBalancer ? [{ name: `${name}-1` }] : [],
          },
        ),
      ]),
    );
  }
}

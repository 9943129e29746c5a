import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../components/cluster/cluster.ts";
import type { Controllers } from "../components/cluster/controllers.ts";
import type { GpuPool } from "../components/cluster/gpu-pool.ts";
import { prometheus } from "../components/monitoring/prometheus.ts";
import type { Network } from "../components/network/network.ts";
import { engineKey } from "../components/secrets/secret-names.ts";
import type { Secrets } from "../components/secrets/secrets.ts";
import { Model } from "../components/serving/model.ts";
import { ModelStore } from "../components/serving/model-store.ts";
import { Serving } from "../components/serving/serving.ts";
import { type Colour, modelDomainOf, withDefaults } from "../components/serving/traffic.ts";
import { arrangedLoadBalancers, arrangement, engineKeyCount } from "./arrangement.ts";
import { found } from "./found.ts";
import type { Environment } from "./platform.ts";
import { modelHub } from "./secret-providers.ts";

/* Engines and their models. */

/** A model's stack outputs. */
export interface ModelOutput {
  /** The address at which the gateway reaches it. */
  readonly host: string;
  readonly live: Colour;
  readonly canaryPercent: number;
  /** What the gateway copies to the standby. */
  readonly shadowPercent: number;
  /** The secret in Secrets Manager with the key that each slot's engines take. */
  readonly engineKeys: Readonly<Partial<Record<Colour, string>>>;
  /** SHA-256 of each slot's release. */
  readonly releases: Readonly<Partial<Record<Colour, string>>>;
}

export function createServing(
  stack: Environment,
  network: Network,
  cluster: Cluster,
  secrets: Secrets,
  controllers: Controllers,
  opts: pulumi.ComponentResourceOptions,
): Serving {
  const { account, environment, modelStore, monitoring, network: choice, releases, protect } = stack.config;
  const token = secrets.providerNames[modelHub];
  const store = new ModelStore(
    "model-store",
    {
      account,
      controlPlane: cluster.controlPlane,
      bucket: modelStore.bucket,
      releases: Object.values(releases),
      cluster: cluster.ready,
      hubToken: token === undefined ? undefined : { secret: token, store: secrets.store },
      protect,
    },
    opts,
  );
  return new Serving(
    "serving",
    {
      account,
      controlPlane: cluster.controlPlane,
      network,
      store,
      domain: modelDomainOf(environment, choice),
      engineApiKeys: {
        secrets: Array.from({ length: engineKeyCount(stack.config) }, (_, index) =>
          secrets.nameOf(engineKey(index + 1)),
        ),
        store: secrets.store,
      },
      prometheus,
      tracing: monitoring.tracing,
      controllers,
      loadBalancers: arrangedLoadBalancers(stack.config),
      hubEgress: Object.values(releases).some(({ model }) => model.source === "hub"),
      protect,
    },
    opts,
  );
}

export function createModels(
  stack: Environment,
  serving: Serving,
  pools: Readonly<Record<string, GpuPool>>,
  opts: pulumi.ComponentResourceOptions,
): Record<string, ModelOutput> {
  const made = Object.entries(arrangement(stack.config)).map(([name, arranged]) => {
    const { routes, priority, engineKeys } = arranged;
    const loadBalancer = found(serving.loadBalancers.get(arranged.loadBalancer), arranged.loadBalancer);
    const traffic = found(stack.config.models[name], name).traffic;
    const slots = Object.fromEntries(
      Object.entries(arranged.slots).map(([colour, slot]) => [
        colour,
        { ...slot, nodePool: found(pools[slot.pool], slot.pool).nodePool },
      ]),
    );
    const model = new Model(name, { slots, traffic, routes, serving, loadBalancer, priority }, opts);
    const output = { host: model.host, ...withDefaults(traffic), engineKeys, releases: model.releaseIds };
    return [name, output] as const;
  });
  return Object.fromEntries(made);
}

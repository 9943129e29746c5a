import * as pulumi from "@pulumi/pulumi";
import { nameTag } from "../components/shared/name-tag.ts";
import type { Config } from "./config.ts";
import { tenantSecrets } from "./generated-secrets.ts";
import {
  createCluster,
  createClusterLogs,
  createControllers,
  createMonitoring,
  createNetwork,
  createPools,
  createProvider,
  createSecrets,
  stackOf,
} from "./platform.ts";
import {
  createBudget,
  createCache,
  createCloudAlarms,
  createEdge,
  createGateway,
  createRecords,
} from "./services.ts";
import { createModels, createServing, type ModelOutput } from "./serving.ts";

/** One environment: everything that serves models, in the order in which it depends on each other. */
export class Gantry extends pulumi.ComponentResource {
  readonly cluster: { readonly name: string; readonly region: string };
  readonly models: Readonly<Record<string, ModelOutput>>;
  /** The API's address, such as `https://llm.example.com`. */
  readonly url: string;
  /**
   * Names in Secrets Manager: providers' are empty until `npm run put-secret`; a tenant's hold its keys, which
   * `aws secretsmanager get-secret-value --secret-id <name>` shows.
   */
  readonly secrets: {
    readonly providers: Readonly<Record<string, string>>;
    readonly tenants: Readonly<
      Record<string, readonly { readonly key: string; readonly signingKey: string }[]>
    >;
  };

  constructor(name: string, config: Config, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:index:Gantry", name, {}, { ...opts, transformations: [nameTag] });
    const stack = stackOf(config);
    const aws = createProvider(stack, name, this);
    const inAws = { parent: this, providers: [aws] };

    const logs = createClusterLogs(stack, inAws);
    const network = createNetwork(stack, logs, inAws);
    const cluster = createCluster(stack, network, logs, inAws);
    const inCluster = { parent: this, providers: [aws, cluster.kubernetes] };
    const controllers = createControllers(stack, network, cluster, inCluster);
    const pools = createPools(stack, network, cluster, controllers, inCluster);
    const secrets = createSecrets(stack, controllers, inCluster);
    const monitoring = createMonitoring(stack, cluster, secrets, controllers, inCluster);

    const cache = createCache(stack, network, secrets, inAws);
    const records = createRecords(stack, inAws);
    const serving = createServing(stack, network, cluster, secrets, controllers, inCluster);
    this.models = createModels(stack, serving, pools, inCluster);
    // The edge before the gateway: a pod only becomes ready when a load balancer checks it.
    const edge = createEdge(stack, network, serving, inAws);
    const platform = { network, cluster, controllers, secrets, monitoring };
    const gateway = createGateway(stack, { ...platform, cache, records, serving, edge }, inCluster);
    createCloudAlarms(stack, { monitoring, cache, edge, gateway }, inAws);
    createBudget(stack, inAws);

    this.url = edge.url;
    this.cluster = { name: stack.name, region: config.account.region };
    this.secrets = { providers: secrets.providerNames, tenants: tenantSecrets(config, stack.prefix) };
    this.registerOutputs({});
  }
}

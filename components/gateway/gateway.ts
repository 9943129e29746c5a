import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type ControlPlane, PodIdentity } from "../cluster/pod-identity.ts";
import type { CacheAddress } from "../data/valkey.ts";
import type { Tracing } from "../monitoring/tracing.ts";
import { externalSecret } from "../secrets/external-secret.ts";
import { denyAll } from "../serving/network-policies.ts";
import type { Timeouts } from "../serving/timeouts.ts";
import type { Account, Statement } from "../shared/account.ts";
import { bedrockStatements } from "./bedrock.ts";
import { gatewayDocuments } from "./documents.ts";
import { readExtension } from "./extension.ts";
import type { GatewaySettingsArgs } from "./gateway-settings.ts";
import { gatewayNamespace, gatewayPolicy } from "./network-policies.ts";
import { type SecretNames, secretVariables } from "./secret-variables.ts";
import { type GatewaySize, processes } from "./sizes.ts";
import { tenantKeysTemplate } from "./tenant-keys.ts";
import type { Tenant } from "./tenants.ts";
import { GatewayWorkload, type GatewayWorkloadArgs } from "./workload.ts";

export interface GatewayArgs
  extends Omit<GatewaySettingsArgs, "region" | "mostPods" | "prometheusAddress">,
    Pick<GatewayWorkloadArgs, "replicas" | "target" | "controllers"> {
  readonly account: Account;
  readonly controlPlane: ControlPlane;
  readonly size: GatewaySize;
  /** Where spans go. @default nowhere */
  readonly tracing: Tracing | undefined;
  readonly times: Timeouts;
  readonly tenants: Readonly<Record<string, Tenant>>;
  readonly cache: CacheAddress;
  /** What its role may do with the records' bucket. */
  readonly recordStatements: readonly Statement[];
  /** Names in Secrets Manager, and the store they are read through. */
  readonly secrets: SecretNames & {
    readonly nameOf: (subject: string) => string;
    readonly store: pulumi.Resource;
  };
  /** Ranges of the edge load balancer's subnets, and of the private ones. */
  readonly edgeCidrs: readonly string[];
  readonly privateCidrs: readonly string[];
  readonly prometheus: { readonly address: string; readonly namespace: string };
  /** Pages that may call from a browser. */
  readonly allowedOrigins: readonly string[];
}

const serviceAccount = "gateway";
const documentsName = "gateway";
const extensionName = "gateway-extension";
const tenantKeysName = "gateway-tenant-keys";

/** LiteLLM with Gantry's extension: one API for all models, with keys, limits, budgets, fallbacks and records. It keeps nothing itself. */
export class Gateway extends pulumi.ComponentResource {
  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:gateway:Gateway", name, {}, opts);
    const extension = readExtension();
    const { size, replicas, account, prometheus } = args;
    const documents = gatewayDocuments(
      {
        ...args,
        region: account.region,
        prometheusAddress: prometheus.address,
        pods: processes(size, replicas.min),
        mostPods: processes(size, replicas.max),
      },
      args.tenants,
      extension,
    );
    const { variables, secrets } = secretVariables(args, args.secrets);

    const namespace = this.createNamespace(name);
    const policies = this.createNetworkPolicies(name, args, namespace);
    const identity = this.createIdentity(name, args, namespace);
    const files = [
      this.createDocuments(name, documentsName, documents.beside, namespace),
      this.createDocuments(`${name}-extension`, extensionName, extension.package, namespace),
    ];
    const synced = secrets.map((secret) => this.createSecret(secret.name, secret, args, namespace));
    const keys = this.createTenantKeys(name, args, namespace);
    this.createWorkload(name, args, {
      checksum: documents.checksum,
      variables,
      namespaceReady: [namespace, ...policies],
      needs: [identity, ...files, ...synced, keys],
    });
    this.registerOutputs({});
  }

  private createNamespace(name: string): Namespace {
    return new Namespace(
      name,
      {
        metadata: {
          name: gatewayNamespace,
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

  private createNetworkPolicies(name: string, args: GatewayArgs, namespace: Namespace): NetworkPolicy[] {
    const { edgeCidrs, privateCidrs, cache, prometheus, tracing } = args;
    const gateway = gatewayPolicy({
      edgeCidrs,
      privateCidrs,
      cachePort: cache.port,
      monitoringNamespace: prometheus.namespace,
      tracing,
    });
    return Object.entries({ "deny-all": denyAll, gateway }).map(
      ([policy, spec]) =>
        new NetworkPolicy(
          `${name}-${policy}`,
          { metadata: { name: policy, namespace: gatewayNamespace }, spec },
          { parent: this, dependsOn: namespace },
        ),
    );
  }

  private createIdentity(name: string, args: GatewayArgs, namespace: Namespace): PodIdentity {
    const { account, controlPlane, hosted, recordStatements } = args;
    return new PodIdentity(
      name,
      {
        controlPlane,
        namespace: gatewayNamespace,
        serviceAccount,
        namespaceReady: namespace,
        statements: [...recordStatements, ...bedrockStatements(account, hosted)],
      },
      { parent: this },
    );
  }

  private createDocuments(
    name: string,
    configMap: string,
    data: Readonly<Record<string, string>>,
    namespace: Namespace,
  ): ConfigMap {
    return new ConfigMap(
      name,
      { metadata: { name: configMap, namespace: gatewayNamespace }, data: { ...data } },
      { parent: this, dependsOn: namespace },
    );
  }

  private createSecret(
    name: string,
    secret: Omit<Parameters<typeof externalSecret>[0], "namespace">,
    { secrets }: GatewayArgs,
    namespace: Namespace,
  ): CustomResource {
    return new CustomResource(name, externalSecret({ ...secret, namespace: gatewayNamespace }), {
      parent: this,
      dependsOn: [namespace, secrets.store],
    });
  }

  private createTenantKeys(name: string, args: GatewayArgs, namespace: Namespace): CustomResource {
    const { text, entries } = tenantKeysTemplate(args.tenants);
    const secret = {
      name: tenantKeysName,
      entries: Object.fromEntries(
        Object.entries(entries).map(([entry, subject]) => [entry, { secret: args.secrets.nameOf(subject) }]),
      ),
      templates: { "tenant-keys.yaml": text },
    };
    return this.createSecret(`${name}-tenant-keys`, secret, args, namespace);
  }

  private createWorkload(
    name: string,
    args: GatewayArgs,
    {
      variables,
      ...made
    }: Pick<GatewayWorkloadArgs, "checksum" | "namespaceReady" | "needs"> & {
      readonly variables: GatewayWorkloadArgs["pod"]["secrets"];
    },
  ) {
    const { size, times, account, environment, cache, allowedOrigins, tracing } = args;
    const { replicas, target, controllers } = args;
    new GatewayWorkload(
      name,
      {
        namespace: gatewayNamespace,
        pod: {
          size,
          times,
          region: account.region,
          serviceAccount,
          documents: documentsName,
          extension: extensionName,
          tenantKeys: tenantKeysName,
          cache,
          secrets: variables,
          allowedOrigins,
          environment,
          tracing,
        },
        replicas,
        target,
        controllers,
        ...made,
      },
      { parent: this },
    );
  }
}

import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions/customResource.js";

export interface ExternalSecretArgs {
  /** Name of the Kubernetes Secret that is kept in step. */
  readonly name: string;
  readonly namespace: string;
  /** Entry of the Kubernetes Secret → name of the secret in Secrets Manager, with a property of its JSON if it has one. */
  readonly entries: Readonly<Record<string, { readonly secret: string; readonly property?: string }>>;
  /** Further entries, which aren't secret. */
  readonly constants?: Readonly<Record<string, string>>;
  /** Templates of entries in place of the values themselves, which the Kubernetes Secret then doesn't hold. */
  readonly templates?: Readonly<Record<string, string>>;
}

/** The one store through which the cluster reads Secrets Manager. */
const secretStore = "aws-secrets-manager";

/** Keeps a Kubernetes Secret in step with Secrets Manager, and keeps it when that can't be reached. */
export function externalSecret({
  name,
  namespace,
  entries,
  constants,
  templates,
}: ExternalSecretArgs): CustomResourceArgs & { spec: object } {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace },
    spec: {
      refreshInterval: "5m",
      secretStoreRef: { kind: "ClusterSecretStore", name: secretStore },
      target: {
        name,
        creationPolicy: "Owner",
        deletionPolicy: "Retain",
        ...(constants && { template: { mergePolicy: "Merge", data: { ...constants } } }),
        ...(templates && { template: { engineVersion: "v2", data: { ...templates } } }),
      },
      data: Object.entries(entries).map(([secretKey, { secret, property }]) => ({
        secretKey,
        remoteRef: { key: secret, ...(property !== undefined && { property }) },
      })),
    },
  };
}

/** The store, open to the named namespaces only. The operator reads with its own Pod Identity. */
export function clusterSecretStore(
  region: string,
  namespaces: readonly string[],
): CustomResourceArgs & { spec: object } {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: secretStore },
    spec: {
      provider: { aws: { service: "SecretsManager", region } },
      conditions: [{ namespaces: [...namespaces] }],
    },
  };
}

import type { Properties, Wire } from "../../../scripts/plan/wire.ts";
import type { PolicyConfiguration } from "../../support/rules.ts";
import type { Addition } from "../additions.ts";

/** Something that a platform team adds to its own stack, and that isn't about models. */
export interface Change {
  readonly what: string;
  readonly adds: readonly Addition[];
  /** What has to be configured for it; the message of what is refused without it names each setting. */
  readonly configured?: PolicyConfiguration;
}

export const account = "111122223333";
const registry = `${account}.dkr.ecr.us-east-1.amazonaws.com/shop/`;
const digest = "9b2d1f0c5e7a4836b1c0d9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8";
const image = (name: string) => `${registry}${name}@sha256:${digest}`;

/** The team's own registry, listed once. */
export const ownRegistry: PolicyConfiguration = {
  "image-registry-allowed": { allowedRepositories: [registry] },
};

export const namespace: Addition = {
  type: "kubernetes:core/v1:Namespace",
  name: "shop",
  inputs: { metadata: { name: "shop" } },
};

const small = {
  requests: { cpu: "100m", memory: "256Mi", "ephemeral-storage": "1Gi" },
  limits: { memory: "256Mi" },
};

/** A container as a careful team writes one. */
export function container(name: string, more: Properties = {}): Properties {
  return {
    name,
    image: image(name),
    resources: small,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    ...more,
  };
}

/** The same that answers requests on a port. */
export function server(name: string, more: Properties = {}): Properties {
  return container(name, {
    ports: [{ name: "http", containerPort: 8080 }],
    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
    livenessProbe: { httpGet: { path: "/live", port: "http" }, failureThreshold: 6 },
    ...more,
  });
}

interface Workload {
  readonly labels?: Properties;
  readonly pod?: Properties;
  readonly spec?: Properties;
}

function template(
  name: string,
  containers: readonly Properties[],
  { labels = {}, pod = {} }: Workload = {},
): Properties {
  return {
    metadata: { labels: { app: name, ...labels } },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers,
      ...pod,
    },
  };
}

/** A workload in the team's namespace. @param kind as `apps/v1:Deployment` */
export function workload(
  kind: string,
  name: string,
  containers: readonly Properties[],
  more: Workload = {},
): Addition {
  const pods = template(name, containers, more);
  const ends = { restartPolicy: "Never" };
  const job = { template: { ...pods, spec: { ...(pods.spec as Properties), ...ends } } };
  const specs: Readonly<Record<string, Properties>> = {
    "batch/v1:Job": job,
    "batch/v1:CronJob": { schedule: "0 3 * * *", jobTemplate: { spec: job } },
  };
  const spec = specs[kind] ?? { selector: { matchLabels: { app: name } }, template: pods };
  return {
    type: `kubernetes:${kind}`,
    name,
    inputs: { metadata: { name, namespace: "shop" }, spec: { ...spec, ...more.spec } },
  };
}

export function object(kind: string, name: string, inputs: Properties): Addition {
  return { type: `kubernetes:${kind}`, name, inputs: { metadata: { name, namespace: "shop" }, ...inputs } };
}

export function aws(type: string, name: string, inputs: Properties, more: Partial<Addition> = {}): Addition {
  return { type: `aws:${type}`, name, inputs, ...more };
}

/** A role of the team's with one policy. */
export function rolePolicy(name: string, statements: readonly Wire[]): Addition {
  return aws("iam/rolePolicy:RolePolicy", name, {
    role: name,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
}

export function role(name: string, service: string): Addition {
  return aws("iam/role:Role", name, {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
    }),
  });
}

/** A chart's release in a namespace of its name. */
export const chart = (name: string, repo: string, version: string, values: object = {}): Addition => ({
  type: "kubernetes:helm.sh/v3:Release",
  name,
  inputs: { chart: name, version, namespace: name, repositoryOpts: { repo }, values } as never,
});

import type { core } from "@pulumi/kubernetes/types/input.js";
import type { Input } from "@pulumi/pulumi";
import { readyPath } from "../edge/paths.ts";
import { collectorAddress, type Tracing, tracingVariables } from "../monitoring/tracing.ts";
import type { Timeouts } from "../serving/timeouts.ts";
import { extensionMount } from "./extension.ts";
import { routerVariables } from "./gateway-config.ts";
import { gatewayImage } from "./image.ts";
import { gatewayLabels, gatewayPort } from "./network-policies.ts";
import { type GatewaySize, gatewayPriority } from "./sizes.ts";

/** Entries of the Secret that the gateway's variables come from. */
export const secretEntries = {
  masterKey: "master-key",
  metricsKey: "metrics-key",
} as const;

/** A variable from a Secret of the namespace. */
export interface SecretVariable {
  readonly secret: string;
  readonly entry: string;
  /** Whether pods start without it, as before a provider's key was put. @default false */
  readonly optional?: true;
}

export interface GatewayPodArgs {
  readonly size: GatewaySize;
  readonly times: Timeouts;
  readonly region: string;
  readonly serviceAccount: string;
  /** Names of the ConfigMaps with the documents and with the extension's package, and of the Secret with tenants' keys. */
  readonly documents: string;
  readonly extension: string;
  readonly tenantKeys: string;
  readonly cache: { readonly host: Input<string>; readonly port: number; readonly tls: boolean };
  /** By the variable's name. */
  readonly secrets: Readonly<Record<string, SecretVariable>>;
  /** Pages that may call from a browser. */
  readonly allowedOrigins: readonly string[];
  readonly environment: string;
  /** Where spans go. @default nowhere */
  readonly tracing: Tracing | undefined;
}

const folder = "/etc/litellm";
const keysFolder = "/etc/gantry/keys";
/** LiteLLM lets every page call where none is named; this name can't exist. [RFC 6761] */
const noOrigin = "https://none.invalid";

/** The pod of the gateway: LiteLLM with Gantry's extension, which keeps nothing and stops when its streams are done. */
export function gatewayPod(args: GatewayPodArgs): core.v1.PodSpec {
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: args.times.graceSeconds,
    priorityClassName: gatewayPriority,
    topologySpreadConstraints: [
      spread("topology.kubernetes.io/zone", "ScheduleAnyway"),
      spread("kubernetes.io/hostname", "DoNotSchedule"),
    ],
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containers: [container(args)],
    volumes: [
      { name: "documents", configMap: { name: args.documents } },
      { name: "extension", configMap: { name: args.extension } },
      { name: "tenant-keys", secret: { secretName: args.tenantKeys } },
      { name: "tmp", emptyDir: { sizeLimit: "512Mi" } },
    ],
  };
}

/** Nodes that its pods can't be on don't count. */
function spread(topologyKey: string, whenUnsatisfiable: string): core.v1.TopologySpreadConstraint {
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable,
    nodeTaintsPolicy: "Honor",
    labelSelector: { matchLabels: gatewayLabels },
  };
}

function container(args: GatewayPodArgs): core.v1.Container {
  const { size, times } = args;
  const ready = { httpGet: { path: readyPath, port: "http" }, timeoutSeconds: 5 };
  return {
    name: "gateway",
    image: gatewayImage.image,
    args: [
      `--config=${folder}/config.yaml`,
      `--port=${gatewayPort}`,
      `--num_workers=${size.workers}`,
      `--keepalive_timeout=${times.keepAliveSeconds}`,
    ],
    env: variables(args),
    ports: [{ name: "http", containerPort: gatewayPort }],
    startupProbe: { ...ready, periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...ready, periodSeconds: 5, failureThreshold: 3 },
    // Regardless of the documents: a restart mends a process that hangs, and no document.
    livenessProbe: {
      httpGet: { path: "/live", port: "http" },
      timeoutSeconds: 10,
      periodSeconds: 15,
      failureThreshold: 4,
    },
    lifecycle: { preStop: { sleep: { seconds: times.preStopSeconds } } },
    resources: {
      requests: { cpu: `${size.millicpus}m`, memory: `${size.memoryMiB}Mi`, "ephemeral-storage": "512Mi" },
      limits: { memory: `${size.memoryMiB}Mi` },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [
      { name: "documents", mountPath: folder, readOnly: true },
      { name: "extension", mountPath: extensionMount, readOnly: true },
      { name: "tenant-keys", mountPath: keysFolder, readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

function variables(args: GatewayPodArgs): core.v1.EnvVar[] {
  const { cache, region, times, allowedOrigins, secrets, size, environment, tracing } = args;
  const plain: Readonly<Record<string, Input<string>>> = {
    LITELLM_MODE: "PRODUCTION",
    LITELLM_LOG: "WARNING",
    // Prices come from the configuration; the map that LiteLLM would fetch moves.
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
    DISABLE_ADMIN_UI: "True",
    NO_DOCS: "True",
    NO_REDOC: "True",
    LITELLM_CORS_ORIGINS: allowedOrigins.length === 0 ? noOrigin : allowedOrigins.join(","),
    LITELLM_CORS_ALLOW_CREDENTIALS: "false",
    // Seconds that it has for finishing answers after SIGTERM.
    GRACEFUL_SHUTDOWN_TIMEOUT: String(times.drainSeconds),
    ...routerVariables,
    GANTRY_TENANTS: `${folder}/tenants.yaml`,
    GANTRY_SETTINGS: `${folder}/settings.yaml`,
    GANTRY_TENANT_KEYS: `${keysFolder}/tenant-keys.yaml`,
    REDIS_HOST: cache.host,
    REDIS_PORT: String(cache.port),
    REDIS_SSL: String(cache.tls),
    AWS_REGION: region,
    // Where workers share their metrics: a scrape reaches one of them.
    ...(size.workers > 1 && { PROMETHEUS_MULTIPROC_DIR: "/tmp/metrics" }),
    ...(tracing && {
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorAddress(tracing),
      ...tracingVariables(tracing, { service: "gateway", environment }),
    }),
    // The root is read-only.
    HOME: "/tmp",
  };
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).map(([name, { secret, entry, optional }]) => ({
      name,
      valueFrom: { secretKeyRef: { name: secret, key: entry, ...(optional && { optional }) } },
    })),
  ];
}

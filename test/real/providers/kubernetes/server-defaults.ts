import type { Properties, Wire } from "../../../../scripts/plan/wire.ts";
import { uuid } from "../cloud.ts";
import { list, record, text } from "../values.ts";
import { finalizerOf } from "./charts.ts";

/** An object as the API server shows it once it is there: its defaults, what controllers add, and a status. */
export function asServed(object: Properties, uid: string = uuid()): Properties {
  const kind = text(object.kind);
  const served = byKind[kind]?.(object, uid) ?? {};
  const metadata = record(object.metadata);
  const finalizer = finalizerOf(kind);
  return {
    ...object,
    ...served,
    metadata: {
      creationTimestamp: "2026-11-28T00:00:00Z",
      generation: 1,
      resourceVersion: "1",
      uid,
      ...metadata,
      ...record(served.metadata),
      ...(finalizer !== undefined && { finalizers: [finalizer] }),
      managedFields: [
        { apiVersion: text(object.apiVersion), fieldsType: "FieldsV1", manager, operation: "Apply" },
      ],
    },
  };
}

/** Server-side apply names who manages a field. */
export const manager = "pulumi-kubernetes-0a1b2c3d";

type Show = (object: Properties, uid: string) => Properties;
const ready = { conditions: [{ type: "Ready", status: "True" }] };

const byKind: Readonly<Record<string, Show>> = {
  Namespace: ({ metadata }) => {
    const { labels, name } = record(metadata);
    return {
      metadata: { labels: { "kubernetes.io/metadata.name": name ?? null, ...record(labels) } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    };
  },
  Deployment: ({ metadata, spec }) => ({
    metadata: {
      annotations: { "deployment.kubernetes.io/revision": "1", ...record(record(metadata).annotations) },
    },
    spec: {
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
      ...record(spec),
      template: podTemplate(record(spec).template),
    },
    status: {
      availableReplicas: 1,
      conditions: [{ type: "Available", status: "True", reason: "MinimumReplicasAvailable" }],
      observedGeneration: 1,
      readyReplicas: 1,
      replicas: 1,
      updatedReplicas: 1,
    },
  }),
  Job: ({ metadata, spec }, uid) => {
    const labels = {
      "batch.kubernetes.io/controller-uid": uid,
      "batch.kubernetes.io/job-name": record(metadata).name ?? null,
    };
    return {
      spec: {
        backoffLimit: 6,
        completionMode: "NonIndexed",
        completions: 1,
        manualSelector: false,
        parallelism: 1,
        podReplacementPolicy: "TerminatingOrFailed",
        selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
        suspend: false,
        ...record(spec),
        template: podTemplate(record(spec).template, labels),
      },
      status: { succeeded: 1, conditions: [{ type: "Complete", status: "True" }] },
    };
  },
  Service: ({ spec }) => ({
    spec: {
      clusterIP: "172.20.1.2",
      clusterIPs: ["172.20.1.2"],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      sessionAffinity: "None",
      ...record(spec),
      ports: list(record(spec).ports).map((port) => ({ protocol: "TCP", ...record(port) })),
    },
    status: { loadBalancer: {} },
  }),
  NetworkPolicy: ({ spec }) => ({
    spec: { ...record(spec), ...trafficRules(spec, "ingress"), ...trafficRules(spec, "egress") },
  }),
  PodDisruptionBudget: () => ({
    status: { conditions: [], currentHealthy: 1, desiredHealthy: 0, disruptionsAllowed: 1, expectedPods: 1 },
  }),
  TargetGroupBinding: ({ spec }) => ({
    spec: { ipAddressType: "ipv4", targetGroupProtocol: "HTTP", vpcID: "vpc-0", ...record(spec) },
    status: { observedGeneration: 1 },
  }),
  NodePool: ({ metadata }) => ({
    metadata: {
      annotations: { "karpenter.sh/nodepool-hash-version": "v3", ...record(record(metadata).annotations) },
    },
    status: { ...ready, resources: { cpu: "0" } },
  }),
  EC2NodeClass: () => ({ status: ready }),
  ScaledObject: ({ metadata }) => {
    const { labels, name } = record(metadata);
    return {
      metadata: { labels: { "scaledobject.keda.sh/name": name ?? null, ...record(labels) } },
      status: { ...ready, hpaName: `keda-hpa-${name}`, scaleTargetKind: "apps/v1.Deployment" },
    };
  },
  ClusterSecretStore: () => ({ status: ready }),
  ExternalSecret: ({ spec }) => ({
    spec: { refreshPolicy: "Periodic", ...record(spec), data: list(record(spec).data).map(remoteReference) },
    status: { ...ready, syncedResourceVersion: "1" },
  }),
};

function remoteReference(entry: Wire): Properties {
  const { remoteRef, ...others } = record(entry);
  const defaults = { conversionStrategy: "Default", decodingStrategy: "None", metadataPolicy: "None" };
  return { ...others, remoteRef: { ...defaults, ...record(remoteRef) } };
}

function trafficRules(spec: Wire | undefined, direction: "ingress" | "egress"): Properties {
  const rules = record(spec)[direction];
  if (rules === undefined) return {};
  const served = list(rules).map((rule) => {
    const { ports, ...others } = record(rule);
    if (ports === undefined) return others;
    return { ...others, ports: list(ports).map((port) => ({ protocol: "TCP", ...record(port) })) };
  });
  return { [direction]: served };
}

function podTemplate(template: Wire | undefined, labels: Properties = {}): Properties {
  const { metadata, spec } = record(template);
  const { labels: own, ...others } = record(metadata);
  return {
    ...record(template),
    metadata: { creationTimestamp: null, ...others, labels: { ...labels, ...record(own) } },
    spec: podSpec(record(spec)),
  };
}

function podSpec(spec: Properties): Properties {
  const account = spec.serviceAccountName;
  return {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    ...(account !== undefined && { serviceAccount: account }),
    containers: list(spec.containers).map(container),
    ...(spec.initContainers !== undefined && { initContainers: list(spec.initContainers).map(container) }),
    ...(spec.volumes !== undefined && { volumes: list(spec.volumes).map(volume) }),
  };
}

function container(given: Wire): Properties {
  const { ports, resources, ...others } = record(given);
  const { limits, requests } = record(resources);
  const probes = ["livenessProbe", "readinessProbe", "startupProbe"].filter((probe) => probe in others);
  return {
    imagePullPolicy: "IfNotPresent",
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    ...others,
    ...Object.fromEntries(probes.map((probe) => [probe, probeOf(others[probe])])),
    ...(ports !== undefined && { ports: list(ports).map((port) => ({ protocol: "TCP", ...record(port) })) }),
    // What isn't requested is requested as it is limited.
    resources: {
      ...record(resources),
      ...(limits !== undefined && { requests: { ...record(limits), ...record(requests) } }),
    },
  };
}

function probeOf(given: Wire | undefined): Properties {
  const { httpGet, ...others } = record(given);
  return {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...others,
    ...(httpGet !== undefined && { httpGet: { scheme: "HTTP", ...record(httpGet) } }),
  };
}

function volume(given: Wire): Properties {
  const { configMap, secret, ...others } = record(given);
  return {
    ...others,
    ...(configMap !== undefined && { configMap: { defaultMode: 420, ...record(configMap) } }),
    ...(secret !== undefined && { secret: { defaultMode: 420, ...record(secret) } }),
  };
}

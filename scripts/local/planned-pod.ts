import { createHash } from "node:crypto";
import { z } from "zod";
import type { PlannedResource } from "../plan/resource.ts";

const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
});
const volume = z.object({
  name: z.string(),
  configMap: z.object({ name: z.string() }).optional(),
  secret: z.object({ secretName: z.string() }).optional(),
  emptyDir: z.object({}).optional(),
});
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const container = z.object({
  args: z.array(z.string()),
  env: z.array(variable),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const deployment = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([container]),
        volumes: z.array(volume),
      }),
    }),
  }),
});
const configMap = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  data: z.record(z.string(), z.string()),
});
const externalSecret = z.object({
  metadata: z.object({ namespace: z.string() }),
  spec: z.object({
    target: z.object({
      name: z.string(),
      template: z.object({ data: z.record(z.string(), z.string()) }).optional(),
    }),
    data: z.array(z.object({ secretKey: z.string(), remoteRef: z.object({ key: z.string() }) })),
  }),
});

/** A planned pod's command and environment, as kubelet would pass them. */
export interface PlannedPod {
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** What it reads, by mount path and file. */
  readonly files: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where it may write. */
  readonly writable: readonly string[];
  readonly port: number;
  /** Paths on `port`. */
  readonly probes: Readonly<Record<"startup" | "readiness" | "liveness", string>>;
  readonly preStopSeconds: number;
  readonly graceSeconds: number;
  /** What replaces pods when it changes. */
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The pod of a planned Deployment with one container, with its ConfigMaps and with what External Secrets would make.
 * @param secretValue a value by its name in Secrets Manager; undefined where none is stored
 * @throws ZodError, RangeError for what a pod has and this doesn't know
 */
export function plannedPod(
  resources: readonly PlannedResource[],
  name: string,
  secretValue: (name: string) => string | undefined,
): PlannedPod {
  const planned = resources.find((each) => each.type.endsWith(":Deployment") && each.name === name);
  if (planned === undefined) throw new RangeError(`no Deployment ${name} is planned`);
  const { metadata, spec } = deployment.parse(planned.inputs);
  const pod = spec.template.spec;
  const [only] = pod.containers;
  const mounted = mountsOf(resources, metadata.namespace, secretValue);
  const volumes = new Map(pod.volumes.map((each) => [each.name, each]));
  const mounts = only.volumeMounts.map(({ name, mountPath }) => ({ mountPath, volume: volumes.get(name) }));
  const isWritable = ({ volume }: (typeof mounts)[number]) => volume?.emptyDir !== undefined;
  return {
    args: only.args,
    variables: Object.fromEntries(
      only.env.flatMap(({ name, value, valueFrom }) => {
        const found =
          value ?? (valueFrom && mounted.secret(valueFrom.secretKeyRef.name)[valueFrom.secretKeyRef.key]);
        return found === undefined ? [] : [[name, found]];
      }),
    ),
    files: Object.fromEntries(
      mounts
        .filter((mount) => !isWritable(mount))
        .map(({ mountPath, volume }) => [
          mountPath,
          volume?.configMap
            ? mounted.configMap(volume.configMap.name)
            : mounted.secret(volume?.secret?.secretName ?? ""),
        ]),
    ),
    writable: mounts.filter(isWritable).map(({ mountPath }) => mountPath),
    port: only.ports[0]?.containerPort ?? 0,
    probes: {
      startup: only.startupProbe.httpGet.path,
      readiness: only.readinessProbe.httpGet.path,
      liveness: only.livenessProbe.httpGet.path,
    },
    preStopSeconds: only.lifecycle.preStop.sleep.seconds,
    graceSeconds: pod.terminationGracePeriodSeconds,
    annotations: spec.template.metadata.annotations,
  };
}

function mountsOf(
  resources: readonly PlannedResource[],
  namespace: string,
  secretValue: (name: string) => string | undefined,
) {
  const inputs = (kind: string) =>
    resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs);
  const missing = (kind: string, name: string): never => {
    throw new RangeError(`no ${kind} ${name} is planned in namespace ${namespace}`);
  };
  return {
    configMap: (name: string): Record<string, string> => {
      const all = inputs("ConfigMap").flatMap((each) => configMap.safeParse(each).data ?? []);
      const found = all.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
      return found?.data ?? missing("ConfigMap", name);
    },
    secret: (name: string): Record<string, string> => {
      const all = inputs("ExternalSecret").map((each) => externalSecret.parse(each));
      const found =
        all.find(({ metadata, spec }) => spec.target.name === name && metadata.namespace === namespace) ??
        missing("ExternalSecret", name);
      const values = Object.fromEntries(
        found.spec.data.flatMap(({ secretKey, remoteRef }) => {
          const value = secretValue(remoteRef.key);
          return value === undefined ? [] : [[secretKey, value]];
        }),
      );
      const { template } = found.spec.target;
      if (template === undefined) return values;
      return Object.fromEntries(
        Object.entries(template.data).map(([file, text]) => [file, templated(text, values)]),
      );
    },
  };
}

/** The two forms of templates that are planned. [external-secrets.io, advanced templating] */
function templated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const [, entry = "", hashed] = /^index \. "([^"]+)"( \| sha256sum)?$/.exec(expression) ?? [];
    const value = values[entry];
    if (value === undefined) throw new RangeError(`template "${expression}": no such value`);
    return hashed === undefined ? value : createHash("sha256").update(value).digest("hex");
  });
}

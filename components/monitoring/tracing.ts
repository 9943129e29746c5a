import type { networking } from "@pulumi/kubernetes/types/input.js";
import { z } from "zod";
import { strict } from "../shared/problems.ts";
import { percent } from "../shared/schema-fields.ts";

/** [RFC 1123, labels] */
const label = (what: string) =>
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, `the name of a ${what} of the cluster`);

/** Where traces go: a collector of the team's own, which holds what a tracing service requires. */
export const tracingSchema = strict({
  /** The collector's namespace and its Service there. Its pods take OTLP over HTTP on port 4318. */
  namespace: label("namespace"),
  service: label("Service"),
  /** Percentage of the requests that are traced. @default 100 */
  sampledPercent: percent.optional(),
});
/** The collector, and how much it gets. */
export type Tracing = z.infer<typeof tracingSchema>;

/** OTLP over HTTP. [OpenTelemetry, OTLP specification, default port] */
const otlpPort = 4318;

/** The sender of spans. */
interface Sender {
  /** Such as `gateway` or `chat-blue`. */
  readonly service: string;
  readonly environment: string;
}

/** Of an engine: where its spans go, and as whose. */
export interface EngineTracing {
  readonly collector: Tracing;
  readonly sender: Sender;
}

/** The address that signals' paths are appended to. */
export function collectorAddress({ service, namespace }: Tracing): string {
  return `http://${service}.${namespace}.svc:${otlpPort}`;
}

/**
 * Variables of OpenTelemetry's SDKs. The gateway chooses what is traced, by the trace's id, and an engine follows it.
 * [OpenTelemetry, environment variable specification]
 */
export function tracingVariables(
  { sampledPercent = 100 }: Tracing,
  { service, environment }: Sender,
): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${environment}`,
    OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
    OTEL_TRACES_SAMPLER_ARG: String(sampledPercent / 100),
  };
}

/** The way out to the collector, for a network policy. @returns no rules without one */
export function collectorEgress(tracing: Tracing | undefined): networking.v1.NetworkPolicyEgressRule[] {
  if (tracing === undefined) return [];
  return [
    {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": tracing.namespace } } }],
      ports: [{ protocol: "TCP", port: otlpPort }],
    },
  ];
}

import { providerFacts } from "../../components/gateway/providers.ts";
import { prometheus } from "../../components/monitoring/prometheus.ts";
import type { Replacements } from "./mapped.ts";

/** The local stand-ins for the cloud's services, for a process of the gateway. */
export interface StandIns {
  readonly redisPort: number | undefined;
  readonly objectsPort: number;
  /** Such as `http://127.0.0.1:4100`. @default the environment doesn't use the provider */
  readonly openai: string | undefined;
  readonly anthropic: string | undefined;
  /** Where spans go. @default nowhere: the cluster's collector isn't here */
  readonly collector: string | undefined;
}

/** Variables of the gateway with the addresses of local stand-ins. */
export function localVariables({
  redisPort,
  objectsPort,
  openai,
  anthropic,
  collector,
}: StandIns): Record<string, string> {
  return {
    REDIS_HOST: "127.0.0.1",
    REDIS_PORT: String(redisPort),
    REDIS_SSL: "false",
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${objectsPort}`,
    ...(collector === undefined ? { OTEL_SDK_DISABLED: "true" } : { OTEL_EXPORTER_OTLP_ENDPOINT: collector }),
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ...(openai && { OPENAI_API_BASE: `${openai}/v1` }),
    ...(anthropic && { ANTHROPIC_API_BASE: anthropic }),
  };
}

/** Local replacements for the cloud's addresses in the planned documents: models' hosts, Prometheus, providers' status pages. */
export function localAddresses(places: {
  /** Ports of this machine by the host that the models' load balancer takes there. */
  readonly hostPorts: ReadonlyMap<string, number>;
  readonly pageAddress: string;
  readonly prometheus: string;
}): Replacements {
  const models = [...places.hostPorts].map(([host, port]) => [
    `http://${host}/v1`,
    `http://127.0.0.1:${port}/v1`,
  ]);
  const feeds = Object.entries(providerFacts).flatMap(([provider, { statusUrl }]) =>
    statusUrl === undefined ? [] : [[statusUrl, `${places.pageAddress}/status/${provider}`]],
  );
  return { ...Object.fromEntries([...models, ...feeds]), [prometheus.address]: places.prometheus };
}

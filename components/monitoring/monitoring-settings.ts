import { z } from "zod";
import { strict } from "../shared/problems.ts";
import { disk, whole } from "../shared/schema-fields.ts";
import { tracingSchema } from "./tracing.ts";

const endpoint = (example: string) =>
  z.url({ protocol: /^https$/, error: `an https URL, such as https://login.example.com/${example}` });

/** The monitoring section of an environment's stack file. */
export const monitoringSchema = strict({
  /** Where a pager can open the runbooks: alert X-Y has `<base>/x-y.md`. @default their path in the repository */
  runbookBase: z
    .url({
      protocol: /^https?$/,
      error: "a URL, such as https://github.com/example/gantry/blob/main/docs/runbooks",
    })
    .optional(),
  retentionDays: whole(1, "days").max(3653, "ten years, 3653 days, at most"),
  storageGiB: disk(10),
  // [AWS Budgets, quotas: subscribers per notification]
  notify: z
    .array(z.email("an e-mail address"))
    .min(1, "at least one address that alerts go to")
    .max(10, "10 addresses at most, which is AWS's limit for a budget: put more behind a mailing list"),
  /** A Slack channel that gets all alerts too, by an incoming webhook: `npm run put-secret -- <environment> slack` puts its URL. @default none */
  slack: strict({
    // [Slack, conversations.create: names]
    channel: z
      .string()
      .regex(
        /^#[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u,
        'a channel in quotes, such as "#gantry-alerts": lower-case letters, digits, - and _',
      ),
  }).optional(),
  /** Page by PagerDuty for critical alerts: `npm run put-secret -- <environment> pagerduty` puts the key of an Events API v2 integration. @default false */
  pagerDuty: z.boolean("true or false").optional(),
  /**
   * Sign in to Grafana by OpenID Connect, as viewer; the admin's password stays for edits. The client's redirect URI is
   * `http://localhost:3000/login/generic_oauth`, since Grafana is reached by `kubectl port-forward`, and
   * `npm run put-secret -- <environment> grafana` puts the client's secret; Grafana's pod takes it at its next start. @default the admin's password only
   */
  signIn: strict({
    /** The client that the identity provider knows Grafana as. */
    clientId: z.string().min(1, "the client's id"),
    /** The provider's endpoints, from its `/.well-known/openid-configuration`. */
    authorizationUrl: endpoint("authorize"),
    tokenUrl: endpoint("token"),
    userInfoUrl: endpoint("userinfo"),
  }).optional(),
  /** A workspace of Amazon Managed Service for Prometheus in the environment's account and region, which gets all series too. @default none */
  remoteWrite: strict({
    workspaceId: z
      .string()
      .regex(
        /^ws-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
        "a workspace's id, such as ws-12345678-90ab-cdef-1234-567890abcdef",
      ),
  }).optional(),
  /** Traces of requests, by OTLP, from the gateway and vLLM to a collector in the cluster. The policy pack's rule `engine-egress-narrow` has to name its namespace under `collectorNamespaces`. @default none */
  tracing: tracingSchema.optional(),
});
export type MonitoringSettings = z.infer<typeof monitoringSchema>;

import { tlsPolicies } from "../../data/tls-policies.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { listeners } from "../../read/aws/load-balancer.ts";

const settings = {
  tlsPolicies: strings(
    "Security policies that listeners may use; policies with extended or older cipher sets can't be listed.",
    {
      pattern: "^ELBSecurityPolicy-TLS13-1-[23]-(?:Res-|FIPS-|PQ-)*\\d{4}-\\d{2}$",
      minItems: 1,
      default: tlsPolicies,
    },
  ),
} as const satisfies RuleSettings;

/** Protocols of listeners that don't terminate TLS. */
const withoutTls: readonly Value[] = ["HTTP", "TCP", "UDP", "TCP_UDP", "GENEVE"];

export const listenerTlsPolicy: ResourceRule<typeof settings> = {
  name: "listener-tls-policy",
  title: "Listeners use TLS 1.2 or 1.3 with forward secrecy.",
  why: "By default AWS uses a policy of 2016 that still allows TLS 1.0 and 1.1, whose flaws let recorded prompts and keys be decrypted later.",
  fix: "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06, or to another of tlsPolicies.",
  severity: "high",
  relatedChecks: ["CKV_AWS_103", "CKV2_AWS_74", "AWS-0047"],
  resourceTypes: listeners,
  example: {
    good: "protocol: HTTPS, sslPolicy: ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    bad: "protocol: HTTPS, sslPolicy: ELBSecurityPolicy-2016-08",
  },
  config: settings,

  *check({ props }, config) {
    const policy = at(props, "sslPolicy");
    if (withoutTls.includes(at(props, "protocol"))) return;
    if (typeof policy === "string" && config.tlsPolicies.includes(policy)) return;
    yield {
      path: "sslPolicy",
      // Unset is ELBSecurityPolicy-2016-08. [Elastic Load Balancing user guide, security policies]
      problem:
        policy === undefined
          ? "no sslPolicy is set, so AWS uses one with TLS 1.0 and 1.1"
          : "sslPolicy is not on the list",
      allowed: `known at preview, one of ${config.tlsPolicies.join(", ")}`,
    };
  },
};

import { gatewayMasterKey, gatewayMetricsKey, grafanaAdmin } from "../../components/secrets/secret-names.ts";
import { own } from "../../components/shared/own.ts";
import type { Config } from "../../stacks/config.ts";
import { grafanaClient, modelHub, pagerDuty, slack } from "../../stacks/secret-providers.ts";
import { restart } from "./commands.ts";
import type { RotationStep } from "./rotation-step.ts";

/** Values that one reader holds alone, so that a second one would open nothing. */
export const single: Readonly<Record<string, string>> = {
  [gatewayMasterKey]: restart("gateway", "gateway"),
  [gatewayMetricsKey]: `${restart("gateway", "gateway")} (Prometheus reads its own copy within 5 minutes; scrapes that come between are refused)`,
  [grafanaAdmin]: restart("monitoring", "--selector=app.kubernetes.io/name=grafana"),
};

const perMessage = "nothing restarts: Alertmanager reads it for each message";
/** What is done for those that aren't the gateway's. */
const readers: Readonly<Record<string, string>> = {
  [modelHub]: "nothing restarts: the next staging job reads it",
  [slack]: perMessage,
  [pagerDuty]: perMessage,
  [grafanaClient]: restart("monitoring", "grafana"),
};

/** A key issued by a provider: the new one is stored, then read by its users. */
export function providerStep(provider: string): RotationStep {
  return {
    put: provider,
    after: [
      "wait 5 minutes: the cluster reads Secrets Manager that often",
      own(readers, provider) ?? restart("gateway", "gateway"),
      `revoke the key before at ${provider}: it stays valid there, and in Secrets Manager as AWSPREVIOUS, until then`,
    ],
  };
}

/** A generated value that is replaced at once. */
export function singleStep({ environment }: Config, secret: string): RotationStep {
  return {
    after: [
      `pulumi up --stack ${environment} --replace '**RandomPassword::secrets-${secret}': makes a new value`,
      "wait 5 minutes: the cluster reads Secrets Manager that often",
      single[secret] ?? "",
    ],
  };
}

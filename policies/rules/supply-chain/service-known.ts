import { knownServices, unreadTypes } from "../../data/known-services.ts";
import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { integrations } from "../../read/aws/integrations.ts";

const settings = {
  knownServices: strings(
    "Additional providers, AWS services as aws:service, and their types or actions as aws:service/name, that were checked to run no models.",
    {
      not: { pattern: "^aws$" },
      pattern: "^[a-z][a-z0-9-]*(?::[a-z0-9-]+(?:/[A-Za-z0-9]+)?)?$",
      minItems: 1,
      default: knownServices,
    },
  ),
} as const satisfies RuleSettings;

export const serviceKnown: ResourceRule<typeof settings> = {
  name: "service-known",
  title: "Resources belong to providers and services that the rules cover.",
  why: "SageMaker, Bedrock, App Runner, a CloudFormation template, a command, a state machine that calls them or another provider can run a model, or create the same resources under other types, and no rule sees it.",
  fix: "Serve models on the cluster's engines, or list the provider or the service in knownServices after checking what it runs.",
  severity: "high",
  relatedChecks: { none: "the studied tools ignore unknown types" },
  resourceTypes: ["*"],
  example: { good: "aws:sqs/queue:Queue", bad: "aws:sagemaker/endpoint:Endpoint" },
  config: settings,

  *check({ type, props }, { knownServices: known }) {
    const [provider = "", path = ""] = type.split(":");
    const service = `${provider}:${path.split("/")[0]}`;
    const name = `${provider}:${path}`;
    if (!known.includes(provider) && !known.includes(service))
      yield uncovered("type", provider === "aws" ? service : provider);
    else if (unreadTypes.has(name) && !known.includes(name)) yield uncovered("type", name);
    for (const call of integrations({ type, props }))
      if (!known.includes(call.name)) yield uncovered(call.path, call.name);
  },
};

function uncovered(path: string, name: string): Finding {
  const isName = /^[a-z][a-z0-9-]{0,40}(?::[a-z0-9-]{1,40}(?:\/[A-Za-z0-9]{1,60})?)?$/.test(name);
  return {
    path,
    problem: `no rule covers ${isName ? name : "this type"}`,
    allowed: `covered services, or ${isName ? `"${name}"` : "its provider"} in knownServices`,
  };
}

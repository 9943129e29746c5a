import { knownServices } from "../../data/known-services.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";

const settings = {
  knownServices: {
    type: "array",
    description: "Additional providers, and AWS services as aws:service, that were checked to run no models.",
    items: { type: "string", pattern: "^[a-z][a-z0-9-]*(?::[a-z0-9]+)?$" },
    minItems: 1,
    default: knownServices,
  },
} as const satisfies RuleSettings;

export const serviceKnown: ResourceRule<typeof settings> = {
  name: "service-known",
  title: "Resources belong to providers and services that the rules cover.",
  why: "SageMaker, Bedrock, App Runner, a CloudFormation template, a command or another provider can run a model, or create the same resources under other types, and no rule sees it.",
  fix: "Serve models on the cluster's engines, or list the provider or the service in knownServices after checking what it runs.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools ignore unknown types" },
  resourceTypes: ["*"],
  example: { good: "aws:sqs/queue:Queue", bad: "aws:sagemaker/endpoint:Endpoint" },
  config: settings,

  *check({ type }, config) {
    const [provider = "", path = ""] = type.split(":");
    const service = `${provider}:${path.split("/")[0]}`;
    if (config.knownServices.includes(provider) || config.knownServices.includes(service)) return;
    const name = provider === "aws" ? service : provider;
    const isName = /^[a-z][a-z0-9-]{0,40}(?::[a-z0-9]{1,40})?$/.test(name);
    yield {
      path: "type",
      problem: `no rule covers ${isName ? name : "this type"}`,
      allowed: `covered services, or ${isName ? `"${name}"` : "its provider"} in knownServices`,
    };
  },
};

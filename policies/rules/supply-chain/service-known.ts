import { knownServices } from "../../data/known-services.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import type { RuleSettings } from "../../framework/settings.ts";

const settings = {
  knownServices: {
    type: "array",
    description:
      "Providers, and services of AWS as aws:service, that run no models, by whoever read what they do.",
    items: { type: "string", pattern: "^[a-z][a-z0-9-]*(?::[a-z0-9]+)?$" },
    minItems: 1,
    default: knownServices,
  },
} as const satisfies RuleSettings;

export const serviceKnown: ResourceRule<typeof settings> = {
  name: "service-known",
  title: "Resources are of providers and services that the rules know.",
  why: "SageMaker, Bedrock, App Runner, a CloudFormation template, a command or another provider runs a model, or makes the same resources under other names, and no rule sees it.",
  fix: "Serve models on the cluster's engines, or list the provider or the service in knownServices after reading what it runs.",
  severity: "high",
  level: "mandatory",
  relatedChecks: { none: "the studied tools pass over types that they don't know" },
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
      problem: `no rule knows what ${isName ? name : "this type"} runs`,
      allowed: `what the rules know, or ${isName ? `"${name}"` : "its provider"} in knownServices`,
    };
  },
};

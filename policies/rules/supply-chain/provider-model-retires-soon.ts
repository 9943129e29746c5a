import { isoDate } from "../../framework/iso-date.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { inGatewayConfigs } from "../../read/gateway/gateway-config.ts";
import { pinnedModels } from "../../read/gateway/retirement.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const settings = {
  warnDays: integer("Days before a model's retirement at which the finding starts.", {
    minimum: 1,
    maximum: 365,
    default: 60,
  }),
} as const satisfies RuleSettings;

export const providerModelRetiresSoon: ResourceRule<typeof settings> = {
  name: "provider-model-retires-soon",
  title: "No model of an external provider retires soon.",
  why: "A replacement needs an evaluation and a canary; on the day of the retirement it is too late for both.",
  fix: "Evaluate the provider's replacement and name its snapshot before that day.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "model: anthropic/claude-opus-4-8",
    bad: "model: openai/gpt-5-2025-08-07, in November 2026",
  },
  config: settings,

  check(resource, { warnDays }, today) {
    return inGatewayConfigs(resource, function* (root) {
      for (const { path, where, name, retirement } of pinnedModels(root)) {
        const on = retirement?.on;
        const days = (isoDate(on) ?? Number.POSITIVE_INFINITY) - (isoDate(today) ?? 0);
        if (days > 0 && days <= warnDays)
          yield {
            path,
            where,
            problem: `${name} retires on ${on}, in ${days} days`,
            allowed: `a model with more than ${warnDays} days left`,
          };
      }
    });
  },
};

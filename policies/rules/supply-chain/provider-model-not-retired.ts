import { isoDate } from "../../framework/iso-date.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { inGatewayConfigs } from "../../read/gateway/gateway-config.ts";
import { pinnedModels } from "../../read/gateway/retirement.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const settings = {
  maxAgeDays: integer(
    "Maximum age in days of the provider's page for a model without an announced retirement.",
    { minimum: 1, maximum: 180, default: 90 },
  ),
} as const satisfies RuleSettings;

export const providerModelNotRetired: ResourceRule<typeof settings> = {
  name: "provider-model-not-retired",
  title: "Models of external providers aren't retired.",
  why: "Every request to a retired model fails; a retired fallback fails exactly when the primary model does.",
  fix: "Switch to a model with time left, or read the provider's page again and update policies/data/provider-models.ts.",
  severity: "medium",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: { good: "model: anthropic/claude-opus-4-8", bad: "model: anthropic/claude-opus-4-1-20250805" },
  config: settings,

  check(resource, { maxAgeDays }, today) {
    return inGatewayConfigs(resource, function* (root) {
      for (const { path, where, name, retirement } of pinnedModels(root)) {
        const problem = whyRetired(retirement, maxAgeDays, today);
        if (problem !== undefined)
          yield {
            path,
            where,
            problem: `${name} ${problem}`,
            allowed: "a model that policies/data/provider-models.ts lists with a retirement date ahead",
          };
      }
    });
  },
};

function whyRetired(
  retirement: ReturnType<typeof pinnedModels>[number]["retirement"],
  maxAgeDays: number,
  today: string,
): string | undefined {
  if (retirement === undefined) return "is not among the models whose retirement date is known";
  const now = isoDate(today) ?? Number.POSITIVE_INFINITY;
  const { on, read } = retirement;
  if (on !== undefined) return (isoDate(on) ?? 0) > now ? undefined : `retired on ${on}`;
  return (isoDate(read) ?? 0) + maxAgeDays >= now
    ? undefined
    : `had no announced retirement on ${read}, which is too long ago to rely on`;
}

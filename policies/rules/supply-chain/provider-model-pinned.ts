import { maxExemptionDays } from "../../framework/exemption.ts";
import { isoDate } from "../../framework/iso-date.ts";
import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { gatewayModels, inGatewayConfigs } from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";
import { printable } from "../../read/text/printable.ts";
import { providerModel } from "../../read/text/provider-model.ts";

const settings = {
  undatedModels: strings(
    `Models whose provider publishes no dated name, each with an expiry date, at most ${maxExemptionDays} days ahead: openai/gpt-5.6-luna@2027-02-01.`,
    { pattern: "^[a-z0-9_]+/[!-)+-~]+@\\d{4}-\\d{2}-\\d{2}$", default: [] },
  ),
} as const satisfies RuleSettings;

type Config = ConfigOf<typeof settings>;

const allowed =
  "provider/id with the id of one snapshot, by the provider's own convention, as a literal string";

export const providerModelPinned: ResourceRule<typeof settings> = {
  name: "provider-model-pinned",
  title: "Models of external providers are pinned to a snapshot.",
  why: "An alias resolves to another model after the provider's next release: answers, prices and limits change without an edit, and no evaluation covers the new model.",
  fix: "Name the snapshot, such as openai/gpt-4o-2024-08-06; where the provider has none, add the model to undatedModels with an expiry date.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "litellm_params: { model: openai/gpt-4o-2024-08-06 }",
    bad: "litellm_params: { model: openai/gpt-4o }",
  },
  config: settings,

  check(resource, config, today) {
    return inGatewayConfigs(resource, (root) => unpinnedModels(root, config, today));
  },
};

function* unpinnedModels(root: Value, config: Config, today: string): Iterable<Finding> {
  for (const { path, where, params, info } of gatewayModels(root)) {
    const model = at(params, "model");
    const problem = whyNotPinned(model, at(info, "base_model"), config, today);
    if (problem !== undefined) yield { path: `${path}.litellm_params.model`, where, problem, allowed };
    for (const key of elsewhere.filter((name) => at(params, name) !== undefined))
      yield { path: `${path}.litellm_params.${key}`, where, ...overridden(key) };
  }
  const defaults = at(root, "router_settings", "default_litellm_params");
  for (const key of elsewhere.filter((name) => at(defaults, name) !== undefined))
    yield { path: `router_settings.default_litellm_params.${key}`, ...overridden(key) };
  if (at(root, "litellm_settings", "model_alias_map") !== undefined)
    yield { path: "litellm_settings.model_alias_map", ...overridden("model_alias_map") };
}

/** Settings that send a request to another model than its name indicates. [litellm/types/router.py; llms/bedrock] */
const elsewhere = ["custom_llm_provider", "model_id"];

function overridden(key: string) {
  return { problem: `${key} overrides the model's name`, allowed: "absent" };
}

/** Why a model isn't pinned; undefined for a pinned one. */
function whyNotPinned(
  model: Value,
  base: Value,
  { undatedModels }: Config,
  today: string,
): string | undefined {
  if (typeof model !== "string") return "model is not a string known at preview";
  const reference = providerModel(model, typeof base === "string" ? base : undefined);
  if (reference.is === "pinned" || reference.is === "self-hosted") return undefined;
  const shown = `model ${printable("providerModel", model)} ${reference.reason}`;
  if (reference.is === "unpinned") return shown;
  const entries = undatedModels.filter((entry) => entry.slice(0, entry.lastIndexOf("@")) === model);
  const reasons = entries.map((entry) => unusable(entry.slice(model.length + 1), today));
  const [reason] = reasons;
  if (reasons.includes(undefined)) return undefined;
  return reason === undefined ? shown : `${shown}, and its entry in undatedModels ${reason}`;
}

/** Why an entry's expiry date doesn't count. */
function unusable(end: string, today: string): string | undefined {
  const last = isoDate(end);
  const now = isoDate(today) ?? Number.POSITIVE_INFINITY;
  if (last === undefined) return "has no valid date";
  if (last < now) return `expired on ${end}`;
  return last > now + maxExemptionDays ? `expires more than ${maxExemptionDays} days ahead` : undefined;
}

import type { ResourceRule } from "../../framework/rule.ts";
import { at, unknown } from "../../framework/value.ts";
import { gatewayModels, inGatewayConfigs, providerOf } from "../../read/gateway/gateway-config.ts";
import { documentCarriers } from "../../read/kubernetes/documents.ts";

const prices = ["input_cost_per_token", "output_cost_per_token"];

export const selfHostedCostRecorded: ResourceRule = {
  name: "self-hosted-cost-recorded",
  title: "Self-hosted models have a price per token in the gateway's configuration.",
  why: "Without prices the gateway records no spend for self-hosted models: budgets are never exhausted, and a tenant's cost isn't visible.",
  fix: "Set model_info.input_cost_per_token and output_cost_per_token; npm start prints the price per million tokens.",
  severity: "low",
  level: "advisory",
  relatedChecks: { none: "the studied tools don't read a gateway's configuration" },
  resourceTypes: documentCarriers,
  example: {
    good: "model_info: { input_cost_per_token: 0.0000002, output_cost_per_token: 0.0000006 }",
    bad: "model_info: { mode: chat }",
  },

  check(resource) {
    return inGatewayConfigs(resource, function* (root) {
      for (const { path, where, params, info } of gatewayModels(root)) {
        const provider = providerOf(at(params, "model"));
        if (provider !== "hosted_vllm" && provider !== unknown) continue;
        for (const price of prices) {
          const value = at(info, price);
          if (typeof value === "number" && value > 0) continue;
          yield {
            path: `${path}.model_info.${price}`,
            where,
            problem: value === undefined ? `${price} is missing` : `${price} is not a number above 0`,
            allowed: "US dollars per token, above 0",
          };
        }
      }
    });
  },
};

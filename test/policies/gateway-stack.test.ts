import { expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { findings } from "../support/policy.ts";
import { gateway } from "./fixtures/gateway.ts";
import { gatewayStack } from "./gateway-stack.ts";

it.each(Object.keys(gateway))("the whole gateway passes %s", async (name) => {
  const rule = rules.find((one) => one.name === name);
  expect(rule).toBeDefined();
  if (rule !== undefined) expect(await findings(rule, gatewayStack)).toEqual([]);
});

import { expect, it } from "vitest";
import {
  dearestPrice,
  expectedPeak,
  ramp,
  requestsOf,
  webAclProblem,
} from "../../../scripts/load-test/expected-peak.ts";
import { parseConfig } from "../../../stacks/config.ts";
import { configurationWith, shipped } from "../../support/configuration.ts";

const sizes = { prompt: 900, answer: 250 };
const tenant = {
  models: ["assistant"],
  requestsPerMinute: 60,
  tokensPerMinute: 100_000,
  monthlyBudgetUsd: 200,
};
const tenantsAre = (tenants: object) => parseConfig(configurationWith("tenants", tenants));

it("expects what every tenant that may ask for the route may send, and no one else", () => {
  const config = tenantsAre({
    web: tenant,
    batch: { ...tenant, requestsPerMinute: 30, keys: [1, 2], users: { requestsPerMinute: 2 } },
    other: { ...tenant, models: ["gpt-4o"] },
  });
  expect(expectedPeak(config, "assistant", 2, sizes)).toEqual([
    // Ten requests a minute and user unless the tenant says otherwise: 120 a minute are five each of 24.
    { tenant: "web", requestsPerMinute: 60, key: 1, users: 24 },
    { tenant: "batch", requestsPerMinute: 30, key: 2, users: 60 },
  ]);
});

it.each([
  ["asistant", sizes, /^no route "asistant" in dev; did you mean "assistant"\?$/],
  ["constructor", sizes, /^no route "constructor" in dev/],
  ["assistant", { ...sizes, answer: 5000 }, "--answer 5000 is above the route's 4096 (maxOutputTokens)"],
  [
    "assistant",
    { ...sizes, prompt: 1001 },
    /^--prompt 1001 is above the 1000 tokens that tenant web may send/,
  ],
])("refuses what can't be sent: %s %j", (route, sent, message) => {
  expect(() => expectedPeak(tenantsAre({ web: tenant }), route, 2, sent)).toThrow(message);
});

it("refuses a route that no tenant may ask for", () => {
  const config = tenantsAre({ web: { ...tenant, models: ["gpt-4o"] } });
  expect(() => expectedPeak(config, "assistant", 2, sizes)).toThrow(/^no tenant may ask for "assistant"/);
});

it("rises by quarters of the peak, the last of which is the requested multiple of the peak", () => {
  const stages = ramp(10, 2, 80);
  expect(stages.map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([
    2.5, 5, 7.5, 10, 12.5, 15, 17.5, 20,
  ]);
  expect(new Set(stages.map(({ seconds }) => seconds))).toEqual(new Set([10]));
  expect(requestsOf(stages)).toBe(900);
});

it("says when the web ACL would refuse the ramp: by address, by key, or not at all", () => {
  const callers = [{ tenant: "web", requestsPerMinute: 60, key: 1, users: 24 }];
  const edge = (shipped.config["gantry:edge"] ?? {}) as object;
  const edgeIs = (more: object) => parseConfig(configurationWith("edge", { ...edge, ...more }));
  expect(
    webAclProblem(edgeIs({ requestsPerAddress: { limit: 120, windowSeconds: 60 } }), callers, 2),
  ).toBeUndefined();
  expect(webAclProblem(edgeIs({ requestsPerAddress: { limit: 239, windowSeconds: 120 } }), callers, 2)).toBe(
    "the web ACL takes 239 requests in 120 s from one address (requestsPerAddress), and the ramp ends with 120 a minute",
  );
  // Unless it is configured a key may send twice the largest tenant's requests.
  expect(webAclProblem(edgeIs({}), callers, 2.5)).toMatch(
    /^the web ACL takes 120 requests in 60 s with one key/,
  );
});

it("counts the cost by the dearest model that may answer", () => {
  expect(dearestPrice(parseConfig(shipped), "assistant")).toEqual({
    name: "gpt-4o",
    price: { input: 2.5, output: 10 },
  });
});

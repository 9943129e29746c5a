import { expect, it } from "vitest";
import { withSetting } from "../../../scripts/rotate/setting.ts";

const text = `config:
  # The tenants.
  gantry:tenants:
    web:
      models: [assistant] # one
      requestsPerMinute: 60
    shop: { models: [chat], keys: [1] }
  gantry:models: {}
`;

it.each([
  [
    "adds a setting after the last one of a block",
    "web",
    "      requestsPerMinute: 60\n      keys: [1, 2]\n",
  ],
  ["replaces one in a flow map", "shop", "    shop: { models: [chat], keys: [1, 2] }\n"],
])("%s, and leaves every other byte", (_name, tenant, line) => {
  const changed = withSetting(text, ["config", "gantry:tenants", tenant, "keys"], [1, 2]);
  expect(changed).toContain(line);
  const lines = new Set(text.split("\n"));
  expect(changed.split("\n").filter((one) => !lines.has(one))).toHaveLength(1);
});

it("refuses what it can't edit alone: a map that two names share", () => {
  const shared = "config:\n  gantry:tenants:\n    web: &same { keys: [1] }\n    shop: *same\n";
  expect(() => withSetting(shared, ["config", "gantry:tenants", "web", "keys"], [2])).toThrow(
    "gantry:tenants.web.keys can't be edited without touching something else: set it to [2] by hand",
  );
});

import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../scripts/plan/report/report.ts";
import { rotatable, rotationStep } from "../../../scripts/rotate/steps.ts";
import type { Config } from "../../../stacks/config.ts";
import { fixturePlan } from "../../support/plan.ts";
import { fixtureValues } from "../../support/project.ts";

const config = loadConfig(fixtureValues, "dev");
const [tenant = ""] = Object.keys(config.tenants);
const [model = ""] = Object.keys(config.models);

/** What a step is with these secrets there; none exist otherwise. */
function step(of: Config, secret: string, { finish = false, there = [] as readonly string[] } = {}) {
  return rotationStep(of, { secret, finish, exists: async (name) => there.includes(name) });
}
const keyed = (keys: readonly number[]) =>
  ({ ...config, tenants: { [tenant]: { ...config.tenants[tenant], keys } } }) as unknown as Config;

describe("a tenant's keys", () => {
  it("are two until the rotation is finished", async () => {
    expect((await step(config, `tenants/${tenant}`)).edit).toEqual({
      path: ["tenants", tenant, "keys"],
      value: [1, 2],
    });
    expect(await step(keyed([1, 2]), `tenants/${tenant}`)).toMatchObject({
      after: [/pulumi up/, /rotate/].map((one) => expect.stringMatching(one)),
    });
    const there = [`gantry/dev/tenants/${tenant}/2`];
    const waiting = await step(keyed([1, 2]), `tenants/${tenant}`, { there });
    expect([waiting.edit, waiting.after.at(-1)]).toEqual([undefined, expect.stringContaining("--finish")]);
    expect((await step(keyed([1, 2]), `tenants/${tenant}`, { there, finish: true })).edit?.value).toEqual([
      2,
    ]);
  });

  it("are never revoked before the new one is there, nor when asked twice", async () => {
    expect((await step(keyed([1, 2]), `tenants/${tenant}`, { finish: true })).edit).toBeUndefined();
    const there = [`gantry/dev/tenants/${tenant}/2`];
    expect((await step(keyed([2]), `tenants/${tenant}`, { there, finish: true })).edit).toBeUndefined();
  });
});

describe("the cache's password", () => {
  const path = ["cache", "create", "passwords"];
  const with_ = (passwords: readonly number[]) =>
    ({ ...config, cache: { create: { ...config.cache.create, passwords } } }) as unknown as Config;

  it("is taken beside the one before until the rotation is finished", async () => {
    expect((await step(config, "redis")).edit).toEqual({ path, value: [1, 2] });
    const there = ["gantry/dev/redis-2"];
    expect((await step(with_([1, 2]), "redis", { there })).edit).toBeUndefined();
    expect((await step(with_([1, 2]), "redis", { there, finish: true })).edit).toEqual({ path, value: [2] });
    expect((await step(with_([2]), "redis", { there })).edit).toEqual({ path, value: [2, 3] });
  });

  it("is never revoked before the new one is there, nor when asked twice", async () => {
    expect((await step(with_([1, 2]), "redis", { finish: true })).edit).toBeUndefined();
    const there = ["gantry/dev/redis-2"];
    expect((await step(with_([2]), "redis", { there, finish: true })).edit).toBeUndefined();
  });
});

describe("a model's key", () => {
  const slot = config.models[model]?.blue ?? config.models[model]?.green;
  const slots = (blue: number, green: number, live: "blue" | "green") =>
    ({
      ...config,
      models: {
        [model]: {
          ...config.models[model],
          blue: { ...slot, keyGeneration: blue },
          green: { ...slot, keyGeneration: green },
          traffic: { live, canaryPercent: 0 },
        },
      },
    }) as unknown as Config;
  const path = (colour: string) => ["models", model, colour, "keyGeneration"];

  it("changes on the standby, which takes the traffic before the other slot changes", async () => {
    const secret = `models/${model}`;
    expect((await step(slots(1, 1, "blue"), secret)).edit).toEqual({ path: path("green"), value: 2 });
    const before = await step(slots(1, 2, "blue"), secret, { finish: true });
    expect([before.edit, before.after.join()]).toEqual([
      undefined,
      expect.stringContaining(`switch -- dev ${model} green`),
    ]);
    expect((await step(slots(1, 2, "green"), secret)).edit).toBeUndefined();
    expect((await step(slots(1, 2, "green"), secret, { finish: true })).edit).toEqual({
      path: path("blue"),
      value: 2,
    });
    const over = await step(slots(2, 2, "green"), secret, { finish: true });
    expect([over.edit, over.after]).toEqual([undefined, [expect.stringContaining("the rotation is over")]]);
  });

  it("is given to a second slot where there is one only, since its engines would refuse callers meanwhile", async () => {
    const { green: _, ...lone } = slots(1, 1, "blue").models[model] ?? {};
    const { edit, after } = await step(
      { ...config, models: { [model]: lone } } as unknown as Config,
      `models/${model}`,
    );
    expect(edit).toBeUndefined();
    expect(after[0]).toContain(`add models.${model}.green, a copy of blue with keyGeneration: 2`);
  });
});

it("names what an environment has where a name is wrong", async () => {
  await expect(step(config, "openia")).rejects.toThrow(/no secret "openia"; did you mean "openai"\?$/);
  await expect(step(config, "constructor")).rejects.toThrow('no secret "constructor"');
});

it("has a next step for every secret, and edits or puts nothing for those that Pulumi makes anew", async () => {
  for (const secret of rotatable(config))
    expect([secret, (await step(config, secret)).after.length > 0]).toEqual([secret, true]);
  expect((await step(config, "gateway-master-key")).edit).toBeUndefined();
});

it.each(["gateway-master-key", "gateway-metrics-key", "grafana-admin"])(
  "names the one generated value of %s by a pattern that the CLI takes",
  async (secret) => {
    const [line = ""] = (await step(config, secret)).after;
    const [, pattern = ""] = /--replace '([\w:*-]+)'/.exec(line) ?? [];
    // As the CLI reads it: two asterisks are any characters. [pulumi 3.260, pkg/resource/deploy/deployment.go]
    const matching = new RegExp(`^${pattern.replaceAll("**", ".*")}$`);
    const found = fixturePlan("dev").resources.filter(({ urn }) => matching.test(urn));
    expect(found.map(({ type, name }) => [type, name])).toEqual([
      ["random:index/randomPassword:RandomPassword", `secrets-${secret}`],
    ]);
  },
);

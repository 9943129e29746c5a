import { describe, expect, it } from "vitest";
import { environments, readStackConfig } from "../../scripts/plan/environment.ts";
import type { Properties, Wire } from "../../scripts/plan/wire.ts";
import { parseConfig, readReleases } from "../../stacks/config.ts";
import { fixturePlan, fixtureRoot } from "../support/plan.ts";
import { isPublished, schemaProblem } from "../support/published-schemas.ts";
import { otherTypes, typingErrors } from "./slips.ts";

describe("a slip in an environment's file", () => {
  /** What the schema accepts, and why nothing is wrong with it. */
  const harmless: Readonly<Record<string, readonly string[]>> = {
    "an environment may serve fewer models": ["gone models.code", "gone models.large"],
    "a model may have one slot": ["gone models.chat.green"],
    "nothing has to have two ways": ["gone routes.assistant.selfHosted", "gone routes.assistant.hosted"],
    "it has a default": ["gone routes.assistant.strategy", "gone tenants.batch.tokensPerDay"],
    "an environment may have fewer tenants": ["gone tenants.batch", "gone tenants.web"],
  };
  /** Under these the team chooses the keys. */
  const named = ["pools", "models", "hosted", "routes", "tenants"];
  const releases = readReleases(fixtureRoot);

  const slipsIn = (environment: string) => {
    const settings = Object.fromEntries(
      Object.entries(readStackConfig(fixtureRoot, environment)).map(([key, value]) => [
        key.replace(/^gantry:/, ""),
        value,
      ]),
    ) as Properties;
    const isName = ([first = "", ...rest]: readonly string[]) =>
      first.includes(":") || (rest.length === 1 && named.includes(first));
    return [...otherTypes(settings), ...typingErrors(settings, isName)];
  };

  it("is refused before anything is planned, or harms nothing", () => {
    const slips = environments(fixtureRoot).flatMap((environment) =>
      slipsIn(environment).map((slip) => ({ ...slip, environment })),
    );
    const passed = slips.filter(({ environment, value }) => !isRefused(environment, value));
    expect(new Set(passed.map(({ what }) => what))).toEqual(new Set(Object.values(harmless).flat()));
    expect(slips.length).toBeGreaterThan(700);
    console.log(
      `${slips.length} slips in the files of the environments: ${slips.length - passed.length} refused by the schema, ` +
        `${passed.length} that harm nothing:\n${Object.entries(harmless)
          .map(([why, whats]) => `  ${whats.join(", ")}: ${why}`)
          .join("\n")}`,
    );
  });

  function isRefused(environment: string, settings: Wire): boolean {
    const config = Object.fromEntries(
      Object.entries(settings as Properties).map(([key, value]) => [
        key.includes(":") ? key : `gantry:${key}`,
        value,
      ]),
    );
    try {
      parseConfig({ environment, config, releases, today: "2026-11-24" });
      return false;
    } catch (error) {
      expect([environment, error]).toEqual([
        environment,
        expect.objectContaining({ name: "ConfigurationError" }),
      ]);
      return true;
    }
  }
});

describe("a Kubernetes object of prod with a field of another type", () => {
  it("is refused by its published schema", async () => {
    // Target group bindings have a schema in the cluster only; test/components/serving/model.test.ts has each of their fields.
    const objects = fixturePlan("prod").resources.filter(
      ({ type, custom, inputs }) =>
        type.startsWith("kubernetes:") && custom && inputs.kind !== undefined && isPublished(inputs),
    );
    const slips = objects.flatMap(({ name, inputs }) =>
      otherTypes(inputs).map(({ what, value }) => ({
        what: `${inputs.kind} ${name}: ${what}`,
        object: value as Properties,
      })),
    );
    // An object without a kind is no object.
    const wrong = slips.filter(({ what }) => !/ (?:kind|apiVersion)$/.test(what));
    const passed: string[] = [];
    for (const { what, object } of wrong) if ((await schemaProblem(object)) === undefined) passed.push(what);
    expect(passed).toEqual([]);
    expect(wrong.length).toBeGreaterThan(1500);
    console.log(`${wrong.length} fields of another type in prod's objects: all refused by their schemas`);
  });
});

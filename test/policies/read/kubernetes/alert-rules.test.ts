import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { alertRules } from "../../../../policies/read/kubernetes/alert-rules.ts";

const rules = (...lists: Value[]): { readonly props: Value } => ({
  props: { spec: { groups: lists.map((list) => ({ name: "a", rules: list })) } },
});
const paths = (resource: { readonly props: Value }) => alertRules(resource).map(({ path }) => path);

describe("alert rules", () => {
  it("are found in every group, by name, without what only records", () => {
    const found = alertRules(
      rules([{ alert: "Slow" }, { record: "a:b", expr: "up" }], [{ alert: "Hot" }, { record: unknown }]),
    );
    expect(found.map(({ path, where }) => [path, where])).toEqual([
      ["alerts.Slow", "alert Slow"],
      ["alerts.Hot", "alert Hot"],
    ]);
  });

  it.each<[string, readonly Value[], readonly string[]]>([
    ["share a name", [{ alert: "A" }, { alert: "A" }], ["spec.groups.0.rules.0", "spec.groups.0.rules.1"]],
    ["have none", [{ expr: "up" }], ["spec.groups.0.rules.0"]],
    ["have a name like no other", [{ alert: "sk-1 2" }], ["spec.groups.0.rules.0"]],
    ["record and alert", [{ record: "a", alert: "A" }], ["alerts.A"]],
    ["can't be read", [unknown, "up"], ["spec.groups.0.rules.0", "spec.groups.0.rules.1"]],
  ])("that %s are distinguished", (_, list, expected) => {
    expect(paths(rules(list))).toEqual(expected);
  });

  it("are one unknown where a list is", () => {
    expect(alertRules(rules(unknown))).toEqual([
      { path: "spec.groups.0.rules", where: "rules", fields: unknown },
    ]);
    expect(paths({ props: { spec: { groups: unknown } } })).toEqual(["spec.groups"]);
    expect(paths({ props: unknown })).toEqual(["spec.groups"]);
    expect(paths({ props: {} })).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { StackResource } from "../../../../policies/framework/rule.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { pods } from "../../../../policies/read/kubernetes/kubernetes.ts";
import { NetworkPolicies } from "../../../../policies/read/kubernetes/network-policies.ts";
import {
  admitsPods,
  admitsPort,
  admitsRanges,
  closes,
  closesAll,
  isNaming,
  isOwnGroup,
  policyRulesOf,
} from "../../../../policies/read/kubernetes/network-policy.ts";
import { stackResource } from "../../stack.ts";

const policy = (spec: Value, namespace: Value = "models", name = "policy"): StackResource =>
  stackResource("kubernetes:networking.k8s.io/v1:NetworkPolicy", { metadata: { namespace }, spec }, {}, name);
const podsWith = (labels: Value, namespace: Value = "models") => {
  const workload = stackResource("kubernetes:apps/v1:Deployment", {
    metadata: { namespace },
    spec: { template: { metadata: { labels }, spec: {} } },
  });
  const [some] = pods(workload);
  if (some === undefined) throw new Error("a Deployment makes pods");
  return some;
};
const hears = (...ingress: readonly Value[]) => policyRulesOf(policy({ ingress }), "ingress");
const block = (cidr: Value, except?: Value): Value => ({ ipBlock: { cidr, except } });
const chat = { matchLabels: { model: "chat" } };

it.each<[string, Value, boolean | typeof unknown, boolean | typeof unknown]>([
  ["no types", {}, true, false],
  ["no types and a way out", { egress: [{}] }, true, true],
  ["no types and an empty list of ways out", { egress: [] }, true, false],
  ["both types", { policyTypes: ["Ingress", "Egress"] }, true, true],
  ["egress only, with a way in that doesn't count", { policyTypes: ["Egress"], ingress: [{}] }, false, true],
  ["an unknown type", { policyTypes: ["Ingress", unknown] }, true, unknown],
  ["unknown types", { policyTypes: unknown }, unknown, unknown],
])("closes what its types say: %s", (_, spec, ingress, egress) => {
  expect([closes(policy(spec), "ingress"), closes(policy(spec), "egress")]).toEqual([ingress, egress]);
});

it.each<[string, Value, boolean]>([
  ["everything", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }, true],
  ["everything by no selector", { policyTypes: ["Egress", "Ingress"], ingress: [] }, true],
  [
    "empty selectors",
    { podSelector: { matchLabels: {}, matchExpressions: [] }, policyTypes: ["Ingress", "Egress"] },
    true,
  ],
  ["one way", { podSelector: {} }, false],
  ["a way in", { policyTypes: ["Ingress", "Egress"], ingress: [{}] }, false],
  ["some pods", { podSelector: chat, policyTypes: ["Ingress", "Egress"] }, false],
  [
    "pods without a label",
    {
      podSelector: { matchExpressions: [{ key: "open", operator: "DoesNotExist" }] },
      policyTypes: ["Ingress", "Egress"],
    },
    false,
  ],
  ["unknown pods", { podSelector: unknown, policyTypes: ["Ingress", "Egress"] }, false],
])("closes a namespace: %s", (_, spec, all) => {
  expect(closesAll(policy(spec))).toBe(all);
});

it.each<[string, Value, boolean]>([
  ["a label", chat, true],
  ["one of some values", { matchExpressions: [{ key: "model", operator: "In", values: ["chat"] }] }, true],
  [
    "a label and what isn't there",
    { ...chat, matchExpressions: [{ key: "old", operator: "DoesNotExist" }] },
    true,
  ],
  ["nothing", {}, false],
  ["unset", undefined, false],
  ["that a label is there", { matchExpressions: [{ key: "model", operator: "Exists" }] }, false],
  [
    "that it isn't one value",
    { matchExpressions: [{ key: "model", operator: "NotIn", values: ["chat"] }] },
    false,
  ],
  ["no values", { matchExpressions: [{ key: "model", operator: "In", values: [] }] }, false],
  ["an unknown value", { matchLabels: { model: unknown } }, false],
  ["unknown", unknown, false],
])("a selector names by %s", (_, selector, naming) => {
  expect(isNaming(selector)).toBe(naming);
});

it.each<[string, Value, Value, boolean]>([
  ["the same pods", chat, { podSelector: chat }, true],
  ["fewer of them", chat, { podSelector: { matchLabels: { model: "chat", colour: "blue" } } }, true],
  ["more of them", { matchLabels: { model: "chat", colour: "blue" } }, { podSelector: chat }, false],
  ["all pods", {}, { podSelector: {} }, false],
  ["the same pods of other namespaces", chat, { podSelector: chat, namespaceSelector: {} }, false],
  ["addresses as well", chat, { podSelector: chat, ipBlock: { cidr: "0.0.0.0/0" } }, false],
  [
    "an unknown label",
    { matchLabels: { model: unknown } },
    { podSelector: { matchLabels: { model: unknown } } },
    false,
  ],
])("the members of a group: %s", (_, podSelector, peer, own) => {
  expect(isOwnGroup(peer, policy({ podSelector }))).toBe(own);
});

it.each<[string, Value, boolean]>([
  ["no list", undefined, true],
  ["the port", [{ port: 8000 }], true],
  ["a range around it", [{ port: 7000, endPort: 9000 }], true],
  ["its name", [{ port: "http" }], true],
  ["every port of TCP", [{ protocol: "TCP" }], true],
  ["another port", [{ port: 80 }, { port: 8001, endPort: 9000 }], false],
  ["another name", [{ port: "metrics" }], false],
  ["another protocol", [{ protocol: "UDP", port: 8000 }], false],
  ["unknown", [unknown, { port: unknown }, { port: 80, endPort: unknown }], false],
])("a port gets through %s", (_, ports, through) => {
  const [rule] = hears({ ports });
  expect(rule && admitsPort(rule, { number: 8000, names: ["http", undefined] })).toBe(through);
});

it.each<[string, Value, boolean]>([
  ["every address", undefined, true],
  ["a range that holds them", [block("10.40.0.0/16")], true],
  ["ranges that hold them together", [block("10.40.0.0/19"), block("10.40.32.0/19")], true],
  ["a part", [block("10.40.0.0/19")], false],
  ["exceptions", [block("10.40.0.0/16", ["10.40.1.0/24"])], false],
  ["no exceptions in a list", [block("10.40.0.0/16", [])], true],
  ["pods", [{ podSelector: {} }], false],
  ["unknown", [unknown, block(unknown)], false],
])("addresses get through %s", (_, from, through) => {
  expect(admitsRanges(hears({ from }), ["10.40.0.0/18"])).toBe(through);
});

it("asks for any range where no addresses are known", () => {
  expect(admitsRanges(hears({ from: [block("10.9.0.0/16")] }), [])).toBe(true);
  expect(admitsRanges(hears({ from: [{ podSelector: {} }, unknown] }), [])).toBe(false);
  expect(admitsRanges([], [])).toBe(false);
});

it.each<[string, Value, boolean]>([
  ["every address", undefined, true],
  [
    "pods of a namespace by name",
    [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "models" } }, podSelector: chat }],
    true,
  ],
  [
    "a whole namespace",
    [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "models" } } }],
    true,
  ],
  ["pods of the own namespace", [{ podSelector: chat }], false],
  [
    "another namespace",
    [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "web" } } }],
    false,
  ],
  ["an unknown label of the namespace", [{ namespaceSelector: { matchLabels: { team: "ml" } } }], false],
  ["addresses", [block("0.0.0.0/0")], false],
])("pods of another namespace get through %s", (_, from, through) => {
  const [rule] = hears({ from });
  expect(rule && admitsPods(rule, "gateway", podsWith({ model: "chat" }))).toBe(through);
});

describe("the policies of a stack", () => {
  const all = policy({ podSelector: {} }, "models", "all");
  const byLabel = policy({ podSelector: chat, ingress: [{}] }, "models", "label");
  const byKey = policy(
    { podSelector: { matchExpressions: [{ key: "model", operator: "Exists" }] } },
    "models",
    "key",
  );
  const elsewhere = policy({ podSelector: {} }, "web", "elsewhere");
  const anywhere = policy({ podSelector: chat }, unknown, "anywhere");
  const anybody = policy({ podSelector: { matchLabels: { model: unknown } } }, "models", "anybody");
  const policies = new NetworkPolicies([all, byLabel, byKey, elsewhere, anywhere, anybody]);
  const names = (labels: Value, namespace?: Value) =>
    policies
      .selecting(podsWith(labels, namespace))
      .map(({ name }) => name)
      .sort();

  it("are found by the pods that they select, or may select", () => {
    expect(names({ model: "chat", colour: "blue" })).toEqual(["all", "anybody", "anywhere", "key", "label"]);
    expect(names({ model: "code" })).toEqual(["all", "anybody", "key"]);
    expect(names({ app: "web" })).toEqual(["all", "anybody"]);
    expect(names(undefined)).toEqual(["all", "anybody"]);
    expect(names(unknown)).toEqual(["all", "anybody", "anywhere", "key", "label"]);
    expect(names({ model: unknown })).toEqual(["all", "anybody", "anywhere", "key", "label"]);
    expect(names({ model: "chat" }, unknown)).toEqual([
      "all",
      "anybody",
      "anywhere",
      "elsewhere",
      "key",
      "label",
    ]);
    expect(names({ model: "chat" }, "other")).toEqual(["anywhere"]);
  });

  it("give pods the rules that surely hold, and nothing where none closes them", () => {
    expect(policies.rulesFor(podsWith({ model: "chat" }), "ingress")).toHaveLength(1);
    expect(policies.rulesFor(podsWith({ app: "web" }), "ingress")).toEqual([]);
    expect(policies.rulesFor(podsWith({ model: unknown }), "ingress")).toEqual([]);
    expect(policies.rulesFor(podsWith({ app: "web" }), "egress")).toBeUndefined();
    expect(policies.rulesFor(podsWith({ app: "web" }, "other"), "ingress")).toBeUndefined();
  });

  it("are found by their namespace where they ask for no plain label", () => {
    expect(policies.ofWhole("models").map(({ name }) => name)).toEqual(["all", "key", "anybody"]);
    expect(policies.ofWhole(unknown)).toEqual([]);
  });
});

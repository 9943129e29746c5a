import { describe, expect, it } from "vitest";
import type { StackResource } from "../../../../policies/framework/rule.ts";
import { type Unknown, unknown, type Value } from "../../../../policies/framework/value.ts";
import {
  nameOf,
  namespaceOf,
  type Pods,
  picks,
  scalerMinReplicas,
  selects,
} from "../../../../policies/read/kubernetes/kubernetes.ts";
import { Objects } from "../../../../policies/read/kubernetes/objects.ts";
import { stackResource } from "../../stack.ts";

const labels = { model: "chat", colour: "blue" };
const named = (name: Value, more: Value = {}, namespace: Value = "models"): Value => ({
  metadata: { name, namespace },
  ...(more as object),
});
const deployment = (name: Value, podLabels: Value = labels, more: object = {}, namespace: Value = "models") =>
  stackResource(
    "kubernetes:apps/v1:Deployment",
    named(name, { spec: { template: { metadata: { labels: podLabels }, spec: {} }, ...more } }, namespace),
    {},
    String(name),
  );
const service = (name: Value, selector: Value = labels, namespace: Value = "models") =>
  stackResource("kubernetes:core/v1:Service", named(name, { spec: { selector } }, namespace));
const group = (name: string) => stackResource("aws:lb/targetGroup:TargetGroup", {}, {}, name);
const binding = (behind: readonly StackResource[], serviceName: Value, namespace: Value = "models") =>
  stackResource(
    "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
    named("any", { spec: { serviceRef: { name: serviceName } } }, namespace),
    { spec: behind },
  );
const keda = (target: Value, spec: object = { minReplicaCount: 2 }, metadata: object = {}) =>
  stackResource("kubernetes:keda.sh/v1alpha1:ScaledObject", {
    metadata: { namespace: "models", ...metadata },
    spec: { scaleTargetRef: target, ...spec },
  });
const autoscaler = (spec: object) =>
  stackResource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", {
    metadata: { namespace: "models" },
    spec: { scaleTargetRef: { kind: "Deployment", name: "chat" }, ...spec },
  });
const workloadsOf = (found: readonly Pods[]) => found.map(({ workload }) => workload);

describe("an object", () => {
  it("stands in the namespace default where it names none", () => {
    expect(namespaceOf(stackResource("x", { metadata: { name: "a" } }))).toBe("default");
    expect(namespaceOf(stackResource("x", {}))).toBe("default");
    expect(namespaceOf(stackResource("x", { metadata: unknown }))).toBe(unknown);
  });

  it("has an unknown name where Pulumi makes one up", () => {
    expect(nameOf(stackResource("x", { metadata: { name: "a" } }))).toBe("a");
    expect(nameOf(stackResource("x", { metadata: {} }))).toBe(unknown);
  });
});

describe("a Service's selector", () => {
  it.each<[string, Value, Value, boolean | Unknown]>([
    ["labels that are all there", { model: "chat" }, labels, true],
    ["another value", { model: "code" }, labels, false],
    ["a label that is missing", { role: "leader" }, labels, false],
    ["no labels", { model: "chat" }, undefined, false],
    ["labels that can't be read", { model: "chat" }, unknown, unknown],
    [
      "an unknown label beside another value",
      { model: "code", colour: "blue" },
      { model: "chat", colour: unknown },
      false,
    ],
    ["an unknown label that may be it", { model: "chat" }, { model: unknown }, unknown],
    ["an unknown wish", { model: unknown }, labels, unknown],
    ["nothing wished for", {}, labels, false],
    ["only empty wishes", { model: undefined }, labels, false],
    ["no selector", undefined, labels, false],
    ["a selector that can't be read", unknown, labels, unknown],
    ["a text", "model=chat", labels, unknown],
  ])("against %s", (_, selector, carried, expected) => {
    expect(picks(selector, carried)).toBe(expected);
  });
});

describe("a label selector", () => {
  const expression = (operator: Value, values?: Value, key: Value = "model"): Value => ({
    matchExpressions: [{ key, operator, values }],
  });
  it.each<[string, Value, boolean | Unknown]>([
    ["nothing", undefined, false],
    ["everything", {}, true],
    ["labels that are there", { matchLabels: labels }, true],
    ["labels that aren't", { matchLabels: { model: "code" } }, false],
    ["labels that can't be read", { matchLabels: unknown }, unknown],
    ["a label that exists", expression("Exists"), true],
    ["a label that doesn't", expression("Exists", undefined, "role"), false],
    ["the absence of one that exists", expression("DoesNotExist"), false],
    ["one of several values", expression("In", ["code", "chat"]), true],
    ["none of the values", expression("In", ["code"]), false],
    ["a value that may be it", expression("In", ["code", unknown]), unknown],
    ["a value that is it, beside an unknown one", expression("In", [unknown, "chat"]), true],
    ["other values", expression("NotIn", ["code"]), true],
    ["others than its own", expression("NotIn", ["chat"]), false],
    ["others than one that can't be read", expression("NotIn", [unknown]), unknown],
    ["others, of a label that isn't there", expression("NotIn", ["a"], "role"), true],
    ["an operator that isn't there", expression("Near", ["chat"]), unknown],
    ["a key that can't be read", expression("Exists", undefined, unknown), unknown],
    ["expressions that can't be read", { matchExpressions: unknown }, unknown],
    ["a text", "model=chat", unknown],
  ])("of %s", (_, selector, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  it("says nothing of an unknown label", () => {
    expect(selects(expression("In", ["chat"]), { model: unknown })).toBe(unknown);
    expect(selects(expression("In", ["chat"]), unknown)).toBe(unknown);
  });
});

describe("the way from a target group to its pods", () => {
  const [blue, green] = [group("blue"), group("green")];
  const chat = deployment("chat");
  const reached = (...others: readonly StackResource[]) =>
    workloadsOf(new Objects([blue, green, chat, ...others]).podsBehind(blue));

  it("leads over a binding and its Service", () => {
    expect(reached(binding([blue], "chat"), service("chat"))).toEqual([chat]);
  });

  it("leads to every workload that the Service picks, once", () => {
    const second = deployment("chat-2");
    const twice = [binding([blue], "chat"), binding([blue], "chat"), service("chat"), second];
    expect(reached(...twice)).toEqual([chat, second]);
  });

  it.each<[string, readonly StackResource[]]>([
    ["no binding", [service("chat")]],
    ["a binding to another group", [binding([green], "chat"), service("chat")]],
    ["a binding that may be to another group", [binding([blue, green], "chat"), service("chat")]],
    ["a binding to no Service", [binding([blue], "code"), service("chat")]],
    ["a binding to an unknown Service", [binding([blue], unknown), service(unknown)]],
    ["a Service in another namespace", [binding([blue], "chat"), service("chat", labels, "other")]],
    ["a binding in another namespace", [binding([blue], "chat", "other"), service("chat")]],
    ["a namespace that can't be read", [binding([blue], "chat", unknown), service("chat", labels, unknown)]],
    ["a Service that picks nothing", [binding([blue], "chat"), service("chat", {})]],
    [
      "a Service that picks others",
      [binding([blue], "chat"), service("chat", { ...labels, colour: "green" })],
    ],
    ["a selector that can't be read", [binding([blue], "chat"), service("chat", unknown)]],
    [
      "half a selector that can't be read",
      [binding([blue], "chat"), service("chat", { ...labels, role: unknown })],
    ],
  ])("ends with %s", (_, others) => {
    expect(reached(...others)).toEqual([]);
  });

  it("passes over empty entries of a selector", () => {
    expect(reached(binding([blue], "chat"), service("chat", { role: undefined, ...labels }))).toEqual([chat]);
  });

  it("tells the pods of a replica's leader from those that only compute", () => {
    const template = (role: string) => ({ metadata: { labels: { ...labels, role } }, spec: {} });
    const set = stackResource(
      "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
      named("set", {
        spec: {
          leaderWorkerTemplate: { leaderTemplate: template("leader"), workerTemplate: template("worker") },
        },
      }),
    );
    const objects = new Objects([set]);
    const of = (role: string) =>
      objects.podsOf(service("set", { ...labels, role })).map(({ prefix }) => prefix);
    expect(of("leader")).toEqual(["leaderTemplate."]);
    expect(of("worker")).toEqual(["workerTemplate."]);
  });
});

describe("pods by a label selector", () => {
  const chat = deployment("chat");
  const code = deployment("code", { model: "code" });
  const elsewhere = deployment("chat", labels, {}, "other");
  const vague = deployment("vague", unknown);
  const objects = new Objects([chat, code, elsewhere, vague]);

  it.each<[string, Value, readonly StackResource[]]>([
    ["a label", { matchLabels: { model: "chat" } }, [chat]],
    ["an expression", { matchExpressions: [{ key: "model", operator: "Exists" }] }, [chat, code]],
    ["everything", {}, [chat, code, vague]],
    ["nothing", undefined, []],
    ["what can't be read", unknown, []],
  ])("are those of the namespace: %s", (_, selector, expected) => {
    expect(workloadsOf(objects.podsSelected("models", selector))).toEqual(expected);
  });

  it("are none in a namespace that can't be read", () => {
    expect(objects.podsSelected(unknown, {})).toEqual([]);
  });
});

describe("an object's name", () => {
  const objects = new Objects([
    service("chat"),
    service("chat", labels, "other"),
    deployment("chat"),
    service(unknown),
  ]);
  const find = (type: string, namespace: Value, name: Value) => objects.named([type], namespace, name).length;

  it("finds it by type, namespace and name", () => {
    expect(find("kubernetes:core/v1:Service", "models", "chat")).toBe(1);
    expect(find("kubernetes:apps/v1:Deployment", "models", "chat")).toBe(1);
    expect(find("kubernetes:core/v1:Service", "third", "chat")).toBe(0);
    expect(find("kubernetes:core/v1:Service", "models", unknown)).toBe(0);
    expect(find("kubernetes:core/v1:Service", unknown, "chat")).toBe(0);
    expect(find("kubernetes:core/v1:Service", "models", 5)).toBe(0);
  });
});

describe("replicas that a workload keeps at least", () => {
  const chat = deployment("chat");
  const floor = (workload: StackResource, ...others: readonly StackResource[]) =>
    new Objects([workload, ...others]).minReplicas(workload);

  it.each<[string, readonly StackResource[], number | Unknown]>([
    ["its scaler's minimum", [keda({ name: "chat" })], 2],
    ["its scaler's minimum, by kind", [keda({ kind: "Deployment", name: "chat" })], 2],
    ["not what a scaler of another workload says", [keda({ name: "code" })], unknown],
    ["not what a scaler of another kind says", [keda({ kind: "StatefulSet", name: "chat" })], unknown],
    ["unknown for two scalers", [keda({ name: "chat" }), autoscaler({ minReplicas: 1 })], unknown],
    ["unknown for a scaler of an unknown name", [keda({ name: unknown })], unknown],
    ["unknown for a scaler of an unknown kind", [keda({ kind: unknown, name: "chat" })], unknown],
    [
      "unknown for a scaler in an unknown namespace",
      [keda({ name: "chat" }, {}, { namespace: unknown })],
      unknown,
    ],
    ["not what a scaler elsewhere says", [keda({ name: "chat" }, {}, { namespace: "other" })], unknown],
    ["unknown without a number", [], unknown],
  ])("are %s", (_, others, expected) => {
    expect(floor(chat, ...others)).toBe(expected);
  });

  it.each<[Value, number | Unknown]>([
    [2, 2],
    [0, 0],
    [undefined, unknown],
    [unknown, unknown],
    ["2", unknown],
    [1.5, unknown],
    [-1, unknown],
  ])("are the workload's own without a scaler: %s", (replicas, expected) => {
    expect(floor(deployment("chat", labels, { replicas }))).toBe(expected);
  });

  it.each<[string, StackResource, Value]>([
    ["KEDA's minimum", keda({}, { minReplicaCount: 3 }), 3],
    ["none, KEDA's default", keda({}, {}), 0],
    ["fewer when idle", keda({}, { minReplicaCount: 3, idleReplicaCount: 0 }), 0],
    ["unknown when idle", keda({}, { minReplicaCount: 3, idleReplicaCount: unknown }), unknown],
    ["unknown by themselves", keda({}, { minReplicaCount: unknown }), unknown],
    [
      "unknown when paused",
      keda({}, { minReplicaCount: 3 }, { annotations: { "autoscaling.keda.sh/paused-replicas": "0" } }),
      unknown,
    ],
    ["Kubernetes' minimum", autoscaler({ minReplicas: 2 }), 2],
    ["one, Kubernetes' default", autoscaler({}), 1],
  ])("are for a scaler %s", (_, scaler, expected) => {
    expect(scalerMinReplicas(scaler)).toBe(expected);
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { releaseId } from "../../../components/serving/release.ts";
import type { Plan } from "../../../scripts/plan/plan.ts";
import { loadConfig } from "../../../scripts/plan/report/report.ts";
import { unknown, type Wire } from "../../../scripts/plan/wire.ts";
import { at, find, fixturePlan, fixtureRoot, ofType, planWith, waitsFor } from "../../support/plan.ts";

const dev = fixturePlan("dev");
const prod = fixturePlan("prod");

/** Target groups by their resource names, with their weights. */
function weights(plan: Plan, rule: string): [string | undefined, Wire][] {
  const planned = find(plan, "ListenerRule", rule);
  const groups = at(planned, "actions.0.forward.targetGroups") as { weight: Wire }[];
  const behind = (planned.propertyDependencies.actions ?? []).filter((urn) => urn.includes("TargetGroup"));
  return groups.map(({ weight }, index) => [
    behind.map((urn) => urn.split("::").at(-1)).sort()[index],
    weight,
  ]);
}

describe("a model with two slots", () => {
  let canary: Plan;
  beforeAll(async () => {
    canary = await planWith("dev", "models.chat.traffic", { live: "blue", canaryPercent: 12 });
  });

  it("forwards its host to both groups, the standby with no weight, so that it stays checked", () => {
    expect(weights(dev, "chat-live")).toEqual([
      ["chat-blue", 100],
      ["chat-green", 0],
    ]);
    expect(at(find(dev, "ListenerRule", "chat-live"), "conditions")).toEqual([
      { hostHeader: { values: ["chat.models.internal"] } },
      { pathPattern: { values: ["/v1/*"] } },
    ]);
  });

  it("reaches each slot by a host of its own", () => {
    for (const colour of ["blue", "green"]) {
      expect(weights(dev, `chat-${colour}-direct`)).toEqual([[`chat-${colour}`, 100]]);
      expect(at(find(dev, "ListenerRule", `chat-${colour}-direct`), "conditions.0")).toEqual({
        hostHeader: { values: [`chat-${colour}.models.internal`] },
      });
    }
    const records = ofType(dev, "aws:route53/record:Record").map(({ name }) => name);
    expect(records.filter((name) => !name.startsWith("edge"))).toEqual([
      "chat-blue.models.internal",
      "chat-green.models.internal",
      "chat.models.internal",
    ]);
  });

  it("sends the first buckets to the standby when a canary runs, before the live rule", () => {
    const rule = find(canary, "ListenerRule", "chat-canary");
    expect(weights(canary, "chat-canary")).toEqual([["chat-green", 100]]);
    expect(at(rule, "conditions.2")).toEqual({
      httpHeader: { httpHeaderName: "x-gantry-bucket", regexValues: ["^(0[0-9]|1[0-1])$"] },
    });
    expect(Number(rule.inputs.priority)).toBeLessThan(
      Number(find(canary, "ListenerRule", "chat-live").inputs.priority),
    );
  });

  it("moves traffic only when the pods of both slots are ready", () => {
    expect(waitsFor(dev, find(dev, "ListenerRule", "chat-live"), "Deployment")).toEqual([
      "chat-blue",
      "chat-green",
    ]);
  });
});

describe("a slot", () => {
  it("waits for its weights, its rule and binding, and its pool", () => {
    const deployment = find(dev, "Deployment", "chat-blue");
    const waits = waitsFor(
      dev,
      deployment,
      "Job",
      "TargetGroupBinding",
      "ListenerRule",
      "NodePool",
      "ExternalSecret",
    );
    expect(waits).toEqual([
      "a10g-pool",
      "chat-blue",
      "chat-blue-direct",
      "serving-engine-key",
      "stage-qwen3-8b-awq-4da05a8edb55-8e8b430d",
    ]);
  });

  it("has what it is written in there before it, and gone after it", () => {
    const binding = find(dev, "TargetGroupBinding", "chat-blue");
    expect(waitsFor(dev, binding, "Release")).toEqual(["controllers-load-balancer"]);
    expect(waitsFor(dev, find(dev, "ScaledObject", "chat-blue"), "Release")).toEqual(["controllers-keda"]);
  });

  it("carries its release's id and name on its pods, and its engine and pool in their spec", () => {
    const config = loadConfig(fixtureRoot, "dev");
    const release = config.releases["qwen3-8b-awq-1"];
    const deployment = find(dev, "Deployment", "chat-blue");
    expect(at(deployment, "spec.template.metadata.annotations")).toEqual({
      "gantry.dev/model-shape": expect.stringContaining(
        '"layers":36,"heads":32,"kvHeads":8,"headDimension":128',
      ),
      "gantry.dev/release-id": release && releaseId(release),
      "gantry.dev/served-name": "chat",
    });
    expect(at(deployment, "spec.template.spec.nodeSelector")).toEqual({ "gantry.dev/pool": "a10g" });
    expect(at(deployment, "spec.template.spec.containers.0.args.0")).toBe(
      "s3://example-gantry-dev-models/Qwen/Qwen3-8B-AWQ/4da05a8edb55c6046cce958586c33b61da07bb79",
    );
  });

  it("begins with its minimum and leaves the count to its autoscaler from then on", () => {
    for (const deployment of ofType(prod, "Deployment").filter(({ name }) => name !== "gateway")) {
      const scaler = find(prod, "ScaledObject", deployment.name);
      expect(at(deployment, "spec.replicas")).toBe(at(scaler, "spec.minReplicaCount"));
      expect(deployment.ignoreChanges).toEqual(["spec.replicas"]);
    }
  });

  it("gives a rollout longer than a start may take", () => {
    const deployment = find(prod, "Deployment", "large-blue");
    const container = at(deployment, "spec.template.spec.containers.0") as {
      startupProbe: { failureThreshold: number; periodSeconds: number };
    };
    const startup = container.startupProbe.failureThreshold * container.startupProbe.periodSeconds;
    const deadline = Number(at(deployment, "spec.progressDeadlineSeconds"));
    expect(startup).toBeGreaterThanOrEqual(600);
    expect(deadline).toBeGreaterThan(startup);
    expect(deployment.timeouts.create).toBeGreaterThan(deadline);
    expect(deployment.timeouts.update).toBe(deployment.timeouts.create);
  });

  it("selects exactly its own pods with Service, budget and binding", () => {
    const labels = { "gantry.dev/model": "chat", "gantry.dev/colour": "green" };
    expect(at(find(dev, "core/v1:Service", "chat-green"), "spec.selector")).toEqual(labels);
    expect(at(find(dev, "PodDisruptionBudget", "chat-green"), "spec.selector.matchLabels")).toEqual(labels);
    expect(at(find(dev, "Deployment", "chat-green"), "spec.template.metadata.labels")).toMatchObject(labels);
    expect(at(find(dev, "TargetGroupBinding", "chat-green"), "spec")).toMatchObject({
      serviceRef: { name: "chat-green", port: "http" },
      targetType: "ip",
      targetGroupARN: unknown,
    });
  });

  it("shares the staging of weights with slots of the same commit", () => {
    expect(ofType(dev, "batch/v1:Job").map(({ name }) => name)).toEqual([
      "stage-qwen3-8b-awq-4da05a8edb55-8e8b430d",
    ]);
  });
});

describe("a live slot with one replica", () => {
  it("is noted, a standby with one and a live slot with more are not", () => {
    const noted = (plan: Plan) => plan.warnings.filter((warning) => warning.includes("with one replica"));
    expect(noted(dev)).toEqual([expect.stringContaining("chat-blue is live with one replica")]);
    expect(noted(prod)).toEqual([]);
  });
});

describe("the first load balancer", () => {
  it("is recognized in stacks that were deployed before it had a name", () => {
    expect(find(dev, "gantry:serving:ModelLoadBalancer", "serving-default").aliases).toEqual([
      expect.stringMatching(/\$gantry:serving:ModelLoadBalancer::serving-1$/),
    ]);
    // The engine takes the parent's alias for children whose names begin with the parent's.
    for (const type of ["LoadBalancer", "Listener", "SecurityGroup"]) find(dev, type, "serving-default");
  });
});

describe("engines", () => {
  it("hear only load balancers and Prometheus, and reach only names, S3 and credentials", () => {
    const policy = find(prod, "NetworkPolicy", "serving-engines");
    const from = (at(policy, "spec.ingress") as { from: object[] }[]).flatMap((rule) => rule.from);
    expect(from.slice(0, 3)).toEqual(
      ["10.60.0.0/19", "10.60.32.0/19", "10.60.96.0/19"].map((cidr) => ({ ipBlock: { cidr } })),
    );
    expect(from.length).toBe(4);
    const to = (at(policy, "spec.egress") as { to: { ipBlock?: { cidr: string } }[] }[]).flatMap(
      (rule) => rule.to,
    );
    expect(to.map(({ ipBlock }) => ipBlock?.cidr).filter((cidr) => cidr === "0.0.0.0/0")).toEqual([]);
    expect(find(prod, "NetworkPolicy", "serving-deny-all").inputs.spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("stand behind a load balancer without a public address", () => {
    const all = ofType(prod, "aws:lb/loadBalancer:LoadBalancer");
    for (const loadBalancer of all.filter(({ name }) => name !== "edge")) {
      expect(loadBalancer.inputs).toMatchObject({
        internal: true,
        enableDeletionProtection: true,
        idleTimeout: 360,
      });
    }
  });
});

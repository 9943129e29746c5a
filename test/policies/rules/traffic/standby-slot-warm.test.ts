import { standbySlotWarm as rule } from "../../../../policies/rules/traffic/standby-slot-warm.ts";
import { type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { type Given, withField } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { listener, listenerRule, loadBalancer, slot } from "../../slot.ts";

const blue = slot();
const green = slot({ name: "chat-green" });
const live = listenerRule([
  [blue.group, 100],
  [green.group, 0],
]);
const front = [loadBalancer, listener, live];
/** Both slots behind one rule, the standby's resources as given. */
const standby = (...resources: readonly Given[]) => [...front, ...blue.all, ...resources];
const scaled = (minReplicaCount: Wire, more: Properties = {}) =>
  standby(...slot({ name: "chat-green", scaler: { minReplicaCount, ...more } }).all);
const { group, binding, service, deployment, scaler } = green;
const aimed = (scaleTargetRef: Wire): Given => ({
  ...scaler,
  props: withField(scaler.props, "spec.scaleTargetRef", scaleTargetRef),
});
const at = ["chat-green#replicas"];
const moved = (one: Given) => ({ ...one, props: withField(one.props, "metadata.namespace", "other") });
const own = (replicas: Wire) => ({
  ...deployment,
  props: withField(deployment.props, "spec.replicas", replicas),
});
const hpa = (spec: Properties): Given => ({
  type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
  name: "chat-green",
  props: {
    metadata: { name: "chat-green", namespace: "models" },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "chat-green" }, ...spec },
  },
});
const leaderSet = (name: string, replicas: Wire): Given => ({
  type: "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet",
  name,
  props: {
    metadata: { name, namespace: "models" },
    spec: {
      replicas,
      leaderWorkerTemplate: {
        leaderTemplate: {
          metadata: { labels: { "gantry.dev/model": "chat", "gantry.dev/colour": "chat-green" } },
          spec: { containers: [] },
        },
      },
    },
  },
});
const colour: Properties = { "gantry.dev/colour": "chat-green" };
const sleeping = { config: { idleModels: ["chat"] } };

cases(rule, {
  passes: [
    ["two warm slots, with every ARN unknown", standby(...green.all)],
    ["a floor above one", scaled(3)],
    ["a secret floor", scaled(secret(1))],
    ["a floor that holds when idle", scaled(2, { idleReplicaCount: 1 })],
    ["replicas without a scaler", standby(group, binding, service, own(2))],
    ["Kubernetes' own scaler", standby(group, binding, service, deployment, hpa({ minReplicas: 1 }))],
    ["Kubernetes' own scaler with its default floor", standby(group, binding, service, deployment, hpa({}))],
    [
      "several groups of nodes",
      standby(group, binding, service, leaderSet("chat-green-1", 1), leaderSet("chat-green-2", 1)),
    ],
    [
      "a group of nodes beside one that is off",
      standby(group, binding, service, leaderSet("chat-green-1", 0), leaderSet("chat-green-2", 1)),
    ],
    ["a target group without a forward", [...front, ...blue.all, ...green.all, slot({ name: "code" }).group]],
    ["a model that may sleep", scaled(0), sleeping],
    ["a listener that refuses", [loadBalancer, listener]],
  ],
  reports: [
    ["a floor of none", scaled(0), at],
    ["the scaler's default floor", scaled(null), at],
    ["a floor of none when idle", scaled(1, { idleReplicaCount: 0 }), at],
    ["a floor that is unknown", scaled(unknown), at],
    ["a floor as text", scaled("1"), at],
    [
      "a paused scaler",
      standby(...green.all.filter((one) => one !== scaler), {
        ...scaler,
        props: withField(scaler.props, "metadata.annotations", {
          "autoscaling.keda.sh/paused-replicas": "0",
        }),
      }),
      at,
    ],
    ["no replicas without a scaler", standby(group, binding, service, own(0)), at],
    ["replicas that aren't set", standby(group, binding, service, deployment), at],
    ["a node group without a size", standby(group, binding, service, leaderSet("chat-green-1", null)), at],
    [
      "a scaler aimed at another name",
      standby(group, binding, service, deployment, aimed({ name: "chat-red" })),
      at,
    ],
    [
      "a scaler aimed at another kind",
      standby(group, binding, service, deployment, aimed({ name: "chat-green", kind: "StatefulSet" })),
      at,
    ],
    [
      "a scaler aimed at an unknown name",
      standby(group, binding, service, own(2), aimed({ name: unknown })),
      [...at, "chat-blue#replicas"],
    ],
    ["a scaler in another namespace", standby(group, binding, service, deployment, moved(scaler)), at],
    ["two scalers", standby(...green.all, hpa({ minReplicas: 1 })), at],
    [
      "a single Pod",
      standby(group, binding, service, {
        ...deployment,
        type: "kubernetes:core/v1:Pod",
        props: {
          metadata: {
            name: "chat-green",
            namespace: "models",
            labels: { "gantry.dev/model": "chat", "gantry.dev/colour": "chat-green" },
          },
          spec: {},
        },
      }),
      at,
    ],
    ["no binding", standby(group, service, deployment, scaler), at],
    ["a binding to the other group", standby(...slot({ name: "chat-green", bindsTo: [blue.group] }).all), at],
    [
      "a binding to either group",
      standby(...slot({ name: "chat-green", bindsTo: [blue.group, group] }).all),
      at,
    ],
    ["a binding to a group outside the stack", standby(...slot({ name: "chat-green", bindsTo: [] }).all), at],
    ["a Service in another namespace", standby(group, binding, moved(service), deployment, scaler), at],
    [
      "a workload in another namespace",
      standby(group, binding, service, moved(deployment), moved(scaler)),
      at,
    ],
    [
      "a selector that is unknown",
      standby(
        group,
        binding,
        { ...service, props: withField(service.props, "spec.selector", unknown) },
        deployment,
        scaler,
      ),
      at,
    ],
    ["labels that are unknown", standby(...slot({ name: "chat-green", labels: unknown }).all), at],
    [
      "a standby that only a canary reaches",
      [
        loadBalancer,
        listener,
        listenerRule([[blue.group, 100]]),
        listenerRule([[green.group, 100]], { name: "chat-canary" }),
        ...blue.all,
        group,
        binding,
        service,
        own(0),
      ],
      at,
    ],
    [
      "a standby of a listener's default",
      [
        loadBalancer,
        {
          ...listener,
          props: { defaultActions: [{ type: "forward", targetGroupArn: unknown }] },
          behind: { defaultActions: [group] },
        },
        group,
      ],
      at,
    ],
    ["both slots", [...front, blue.group, group], ["chat-blue#replicas", ...at]],
    ["a group outside the stack", [...front, ...blue.all], ["chat-live#actions"]],
    [
      "actions that are unknown",
      [
        loadBalancer,
        listener,
        { ...live, props: withField(live.props, "actions", unknown) },
        ...blue.all,
        group,
        binding,
        service,
        own(0),
      ],
      at,
    ],
    [
      "actions that are unknown and hang on nothing",
      [loadBalancer, listener, { ...live, props: withField(live.props, "actions", unknown), behind: {} }],
      ["chat-live#actions"],
    ],
    ["another model that may sleep", scaled(0), at, { config: { idleModels: ["code"] } }],
    [
      "a model that may sleep beside one that may not, behind one group",
      standby(
        group,
        binding,
        { ...service, props: withField(service.props, "spec.selector", colour) },
        own(0),
        {
          ...own(0),
          name: "code-green",
          props: withField(
            withField(own(0).props, "metadata.name", "code-green"),
            "spec.template.metadata.labels",
            { ...colour, "gantry.dev/model": "code" },
          ),
        },
      ),
      at,
      sleeping,
    ],
    ["a model that may sleep, but is not there", standby(group), at, sleeping],
    [
      "an illegal configuration",
      standby(...green.all),
      ["stack#configuration.idleModels"],
      { config: { idleModels: ["*"] } },
    ],
  ],
});

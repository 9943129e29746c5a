import { isObject, type Properties, type Wire } from "../../../scripts/plan/wire.ts";
import { container, type Mistake, ofModels, pod, set } from "../mutations.ts";

/** The standby of the one environment that has two slots. */
const isStandby: Mistake["where"] = (_, { name }) => name === "chat-green";
const withFlag = (flag: string) => (args: Wire) => [...(args as readonly Wire[]), flag] as Wire;

/** What can be wrong on the way from a load balancer to the pods. */
export const trafficMistakes: readonly Mistake[] = [
  {
    what: "clients that stay",
    type: ":ListenerRule",
    path: "actions.*.forward.stickiness",
    becomes: set({ enabled: true, duration: 86_400 }),
    caughtBy: ["forward-weights-valid"],
  },
  {
    what: "two ways to say where to",
    type: ":ListenerRule",
    path: "actions.*.targetGroupArn",
    becomes: set("arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/other/1"),
    caughtBy: ["forward-weights-valid"],
  },
  {
    what: "a second forward",
    type: ":ListenerRule",
    path: "actions",
    becomes: (actions) => [...(actions as readonly Wire[]), ...(actions as readonly Wire[])],
    caughtBy: ["forward-weights-valid"],
  },
  {
    what: "a target group from elsewhere",
    type: ":ListenerRule",
    path: "actions.*.forward.targetGroups.*.arn",
    becomes: set("arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/other/1"),
    caughtBy: ["standby-slot-warm"],
  },
  {
    what: "a slow health check",
    type: ":TargetGroup",
    path: "healthCheck.interval",
    becomes: set(300),
    caughtBy: ["target-group-health-check"],
  },
  {
    what: "a scaler that is paused",
    type: ":ScaledObject",
    path: "metadata.annotations",
    becomes: set({ "autoscaling.keda.sh/paused-replicas": "0" }),
    caughtBy: ["standby-slot-warm"],
  },
  {
    what: "no replica when idle",
    type: ":ScaledObject",
    path: "spec.idleReplicaCount",
    becomes: set(0),
    caughtBy: ["standby-slot-warm"],
  },
  {
    what: "another name for the standby",
    type: "v1:Deployment",
    path: `${container}.args`,
    where: isStandby,
    becomes: withFlag("--served-model-name=other"),
    caughtBy: ["slots-serve-same-contract"],
  },
  {
    what: "a shorter context on the standby",
    type: "v1:Deployment",
    path: `${container}.args`,
    where: isStandby,
    becomes: withFlag("--max-model-len=1024"),
    caughtBy: ["slots-serve-same-contract"],
  },
  {
    what: "a release id cut short",
    type: "v1:Deployment",
    path: "spec.template.metadata.annotations",
    where: ofModels,
    becomes: (annotations) => ({ ...(annotations as Properties), "gantry.dev/release-id": "4da05a8" }),
    caughtBy: ["slot-release-evaluated"],
  },
  {
    what: "a shell around the wait",
    type: "v1:Deployment",
    path: `${container}.lifecycle.preStop`,
    becomes: set({ exec: { command: ["sh", "-c", "sleep 30"] } }),
    caughtBy: ["grace-period-covers-drain"],
  },
  {
    what: "pods under another label",
    type: "v1:Deployment",
    path: "spec.template.metadata.labels",
    where: ofModels,
    becomes: (labels) => ({ ...(labels as Properties), "gantry.dev/colour": "red" }),
    caughtBy: ["references-resolve", "standby-slot-warm"],
  },
  {
    what: "a key that isn't created",
    type: "v1:Deployment",
    path: `${container}.env.*.valueFrom.secretKeyRef`,
    where: (reference) => isObject(reference) && reference.optional !== true,
    becomes: (reference) => ({ ...(reference as Properties), name: "nobody" }),
    caughtBy: ["references-resolve"],
  },
  {
    what: "a binding to a port that isn't there",
    type: ":TargetGroupBinding",
    path: "spec.serviceRef.port",
    becomes: set("web"),
    caughtBy: ["references-resolve"],
  },
  {
    what: "a budget that spares the only one",
    type: ":PodDisruptionBudget",
    path: "spec",
    becomes: (spec) => ({ ...(spec as Properties), maxUnavailable: null, minAvailable: 1 }),
    caughtBy: ["workload-has-disruption-budget"],
  },
  {
    what: "all replicas in one zone",
    type: "v1:Deployment",
    path: `${pod}.topologySpreadConstraints`,
    caughtBy: ["workload-spread"],
  },
];

import { type Properties, unknown, type Wire } from "../../scripts/plan/wire.ts";
import type { Given } from "../support/policy.ts";
import { targetGroup } from "./target-group.ts";
import { engine } from "./workload.ts";

const namespace = "models";

export interface SlotGiven {
  readonly name?: string;
  /** The target group that pods are bound to, if another than the slot's own. */
  readonly bindsTo?: readonly Given[];
  readonly labels?: Wire;
  /** Above the pods. */
  readonly workload?: Properties;
  readonly annotations?: Wire;
  readonly pod?: Properties;
  readonly scaler?: Properties;
}

export type Slot = ReturnType<typeof slot>;

/** A slot of a model as its component makes it: target group, binding, Service, Deployment and scaler. */
export function slot({
  name = "chat-blue",
  labels = { "gantry.dev/model": "chat", "gantry.dev/colour": name },
  ...given
}: SlotGiven = {}) {
  const metadata = { name, namespace };
  const group = targetGroup(undefined, name);
  const binding: Given = {
    type: "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding",
    name,
    props: {
      metadata,
      spec: { serviceRef: { name, port: "http" }, targetGroupARN: unknown, targetType: "ip" },
    },
    behind: { spec: given.bindsTo ?? [group] },
  };
  const service: Given = {
    type: "kubernetes:core/v1:Service",
    name,
    props: {
      metadata: { ...metadata, labels },
      spec: { selector: labels, ports: [{ name: "http", port: 8000, targetPort: "http" }] },
    },
  };
  const deployment: Given = {
    type: "kubernetes:apps/v1:Deployment",
    name,
    props: {
      metadata,
      spec: {
        template: {
          metadata: { labels, ...(given.annotations !== undefined && { annotations: given.annotations }) },
          spec: { containers: [{ ...engine, ports: [{ name: "http", containerPort: 8000 }] }], ...given.pod },
        },
        ...given.workload,
      },
    },
  };
  const scaler: Given = {
    type: "kubernetes:keda.sh/v1alpha1:ScaledObject",
    name,
    props: {
      metadata,
      spec: { scaleTargetRef: { name }, minReplicaCount: 1, maxReplicaCount: 4, ...given.scaler },
    },
  };
  const all: readonly Given[] = [group, binding, service, deployment, scaler];
  return { group, binding, service, deployment, scaler, all };
}

export const loadBalancer: Given = {
  type: "aws:lb/loadBalancer:LoadBalancer",
  name: "serving",
  props: { internal: true, idleTimeout: 360 },
};
export const listener: Given = {
  type: "aws:lb/listener:Listener",
  name: "serving",
  props: { loadBalancerArn: unknown, defaultActions: [{ type: "fixed-response" }] },
  behind: { loadBalancerArn: [loadBalancer] },
};

/** A rule of the listener that shares the requests for one host. */
export function listenerRule(
  weights: readonly (readonly [group: Given, weight: Wire, arn?: Wire])[],
  { name = "chat-live", host = "chat.models.internal", conditions = [] as readonly Wire[] } = {},
): Given {
  const targetGroups = weights.map(([, weight, arn = unknown]) => ({ arn, weight }));
  return {
    type: "aws:lb/listenerRule:ListenerRule",
    name,
    props: {
      listenerArn: unknown,
      actions: [{ type: "forward", forward: { targetGroups } }],
      conditions: [{ hostHeader: { values: [host] } }, ...conditions],
    },
    behind: { listenerArn: [listener], actions: weights.map(([group]) => group) },
  };
}

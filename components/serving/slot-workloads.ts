import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type * as pulumi from "@pulumi/pulumi";
import { scaledObject } from "./autoscaling.ts";
import { enginePod, type PodArgs } from "./pod.ts";
import type { Release } from "./release.ts";
import { groupPolicy, replicaGroup } from "./replica-group.ts";
import { shapeText } from "./shape-annotation.ts";
import type { SlotArgs, SlotParent } from "./slot-args.ts";

type Resources = readonly pulumi.Resource[];

/**
 * Makes a slot's pods with their autoscaler and disruption budget.
 * @param gates what has to be there before pods can become ready
 * @returns the workloads, ready
 */
export function slotWorkloads(slot: SlotParent, name: string, args: SlotArgs, gates: Resources): Resources {
  const workloads =
    args.placement.nodes === 1
      ? [createDeployment(slot, name, args, gates)]
      : createReplicaGroups(slot, name, args, gates);
  createDisruptionBudget(slot, name, args);
  return workloads;
}

function createDeployment(slot: SlotParent, name: string, args: SlotArgs, gates: Resources): Deployment {
  const { release, placement, serving, replicas } = args;
  const labels = podLabels(slot, release);
  const deployment = new Deployment(
    name,
    {
      metadata: { name, namespace: serving.namespace, labels, annotations: accepted(args) },
      spec: {
        // A new slot is ready with its minimum, since a switch in the same update waits for nothing else.
        replicas: replicas.min,
        selector: { matchLabels: slot.labels },
        progressDeadlineSeconds: placement.progressDeadlineSeconds,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels, annotations: releaseAnnotations(slot.releaseId, release) },
          spec: enginePod(pod(slot, args)),
        },
      },
    },
    // From then on the count is the autoscaler's.
    { ...workloadOptions(slot, args, gates), ignoreChanges: ["spec.replicas"] },
  );
  createScaler(slot, name, args, deployment);
  return deployment;
}

/** Replicas over two nodes each, started and replaced one after another. */
function createReplicaGroups(
  slot: SlotParent,
  name: string,
  args: SlotArgs,
  gates: Resources,
): CustomResource[] {
  const { release, serving, replicas } = args;
  const policy = new NetworkPolicy(
    `${name}-group`,
    { metadata: { name: `${name}-group`, namespace: serving.namespace }, spec: groupPolicy(slot.labels) },
    { parent: slot, dependsOn: [...serving.namespaceReady] },
  );
  const groups: CustomResource[] = [];
  for (let index = 1; index <= replicas.min; index++) {
    const group = replicaGroup({
      name: `${name}-${index}`,
      namespace: serving.namespace,
      podLabels: podLabels(slot, release),
      podAnnotations: releaseAnnotations(slot.releaseId, release),
      annotations: accepted(args),
      pod: pod(slot, args),
    });
    const waits = [...gates, policy, ...serving.controllers.groups, ...groups.slice(-1)];
    groups.push(new CustomResource(`${name}-${index}`, group, workloadOptions(slot, args, waits)));
  }
  return groups;
}

function workloadOptions(
  slot: SlotParent,
  { serving, nodePool, placement }: SlotArgs,
  gates: Resources,
): pulumi.CustomResourceOptions {
  const seconds = `${placement.rolloutSeconds}s`;
  return {
    parent: slot,
    dependsOn: [...serving.namespaceReady, ...serving.credentials, nodePool, ...gates],
    customTimeouts: { create: seconds, update: seconds },
  };
}

function createDisruptionBudget(slot: SlotParent, name: string, { serving }: SlotArgs): PodDisruptionBudget {
  return new PodDisruptionBudget(
    name,
    {
      metadata: { name, namespace: serving.namespace, labels: slot.labels },
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: slot.labels },
      },
    },
    { parent: slot, dependsOn: [...serving.namespaceReady] },
  );
}

function createScaler(
  slot: SlotParent,
  name: string,
  args: SlotArgs,
  deployment: Deployment,
): CustomResource {
  return new CustomResource(
    name,
    scaledObject({
      name,
      namespace: args.serving.namespace,
      labels: slot.labels,
      replicas: args.replicas,
      servedNames: args.servedNames,
      prometheusAddress: args.serving.prometheusAddress,
      signals: args.placement.engine.signals({
        series: `model="${args.model}",colour="${args.colour}"`,
        name,
        concurrentSequences: args.release.limits.concurrentSequences,
      }),
    }),
    { parent: slot, dependsOn: [args.serving.controllers.autoscaler, deployment] },
  );
}

function podLabels(slot: SlotParent, release: Release): Record<string, string> {
  return {
    ...slot.labels,
    "app.kubernetes.io/name": release.engine.kind,
    "app.kubernetes.io/version": release.engine.version,
    "gantry.dev/release": slot.releaseId.slice(0, 12),
    ...(release.model.source === "hub" && { "gantry.dev/source": "hub" }),
  };
}

function pod(slot: SlotParent, { release, placement, serving }: SlotArgs): PodArgs {
  return {
    ...placement,
    labels: slot.labels,
    image: release.engine.image,
    serviceAccount: serving.serviceAccount,
  };
}

/** Differences that were accepted, for the policies; on the workload, so that no pod is replaced for it. */
function accepted({ accepts }: SlotArgs): Record<string, string> {
  return accepts.length === 0 ? {} : { "gantry.dev/accepts": accepts.join(",") };
}

/** The pods' labels and annotations, by which logs, metrics and policies distinguish releases. */
function releaseAnnotations(id: string, release: Release): Record<string, string> {
  const { servedName, evaluation } = release;
  return {
    "gantry.dev/release-id": id,
    "gantry.dev/model-shape": shapeText(release),
    "gantry.dev/served-name": servedName,
    ...(evaluation && {
      "gantry.dev/evaluated-release-id": evaluation.releaseId.replace("sha256:", ""),
      "gantry.dev/evaluation-score": String(evaluation.score),
      "gantry.dev/evaluation-suite": evaluation.suite,
    }),
  };
}

import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import * as pulumi from "@pulumi/pulumi";
import { scaledObject } from "./autoscaling.ts";
import type { ContractTerm } from "./contract.ts";
import { enginePort } from "./engine.ts";
import { ruleArgs } from "./listener-rule.ts";
import type { Placement } from "./placement.ts";
import { enginePod, type PodArgs } from "./pod.ts";
import { type Release, releaseId } from "./release.ts";
import { groupPolicy, replicaGroup, roleLabel } from "./replica-group.ts";
import type { Serving } from "./serving.ts";
import { shapeText } from "./shape-annotation.ts";
import type { Colour, TrafficRule } from "./traffic.ts";

export interface SlotArgs {
  readonly model: string;
  readonly colour: Colour;
  readonly release: Release;
  /** Where replicas run, and what each may take there. */
  readonly placement: Placement;
  /** The pool's NodePool: it has to be there before its pods, and go after them. */
  readonly nodePool: pulumi.Resource;
  /** None as the fewest: the slot scales to zero while there are no requests. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** Names that clients ask for when they mean the model. */
  readonly servedNames: readonly string[];
  /** In what it may differ from the other slot. */
  readonly accepts: readonly ContractTerm[];
  /** The rule for the slot's own host. */
  readonly directRule: TrafficRule;
  readonly priority: number;
  readonly serving: Serving;
  readonly listenerArn: pulumi.Input<string>;
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
}

/** One colour of a model: a release, running, behind its own target group. Nothing in it depends on who is live. */
export class Slot extends pulumi.ComponentResource {
  readonly targetGroupArn: pulumi.Output<string>;
  /** SHA-256 of the release, 64 hex digits. */
  readonly releaseId: string;
  /** The slot's pods, ready. */
  readonly workloads: readonly pulumi.Resource[];

  private readonly labels: Record<string, string>;

  constructor(name: string, args: SlotArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gantry:serving:Slot", name, {}, opts);
    this.releaseId = releaseId(args.release);
    this.labels = { "gantry.dev/model": args.model, "gantry.dev/colour": args.colour };

    const targetGroup = this.createTargetGroup(name, args);
    const directRule = this.createDirectRule(name, args, targetGroup);
    const service = this.createService(name, args);
    const binding = this.createBinding(name, args, targetGroup, service);
    // The pods become ready only when the weights are there and the load balancer finds them healthy.
    const staged = args.release.model.source === "hub" ? [] : [args.serving.store.stage(args.release)];
    const gates = [directRule, binding, ...staged];
    this.workloads =
      args.placement.nodes === 1
        ? [this.createDeployment(name, args, gates)]
        : this.createReplicaGroups(name, args, gates);
    this.createDisruptionBudget(name, args);

    this.targetGroupArn = targetGroup.arn;
    this.registerOutputs({});
  }

  private createTargetGroup(name: string, { serving, placement }: SlotArgs): TargetGroup {
    return new TargetGroup(
      name,
      {
        vpcId: serving.vpcId,
        targetType: "ip",
        protocol: "HTTP",
        port: enginePort,
        deregistrationDelay: placement.times.deregistrationSeconds,
        loadBalancingAlgorithmType: "least_outstanding_requests",
        healthCheck: {
          enabled: true,
          path: placement.engine.healthPath,
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      { parent: this },
    );
  }

  private createDirectRule(name: string, args: SlotArgs, targetGroup: TargetGroup): ListenerRule {
    const groups = { [args.colour]: targetGroup.arn };
    return new ListenerRule(
      `${name}-direct`,
      { listenerArn: args.listenerArn, priority: args.priority, ...ruleArgs(args.directRule, groups) },
      { parent: this },
    );
  }

  private createService(name: string, { serving, placement }: SlotArgs): Service {
    return new Service(
      name,
      {
        metadata: { name, namespace: serving.namespace, labels: this.labels },
        spec: {
          type: "ClusterIP",
          selector: { ...this.labels, ...(placement.nodes > 1 && { [roleLabel]: "leader" }) },
          ports: [{ name: "http", port: enginePort, targetPort: "http" }],
        },
      },
      { parent: this, dependsOn: [...serving.namespaceReady] },
    );
  }

  private createBinding(
    name: string,
    args: SlotArgs,
    targetGroup: TargetGroup,
    service: Service,
  ): CustomResource {
    return new CustomResource(
      name,
      {
        apiVersion: "elbv2.k8s.aws/v1beta1",
        kind: "TargetGroupBinding",
        metadata: { name, namespace: args.serving.namespace, labels: this.labels },
        spec: {
          serviceRef: { name, port: "http" },
          targetGroupARN: targetGroup.arn,
          targetType: "ip",
          networking: {
            ingress: [
              {
                from: [{ securityGroup: { groupID: args.loadBalancerSecurityGroupId } }],
                ports: [{ port: enginePort, protocol: "TCP" }],
              },
            ],
          },
        },
      },
      {
        parent: this,
        dependsOn: [...args.serving.namespaceReady, args.serving.controllers.loadBalancer, service],
      },
    );
  }

  private createDeployment(name: string, args: SlotArgs, gates: pulumi.Resource[]): Deployment {
    const { release, placement, serving, replicas } = args;
    const labels = this.podLabels(release);
    const deployment = new Deployment(
      name,
      {
        metadata: { name, namespace: serving.namespace, labels, annotations: accepted(args) },
        spec: {
          // A new slot is ready with its minimum, since a switch in the same update waits for nothing else.
          replicas: replicas.min,
          selector: { matchLabels: this.labels },
          progressDeadlineSeconds: placement.progressDeadlineSeconds,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: {
            metadata: { labels, annotations: releaseAnnotations(this.releaseId, release) },
            spec: enginePod(this.pod(args)),
          },
        },
      },
      // From then on the count is the autoscaler's.
      { ...this.workloadOptions(args, gates), ignoreChanges: ["spec.replicas"] },
    );
    this.createScaler(name, args, deployment);
    return deployment;
  }

  /** Replicas over two nodes each, started and replaced one after another. */
  private createReplicaGroups(name: string, args: SlotArgs, gates: pulumi.Resource[]): CustomResource[] {
    const { release, serving, replicas } = args;
    const policy = new NetworkPolicy(
      `${name}-group`,
      { metadata: { name: `${name}-group`, namespace: serving.namespace }, spec: groupPolicy(this.labels) },
      { parent: this, dependsOn: [...serving.namespaceReady] },
    );
    const groups: CustomResource[] = [];
    for (let index = 1; index <= replicas.min; index++) {
      const group = replicaGroup({
        name: `${name}-${index}`,
        namespace: serving.namespace,
        podLabels: this.podLabels(release),
        podAnnotations: releaseAnnotations(this.releaseId, release),
        annotations: accepted(args),
        pod: this.pod(args),
      });
      const waits = [...gates, policy, ...serving.controllers.groups, ...groups.slice(-1)];
      groups.push(new CustomResource(`${name}-${index}`, group, this.workloadOptions(args, waits)));
    }
    return groups;
  }

  private podLabels(release: Release): Record<string, string> {
    return {
      ...this.labels,
      "app.kubernetes.io/name": release.engine.kind,
      "app.kubernetes.io/version": release.engine.version,
      "gantry.dev/release": this.releaseId.slice(0, 12),
      ...(release.model.source === "hub" && { "gantry.dev/source": "hub" }),
    };
  }

  private pod({ release, placement, serving }: SlotArgs): PodArgs {
    return {
      ...placement,
      labels: this.labels,
      image: release.engine.image,
      serviceAccount: serving.serviceAccount,
    };
  }

  private workloadOptions(
    { serving, nodePool, placement }: SlotArgs,
    gates: readonly pulumi.Resource[],
  ): pulumi.CustomResourceOptions {
    const seconds = `${placement.rolloutSeconds}s`;
    return {
      parent: this,
      dependsOn: [...serving.namespaceReady, ...serving.credentials, nodePool, ...gates],
      customTimeouts: { create: seconds, update: seconds },
    };
  }

  private createDisruptionBudget(name: string, { serving }: SlotArgs): PodDisruptionBudget {
    return new PodDisruptionBudget(
      name,
      {
        metadata: { name, namespace: serving.namespace, labels: this.labels },
        spec: {
          maxUnavailable: 1,
          unhealthyPodEvictionPolicy: "AlwaysAllow",
          selector: { matchLabels: this.labels },
        },
      },
      { parent: this, dependsOn: [...serving.namespaceReady] },
    );
  }

  private createScaler(name: string, args: SlotArgs, deployment: Deployment): CustomResource {
    return new CustomResource(
      name,
      scaledObject({
        name,
        namespace: args.serving.namespace,
        labels: this.labels,
        replicas: args.replicas,
        servedNames: args.servedNames,
        prometheusAddress: args.serving.prometheusAddress,
        signals: args.placement.engine.signals({
          series: `model="${args.model}",colour="${args.colour}"`,
          name,
          concurrentSequences: args.release.limits.concurrentSequences,
        }),
      }),
      { parent: this, dependsOn: [args.serving.controllers.autoscaler, deployment] },
    );
  }
}

/** Differences that were accepted, for the policies; on the workload, so that no pod is replaced for it. */
function accepted({ accepts }: SlotArgs): Record<string, string> {
  return accepts.length === 0 ? {} : { "gantry.dev/accepts": accepts.join(",") };
}

/** What the pods say of themselves, so that logs, metrics and policies can tell releases apart. */
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

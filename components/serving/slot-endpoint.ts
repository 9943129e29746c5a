import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Service } from "@pulumi/kubernetes/core/v1/service.js";
import type * as pulumi from "@pulumi/pulumi";
import { enginePort } from "./engine.ts";
import { ruleArgs } from "./listener-rule.ts";
import { roleLabel } from "./replica-group.ts";
import type { SlotArgs, SlotParent } from "./slot-args.ts";

/** A slot's target group and Service. */
export interface SlotEndpoint {
  readonly targetGroup: TargetGroup;
  /** Pods become ready only when the load balancer finds them healthy, for which these are there first. */
  readonly gates: readonly pulumi.Resource[];
}

/** Makes a slot's target group with the rule for its own host, its service, and the binding of both. */
export function slotEndpoint(slot: SlotParent, name: string, args: SlotArgs): SlotEndpoint {
  const targetGroup = createTargetGroup(slot, name, args);
  const directRule = createDirectRule(slot, name, args, targetGroup);
  const service = createService(slot, name, args);
  return { targetGroup, gates: [directRule, createBinding(slot, name, args, { targetGroup, service })] };
}

function createTargetGroup(slot: SlotParent, name: string, { serving, placement }: SlotArgs): TargetGroup {
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
    { parent: slot },
  );
}

function createDirectRule(
  slot: SlotParent,
  name: string,
  args: SlotArgs,
  targetGroup: TargetGroup,
): ListenerRule {
  const groups = { [args.colour]: targetGroup.arn };
  return new ListenerRule(
    `${name}-direct`,
    { listenerArn: args.listenerArn, priority: args.priority, ...ruleArgs(args.directRule, groups) },
    { parent: slot },
  );
}

function createService(slot: SlotParent, name: string, { serving, placement }: SlotArgs): Service {
  return new Service(
    name,
    {
      metadata: { name, namespace: serving.namespace, labels: slot.labels },
      spec: {
        type: "ClusterIP",
        selector: { ...slot.labels, ...(placement.nodes > 1 && { [roleLabel]: "leader" }) },
        ports: [{ name: "http", port: enginePort, targetPort: "http" }],
      },
    },
    { parent: slot, dependsOn: [...serving.namespaceReady] },
  );
}

function createBinding(
  slot: SlotParent,
  name: string,
  args: SlotArgs,
  { targetGroup, service }: { readonly targetGroup: TargetGroup; readonly service: Service },
): CustomResource {
  return new CustomResource(
    name,
    {
      apiVersion: "elbv2.k8s.aws/v1beta1",
      kind: "TargetGroupBinding",
      metadata: { name, namespace: args.serving.namespace, labels: slot.labels },
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
      parent: slot,
      dependsOn: [...args.serving.namespaceReady, args.serving.controllers.loadBalancer, service],
    },
  );
}

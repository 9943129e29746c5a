import { hex } from "../cloud.ts";
import { list, record, text } from "../values.ts";
import type { Kind } from "./kind.ts";

export const loadBalancingKinds: Readonly<Record<string, Kind>> = {
  "aws:lb/loadBalancer:LoadBalancer": {
    autoName: ["name", 32],
    once: ({ name }) => text(name),
    replacedBy: ["internal", "loadBalancerType", "name"],
    defaults: {
      clientKeepAlive: 3600,
      enableCrossZoneLoadBalancing: false,
      enableHttp2: true,
      enableWafFailOpen: false,
      enableXffClientPort: false,
      preserveHostHeader: false,
      xffHeaderProcessingMode: "append",
    },
    made: ({ name, internal }, place) => {
      const suffix = `app/${name}/${hex(16)}`;
      const arn = place.arn("elasticloadbalancing", `loadbalancer/${suffix}`);
      return {
        id: arn,
        arn,
        arnSuffix: suffix,
        dnsName: `${internal === true ? "internal-" : ""}${name}-123456789.${place.region}.elb.amazonaws.com`,
        zoneId: "Z35SXDOTRQ7X7K",
        vpcId: "vpc-0",
        namePrefix: "",
      };
    },
    shown: (balancer) => ({
      accessLogs: balancer.accessLogs ?? { bucket: "", enabled: false, prefix: "" },
      connectionLogs: { bucket: "", enabled: false, prefix: "" },
      ipAddressType: balancer.ipAddressType ?? "ipv4",
      subnetMappings: list(balancer.subnets).map((subnetId) => ({
        subnetId,
        allocationId: "",
        ipv6Address: "",
        privateIpv4Address: "",
      })),
    }),
    protects: ({ enableDeletionProtection }) =>
      enableDeletionProtection === true
        ? "OperationNotPermitted: load balancer cannot be deleted because deletion protection is enabled"
        : undefined,
    minutes: [3, 1],
  },
  "aws:lb/targetGroup:TargetGroup": {
    autoName: ["name", 32],
    once: ({ name }) => text(name),
    replacedBy: ["ipAddressType", "name", "port", "protocol", "protocolVersion", "targetType", "vpcId"],
    defaults: { lambdaMultiValueHeadersEnabled: false, proxyProtocolV2: false, slowStart: 0 },
    made: ({ name }, place) => {
      const arnSuffix = `targetgroup/${name}/${hex(16)}`;
      const arn = place.arn("elasticloadbalancing", arnSuffix);
      return { id: arn, arn, arnSuffix, namePrefix: "", loadBalancerArns: [] };
    },
    shown: (group) => ({
      healthCheck: { port: "traffic-port", protocol: "HTTP", ...record(group.healthCheck) },
      ipAddressType: group.ipAddressType ?? "ipv4",
      loadBalancingAnomalyMitigation: "off",
      loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
      protocolVersion: group.protocolVersion ?? "HTTP1",
      stickiness: group.stickiness ?? {
        cookieDuration: 86400,
        cookieName: "",
        enabled: false,
        type: "lb_cookie",
      },
      targetGroupHealth: {
        dnsFailover: { minimumHealthyTargetsCount: "1", minimumHealthyTargetsPercentage: "off" },
        unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: "off" },
      },
    }),
    heldBy: ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"],
  },
  "aws:lb/listener:Listener": {
    once: ({ loadBalancerArn, port }) => `${loadBalancerArn} ${port}`,
    replacedBy: ["loadBalancerArn"],
    made: ({ loadBalancerArn }) => {
      const arn = `${text(loadBalancerArn).replace(":loadbalancer/", ":listener/")}/${hex(16)}`;
      return { id: arn, arn };
    },
    shown: (listener) => ({
      sslPolicy: listener.sslPolicy ?? "",
      certificateArn: listener.certificateArn ?? "",
      routingHttpResponseServerEnabled: true,
      defaultActions: list(listener.defaultActions).map((action) => ({
        order: 1,
        targetGroupArn: "",
        ...record(action),
      })),
    }),
  },
  "aws:lb/listenerRule:ListenerRule": {
    once: ({ listenerArn, priority }) => `${listenerArn} ${priority}`,
    replacedBy: ["listenerArn"],
    made: ({ listenerArn }) => {
      const arn = `${text(listenerArn).replace(":listener/", ":listener-rule/")}/${hex(16)}`;
      return { id: arn, arn };
    },
    shown: ({ actions, conditions }) => ({
      actions: list(actions).map((action) => {
        const { forward, ...others } = record(action);
        if (forward === undefined) return { order: 1, ...others };
        return {
          order: 1,
          ...others,
          forward: { stickiness: { duration: 0, enabled: false }, ...record(forward) },
        };
      }),
      // A set has no order of its own.
      conditions: [...list(conditions)].reverse(),
    }),
  },
};

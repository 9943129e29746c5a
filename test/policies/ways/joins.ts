import type { Wire } from "../../../scripts/plan/wire.ts";
import { changed, type Way } from "./way.ts";

const deployment = "apps/v1:Deployment";
const engine = "spec.template.spec.containers.*";
const flag = (text: string) => (args: Wire) => [...(args as readonly Wire[]), text] as Wire;
const asks = ["engine-answers-where-asked"];
const replace = (from: string | RegExp, to: string) => (value: Wire) => String(value).replace(from, to);

const first = (count: number) => (value: Wire) =>
  (Array.isArray(value) ? value.slice(0, count) : value) as Wire;

/** Objects that don't fit together, each of them right by itself. */
export const joins: readonly Way[] = [
  ...changed("the engine's port and host", asks, {
    "another port": [deployment, `${engine}.args`, flag("--port=9000")],
    "a port with a space": [
      deployment,
      `${engine}.args`,
      (args) => [...(args as readonly Wire[]), "--port", "8001"] as Wire,
    ],
    "its own pod alone": [deployment, `${engine}.args`, flag("--host=127.0.0.1")],
    "a name of its own": [deployment, `${engine}.args`, flag("--host=localhost")],
    "another container port": [deployment, `${engine}.ports.0.containerPort`, 8080],
    "a socket in place of a port": [deployment, `${engine}.args`, flag("--uds=/tmp/vllm.sock")],
  }),
  ...changed("probes of an engine", ["engine-answers-where-asked", "container-probes-set"], {
    "another path": [deployment, `${engine}.readinessProbe.httpGet.path`, "/healthz"],
    "the root": [deployment, `${engine}.readinessProbe.httpGet.path`, "/"],
    "a route with a key": [deployment, `${engine}.readinessProbe.httpGet.path`, "/v1/models"],
    "no path": [deployment, `${engine}.readinessProbe.httpGet.path`, null],
    "another port": [deployment, `${engine}.readinessProbe.httpGet.port`, 8080],
    "another path at the start": [deployment, `${engine}.startupProbe.httpGet.path`, "/ready"],
  }),
  ...changed(
    "the load balancer's security group",
    ["load-balancer-reaches-targets", "references-resolve", "engine-reachable"],
    {
      "no way out": ["ec2/securityGroup:SecurityGroup", "egress", []],
      "another port out": ["ec2/securityGroup:SecurityGroup", "egress.*.fromPort", 9000],
      "a range of ports that ends before": ["ec2/securityGroup:SecurityGroup", "egress.*.toPort", 7999],
      "another protocol": ["ec2/securityGroup:SecurityGroup", "egress.*.protocol", "udp"],
      "the pods' port in the binding": [
        ":TargetGroupBinding",
        "spec.networking.ingress.*.ports.*.port",
        9000,
      ],
      "the listener's port": ["lb/listener:Listener", "port", 8443],
    },
  ),
  ...changed("targets that answer otherwise", ["target-group-health-check"], {
    "with TLS": ["lb/targetGroup:TargetGroup", "protocol", "HTTPS"],
    "in frames of gRPC": ["lb/targetGroup:TargetGroup", "protocolVersion", "GRPC"],
    "at their nodes": ["lb/targetGroup:TargetGroup", "targetType", "instance"],
    "at another port when checked": ["lb/targetGroup:TargetGroup", "healthCheck.port", "9000"],
    "with TLS when checked": ["lb/targetGroup:TargetGroup", "healthCheck.protocol", "HTTPS"],
  }),
  ...changed("a way out to the weights", ["weights-reachable"], {
    none: [":NetworkPolicy", "spec.egress", first(1)],
    "another port": [":NetworkPolicy", "spec.egress.1.ports.0.port", 8443],
    "another protocol": [":NetworkPolicy", "spec.egress.1.ports.0.protocol", "UDP"],
    "no agent": [":NetworkPolicy", "spec.egress", first(2)],
    "another agent": [":NetworkPolicy", "spec.egress.2.to.0.ipBlock.cidr", "169.254.169.254/32"],
  }),
  ...changed("the key inside a Secret", ["references-resolve"], {
    "another key": [deployment, `${engine}.env.0.valueFrom.secretKeyRef.key`, "token"],
    "no key": [deployment, `${engine}.env.0.valueFrom.secretKeyRef.key`, null],
    "a key in capitals": [deployment, `${engine}.env.0.valueFrom.secretKeyRef.key`, "KEY"],
    "another Secret": [deployment, `${engine}.env.0.valueFrom.secretKeyRef.name`, "grafana-admin"],
    "a key that the ExternalSecret renames": [":ExternalSecret", "spec.data.0.secretKey", "api-key"],
  }),
  ...changed("what a scaler counts", ["scaler-counts-own-model", "autoscaler-fails-safe"], {
    "another model": [
      ":ScaledObject",
      "spec.triggers.0.metadata.query",
      replace(/model="\w+"/, 'model="other"'),
    ],
    "another slot": [
      ":ScaledObject",
      "spec.triggers.0.metadata.query",
      replace('colour="blue"', 'colour="green"'),
    ],
    "every model": [":ScaledObject", "spec.triggers.0.metadata.query", replace(/\{.*\}/, "")],
    "models by a pattern": [
      ":ScaledObject",
      "spec.triggers.0.metadata.query",
      replace(/model="\w+"/, 'model=~".*"'),
    ],
    "all but one": [":ScaledObject", "spec.triggers.0.metadata.query", replace(/model="/, 'model!="')],
    nothing: [":ScaledObject", "spec.triggers", []],
    "a server outside the cluster": [
      ":ScaledObject",
      "spec.triggers.0.metadata.serverAddress",
      "http://metrics.example.com:9090",
    ],
    "the processor's load": [
      ":ScaledObject",
      "spec.triggers",
      [{ type: "cpu", metricType: "Utilization", metadata: { value: "60" } }],
    ],
    "no load at fewer replicas": [":ScaledObject", "spec.idleReplicaCount", 0],
    "nothing while it is paused": [
      ":ScaledObject",
      "metadata.annotations",
      { "autoscaling.keda.sh/paused-replicas": "2" },
    ],
    "a formula of its own": [
      ":ScaledObject",
      "spec.advanced.scalingModifiers",
      { formula: "0", target: "1" },
    ],
    "no replica more": [
      ":ScaledObject",
      "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp",
      { selectPolicy: "Disabled" },
    ],
  }),
  ...changed("a PodMonitor of engines", ["references-resolve"], {
    "another port": [":PodMonitor", "spec.podMetricsEndpoints.*.port", "metrics"],
    "a number": [":PodMonitor", "spec.podMetricsEndpoints.*.port", "8001"],
    "another label": [":PodMonitor", "spec.selector", { matchLabels: { app: "other" } }],
    "a label that pods don't have": [
      ":PodMonitor",
      "spec.selector",
      { matchExpressions: [{ key: "gantry.dev/other", operator: "Exists" }] },
    ],
    "no label": [":PodMonitor", "spec.selector", { matchLabels: { "gantry.dev/model": "" } }],
  }),
  ...changed("what a monitor reads of engines", ["engine-monitored"], {
    "another path": [":PodMonitor", "spec.podMetricsEndpoints.0.path", "/other"],
    "with TLS": [":PodMonitor", "spec.podMetricsEndpoints.0.scheme", "https"],
    "once an hour": [":PodMonitor", "spec.podMetricsEndpoints.0.interval", "1h"],
    "in another namespace": [":PodMonitor", "spec.namespaceSelector", { matchNames: ["default"] }],
    "under one model's name": [
      ":PodMonitor",
      "spec.podMetricsEndpoints.0.relabelings",
      [{ action: "replace", targetLabel: "model", replacement: "x" }],
    ],
    "without a metric": [
      ":PodMonitor",
      "spec.podMetricsEndpoints.0.metricRelabelings",
      [{ action: "drop", regex: ".*", sourceLabels: ["__name__"] }],
    ],
    "up to a few samples": [":PodMonitor", "spec.sampleLimit", 1],
    "at no endpoint": [":PodMonitor", "spec.podMetricsEndpoints", []],
  }),
  ...changed("how engines are replaced", ["rollout-keeps-replicas", "references-resolve"], {
    "all at once": [deployment, "spec.strategy", { type: "Recreate" }],
    "all unavailable": [deployment, "spec.strategy.rollingUpdate.maxUnavailable", "100%"],
    "the only one unavailable": [deployment, "spec.strategy.rollingUpdate.maxUnavailable", 20],
    "not at all": [deployment, "spec.paused", true],
    "by another label": [deployment, "spec.selector", { matchLabels: { app: "other" } }],
  }),
  ...changed("a rule's host and its record", ["rule-host-resolves"], {
    "another name": ["route53/record:Record", "name", "other.models.internal"],
    "another zone": ["route53/record:Record", "name", replace("models.internal", "model.internal")],
    "another host": [
      "lb/listenerRule:ListenerRule",
      "conditions.0.hostHeader.values.0",
      "chat2.models.internal",
    ],
    "a host without a record": [
      "lb/listenerRule:ListenerRule",
      "conditions.0.hostHeader.values.0",
      "missing.models.internal",
    ],
    "callers of one continent": [
      "route53/record:Record",
      "geolocationRoutingPolicies",
      [{ continent: "AN" }],
    ],
    "a share of its callers": ["route53/record:Record", "weightedRoutingPolicies", [{ weight: 1 }]],
    "some addresses": [
      "lb/listenerRule:ListenerRule",
      "conditions.1",
      { sourceIp: { values: ["10.0.0.0/8"] } },
    ],
    "one method": [
      "lb/listenerRule:ListenerRule",
      "conditions.1",
      { httpRequestMethod: { values: ["GET"] } },
    ],
    "a name that begins like it": ["route53/record:Record", "name", (value) => `x${String(value)}`],
  }),
];

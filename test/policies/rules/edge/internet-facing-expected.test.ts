import { internetFacingExpected as rule } from "../../../../policies/rules/edge/internet-facing-expected.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Given } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { balancerWith, serviceOf } from "../../fixtures/edge.ts";

const named = (type: string, props: Given["props"] = {}, name = "web"): Given => ({ type, name, props });
const classic = "aws:elb/loadBalancer:LoadBalancer";
const ingress = "kubernetes:networking.k8s.io/v1:Ingress";
const release = (values: Wire) =>
  named("kubernetes:helm.sh/v3:Release", { chart: "kube-prometheus-stack", values });
const second = ["second#internal"];
const scheme = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" };
const internal = (ingressClassName: string, value: Wire) =>
  named(ingress, {
    metadata: { annotations: { "alb.ingress.kubernetes.io/scheme": value } },
    spec: { ingressClassName },
  });

cases(rule, {
  passes: [
    ["the listed load balancer", balancerWith({})],
    ["an internal one", balancerWith({ internal: true }, "serving")],
    ["a secret", balancerWith({ internal: secret(true) }, "serving")],
    ["a Service inside the cluster", [serviceOf("ClusterIP"), serviceOf(null)]],
    ["an internal classic load balancer", named(classic, { internal: true })],
    [
      "a chart with Services of its own",
      release({ grafana: { service: { type: "ClusterIP" }, ingress: { enabled: false } } }),
    ],
    ["an internal Ingress", internal("alb", "internal")],
    [
      "an internal Service",
      {
        ...serviceOf("LoadBalancer"),
        props: { metadata: { annotations: scheme }, spec: { type: "LoadBalancer" } },
      },
    ],
    [
      "a chart's internal Ingress",
      release({
        ingress: { enabled: true, annotations: { "alb.ingress.kubernetes.io/scheme": "internal" } },
      }),
    ],
    ["a chart's internal Service", release({ service: { type: "LoadBalancer", annotations: scheme } })],
    ["an Ingress that a chart doesn't switch on", release({ grafana: { ingress: { hosts: [] } } })],
    ["an unknown value that is no Service", release({ grafana: { adminPassword: unknown } })],
    [
      "a listed distribution",
      named("aws:cloudfront/distribution:Distribution"),
      { config: { publicEntries: ["web"] } },
    ],
    [
      "a policy, which is of the same group as an Ingress",
      named("kubernetes:networking.k8s.io/v1:NetworkPolicy"),
    ],
    ["files in the VPC", named("aws:transfer/server:Server", { endpointType: "VPC" })],
    ["a warehouse without an address", named("aws:redshift/cluster:Cluster", { publiclyAccessible: false })],
    ["no addresses of elsewhere", named("kubernetes:core/v1:Service", { spec: { externalIPs: [] } })],
    ["a route, which needs a Gateway", named("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute")],
  ],
  reports: [
    ["files for the internet", named("aws:transfer/server:Server"), ["web#name"]],
    [
      "files at an unknown place",
      named("aws:transfer/server:Server", { endpointType: unknown }),
      ["web#name"],
    ],
    ["a tunnel into the VPC", named("aws:ec2clientvpn/endpoint:Endpoint"), ["web#name"]],
    [
      "a warehouse with an address",
      named("aws:redshift/cluster:Cluster", { publiclyAccessible: true }),
      ["web#publiclyAccessible"],
    ],
    [
      "a Service at addresses of elsewhere",
      named("kubernetes:core/v1:Service", { spec: { type: "ClusterIP", externalIPs: ["203.0.113.7"] } }),
      ["web#spec.externalIPs"],
    ],
    ["an internal Ingress of another controller", internal("nginx", "internal"), ["web#spec"]],
    ["an Ingress that faces the internet", internal("alb", "internet-facing"), ["web#spec"]],
    ["an Ingress whose scheme isn't known", internal("alb", unknown), ["web#spec"]],
    [
      "a chart's Ingress without annotations",
      release({ ingress: { enabled: true } }),
      ["web#values.ingress.enabled"],
    ],
    ["a second load balancer", [balancerWith({}), balancerWith({}, "second")], second],
    [
      "the same under its other name",
      { ...balancerWith({}, "second"), type: "aws:alb/loadBalancer:LoadBalancer" },
      second,
    ],
    ["one that doesn't say", { ...balancerWith({}, "second"), props: {} }, second],
    ["one that may be internal", balancerWith({ internal: unknown }, "second"), second],
    ["internal as a text", balancerWith({ internal: "true" }, "second"), second],
    ["a classic load balancer", named(classic), ["web#internal"]],
    ["a classic one of the listed name", named(classic, {}, "edge"), ["edge#internal"]],
    ["a Service with a load balancer", serviceOf("LoadBalancer"), ["chat#spec.type"]],
    [
      "another annotation",
      {
        ...serviceOf("LoadBalancer"),
        props: {
          metadata: { annotations: { "service.beta.kubernetes.io/aws-load-balancer-type": "external" } },
          spec: { type: "LoadBalancer" },
        },
      },
      ["chat#spec.type"],
    ],
    ["a Service of an unknown type", serviceOf(unknown), ["chat#spec.type"]],
    ["a Service that can't be read", { ...serviceOf(null), props: { spec: unknown } }, ["chat#spec.type"]],
    [
      "a Service changed afterwards",
      { ...serviceOf("LoadBalancer"), type: "kubernetes:core/v1:ServicePatch" },
      ["chat#spec.type"],
    ],
    ["an Ingress", named(ingress), ["web#spec"]],
    ["an Ingress of the listed name", named(ingress, {}, "edge"), ["edge#spec"]],
    ["an Ingress of an older version", named("kubernetes:extensions/v1beta1:Ingress"), ["web#spec"]],
    ["a list of them", named("kubernetes:networking.k8s.io/v1:IngressList"), ["web#spec"]],
    ["a Gateway", named("kubernetes:gateway.networking.k8s.io/v1:Gateway"), ["web#spec"]],
    [
      "each of two with the same name in two namespaces",
      [
        named(ingress, { metadata: { name: "web", namespace: "a" } }, "a"),
        named(ingress, { metadata: { name: "web", namespace: "b" } }, "b"),
      ],
      ["a#spec", "b#spec"],
    ],
    ["an accelerator", named("aws:globalaccelerator/accelerator:Accelerator"), ["web#name"]],
    ["an API of AWS", named("aws:apigatewayv2/api:Api"), ["web#name"]],
    [
      "a chart's load balancer",
      release({ grafana: { service: { type: "LoadBalancer" } } }),
      ["web#values.grafana.service.type"],
    ],
    [
      "a chart's load balancer by another word",
      release({ serviceType: "LoadBalancer" }),
      ["web#values.serviceType"],
    ],
    ["a chart of unknown values", release(unknown), ["web#values"]],
    [
      "a chart's unknown Service, and one of an unknown type",
      release({ grafana: { service: unknown }, alertmanager: { service: { type: unknown } } }),
      ["web#values.grafana.service", "web#values.alertmanager.service.type"],
    ],
    [
      "a chart's Ingress",
      release({ grafana: { ingress: { enabled: true } } }),
      ["web#values.grafana.ingress.enabled"],
    ],
    [
      "two of them, in a list",
      release({ extra: [{ type: "LoadBalancer" }, { ingress: { enabled: "true" } }] }),
      ["web#values.extra.0.type", "web#values.extra.1.ingress.enabled"],
    ],
    [
      "the listed one where none may be public",
      balancerWith({}),
      ["edge#internal"],
      { config: { publicEntries: { only: [] } } },
    ],
    [
      "a setting that can't be",
      balancerWith({}),
      ["stack#configuration.publicEntries"],
      { config: { publicEntries: "edge" } },
    ],
  ],
});

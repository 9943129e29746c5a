import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import {
  asksForInternal,
  isInternalIngress,
  isOf,
  isPublic,
  loadBalancers,
} from "../../read/aws/load-balancer.ts";
import { chartReleases } from "../../read/kubernetes/cluster.ts";

const classic = "aws:elb/loadBalancer:LoadBalancer";
/** Types that are on the internet by default. */
const publicByNature: readonly string[] = [
  "aws:apigateway/restApi:RestApi",
  "aws:apigatewayv2/api:Api",
  "aws:cloudfront/distribution:Distribution",
  "aws:globalaccelerator/accelerator:Accelerator",
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:appsync/api:Api",
  "aws:appsync/graphQLApi:GraphQLApi",
  "aws:cloudfront/distributionTenant:DistributionTenant",
  "aws:cloudfront/multitenantDistribution:MultitenantDistribution",
  "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator",
  "aws:transfer/webApp:WebApp",
  // Entry points into the VPC.
  "aws:ec2clientvpn/endpoint:Endpoint",
  "aws:verifiedaccess/endpoint:Endpoint",
];
/** What is on the internet unless it is placed in a VPC. [the services' user guides, 2026-11] */
const publicUnless: Readonly<Record<string, (props: Value) => boolean>> = {
  "aws:transfer/server:Server": (props) => at(props, "endpointType") === "VPC",
  "aws:grafana/workspace:Workspace": (props) => isFields(at(props, "networkAccessControl")),
  "aws:msk/cluster:Cluster": (props) =>
    (at(props, "brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type") ?? "DISABLED") ===
    "DISABLED",
  // Every Ingress of the class gets its scheme. [AWS Load Balancer Controller, IngressClassParams]
  "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams": (props) =>
    (at(props, "spec", "scheme") ?? "internal") === "internal",
};
/** The properties that give something a public address, however deep; by default it has none. [the services' APIs] */
const addressed: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/instance:Instance": ["associatePublicIpAddress"],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ["associatePublicIpAddress"],
  "aws:ec2/launchConfiguration:LaunchConfiguration": ["associatePublicIpAddress"],
  "aws:ec2/spotFleetRequest:SpotFleetRequest": ["associatePublicIpAddress"],
  "aws:ec2/eipAssociation:EipAssociation": ["instanceId", "networkInterfaceId"],
  "aws:ec2/eip:Eip": ["instance", "networkInterface"],
  "aws:ecs/service:Service": ["assignPublicIp"],
  "aws:ecs/taskSet:TaskSet": ["assignPublicIp"],
  "aws:cloudwatch/eventTarget:EventTarget": ["assignPublicIp"],
  "aws:scheduler/schedule:Schedule": ["assignPublicIp"],
  "aws:dms/instanceProfile:InstanceProfile": ["publiclyAccessible"],
  "aws:dms/replicationInstance:ReplicationInstance": ["publiclyAccessible"],
  "aws:docdb/clusterInstance:ClusterInstance": ["publiclyAccessible"],
  "aws:mq/broker:Broker": ["publiclyAccessible"],
  "aws:neptune/clusterInstance:ClusterInstance": ["publiclyAccessible"],
  "aws:rds/shardGroup:ShardGroup": ["publiclyAccessible"],
  "aws:redshift/cluster:Cluster": ["publiclyAccessible"],
  "aws:redshiftserverless/workgroup:Workgroup": ["publiclyAccessible"],
  "aws:timestreaminfluxdb/dbCluster:DbCluster": ["publiclyAccessible"],
  "aws:timestreaminfluxdb/dbInstance:DbInstance": ["publiclyAccessible"],
};
const services: readonly string[] = ["kubernetes:core/v1:Service", "kubernetes:core/v1:ServicePatch"];
/** Objects for which a controller creates a load balancer, in any version and form. */
const madeByControllers = /^kubernetes:.*:(?:Ingress|Gateway)(?:Patch|List)?$/;

const settings = {
  publicEntries: strings("Names of resources that may be reachable from the internet.", {
    pattern: "^[\\w.-]+$",
    default: ["edge"],
  }),
} as const satisfies RuleSettings;

export const internetFacingExpected: StackRule<typeof settings> = {
  name: "internet-facing-expected",
  title: "Only listed resources are reachable from the internet.",
  why: "A second entry point bypasses the first one's limits, keys and logs, and isn't monitored.",
  fix: "Set internal true or type ClusterIP; send requests through the public load balancer, or list a new entry point in publicEntries.",
  severity: "critical",
  relatedChecks: ["AWS-0053"],
  resourceTypes: [
    ...loadBalancers,
    classic,
    ...publicByNature,
    ...Object.keys(publicUnless),
    ...Object.keys(addressed),
    ...services,
    ...chartReleases,
    "kubernetes:networking.k8s.io/*",
    "kubernetes:extensions/*",
    "kubernetes:gateway.networking.k8s.io/*",
  ],
  example: {
    good: "new LoadBalancer(edge, { internal: false })",
    bad: "Service, spec: { type: LoadBalancer }",
  },
  config: settings,

  *checkStack({ resources }, { publicEntries }) {
    for (const resource of resources) {
      if (!publicEntries.includes(resource.name)) yield* unlisted(resource);
      yield* alwaysRefused(resource);
    }
  },
};

function unlisted(resource: StackResource): StackFinding[] {
  const allowed = "internal true, known at preview, or a name in publicEntries";
  if (isOf(loadBalancers)(resource) && isPublic(resource))
    return [{ resource, path: "internal", problem: "the load balancer faces the internet", allowed }];
  const addresses = placesOf(resource.props, addressed[resource.type] ?? []);
  if (addresses.length > 0)
    return addresses.map((path) => ({
      resource,
      path,
      problem: "it has a public address, or whether it has one isn't known at preview",
      allowed: "no public address, or a name in publicEntries",
    }));
  if (publicByNature.includes(resource.type) || publicUnless[resource.type]?.(resource.props) === false)
    return [
      {
        resource,
        path: "name",
        problem: "it is reachable from the internet",
        allowed: "a place in the VPC where it has one, known at preview, or a name in publicEntries",
      },
    ];
  return [];
}

/** Where a property of one of these names is on, however deep. A whole that isn't known may hold any. */
function placesOf(value: Value, names: readonly string[], path = ""): readonly string[] {
  if (names.length === 0) return [];
  if (isList(value)) return value.flatMap((one, index) => placesOf(one, names, `${path}.${index}`));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const below = path === "" ? key : `${path}.${key}`;
    if (names.includes(key)) return isOn(inner) ? [below] : [];
    if (inner === unknown && holding.test(key)) return [below];
    return placesOf(inner, names, below);
  });
}

/** Properties that request a public address. */
const holding = /^(?:networkConfiguration|launchSpecifications)$/;

/** What is refused even if it is listed: what a controller creates from it isn't part of the stack. */
function alwaysRefused(resource: StackResource): StackFinding[] {
  const { type, props } = resource;
  if (type === classic && isPublic(resource))
    return [
      {
        resource,
        path: "internal",
        problem: "a classic load balancer faces the internet",
        allowed: "internal true",
      },
    ];
  if (madeByControllers.test(type) && !isInternalIngress(resource))
    return [
      {
        resource,
        path: "spec",
        problem: "a controller creates a load balancer for it, which may face the internet",
        allowed: "an Ingress of class alb with the annotation alb.ingress.kubernetes.io/scheme: internal",
      },
    ];
  const isInternal = asksForInternal(at(props, "metadata", "annotations"));
  if (services.includes(type) && mayBalance(at(props, "spec", "type")) && !isInternal)
    return [
      {
        resource,
        path: "spec.type",
        problem: "the Service may get a load balancer that faces the internet",
        allowed:
          "another type, or the annotation service.beta.kubernetes.io/aws-load-balancer-scheme: internal, known at preview",
      },
    ];
  // Nodes take what is sent to such an address, whosever it is. [CVE-2020-8554]
  if (services.includes(type) && !isEmpty(at(props, "spec", "externalIPs")))
    return [
      {
        resource,
        path: "spec.externalIPs",
        problem: "every node takes what is sent to these addresses, wherever they belong",
        allowed: "no externalIPs: a load balancer of the stack sends requests to the Service's pods",
      },
    ];
  if (chartReleases.includes(type))
    return inChartValues(at(props, "values")).map((path) => ({
      resource,
      path,
      problem: "the chart's values may create an entry point",
      allowed:
        "Services of other types and no Ingress, or annotations for an internal load balancer, known at preview",
    }));
  return [];
}

function isEmpty(value: Value): boolean {
  return value === undefined || (isList(value) && value.length === 0);
}

function mayBalance(type: Value): boolean {
  return type === unknown || type === "LoadBalancer";
}

function inChartValues(values: Value): readonly string[] {
  return values === unknown ? ["values"] : entryPoints("values", values);
}

/** The keys that charts use for a Service and its type. */
const serviceWords: readonly string[] = ["service", "type"];

/** Where a chart's values enable a load balancer or an Ingress, found by the keys that charts use for them. */
function entryPoints(path: string, value: Value): string[] {
  if (isList(value)) return value.flatMap((inner, index) => entryPoints(`${path}.${index}`, inner));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = `${path}.${key}`;
    // Some charts use another key for the type, such as serviceType.
    if (inner === "LoadBalancer" || (inner === unknown && serviceWords.includes(key)))
      return asksForInternal(at(value, "annotations")) ? [] : [innerPath];
    if (key === "ingress" && isOn(at(inner, "enabled")))
      return asksForInternal(at(inner, "annotations")) ? [] : [`${innerPath}.enabled`];
    return entryPoints(innerPath, inner);
  });
}

function isOn(value: Value): boolean {
  return value !== undefined && value !== false;
}

import messages, { type ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import { toStruct } from "../../../../scripts/plan/protocol.ts";
import { kubeconfig } from "../../../../scripts/plan/remote/kubeconfig.ts";
import { remoteChildren, remoteOutputs } from "../../../../scripts/plan/remote-children.ts";
import type { PlannedResource } from "../../../../scripts/plan/resource.ts";
import { type Properties, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { described, Monitor } from "../monitor.ts";
import { hasUnknown, list, record } from "../values.ts";

const clusterType = "aws:eks/cluster:Cluster";

/**
 * Registers a component of pulumi-eks with its recorded children, without the component's own inputs, as its provider
 * does. What a child takes from another, such as its role's ARN, is what the engine answered about that one.
 * @throws UnrecordedError for a component, or an input of it, that isn't recorded
 */
export async function constructEks(request: ConstructRequest): Promise<ConstructResponse> {
  const monitor = new Monitor(request.getMonitorendpoint());
  try {
    const own = described(request.getType(), request.getName(), request.getParent());
    own.setDependenciesList(request.getDependenciesList());
    own.setAliasesList(request.getAliasesList());
    if (request.getProtect() !== undefined) own.setProtect(request.getProtect() === true);
    const component = componentOf(request, (await monitor.register(own)).getUrn());
    const { cluster: named } = component.inputs;
    const clusterName =
      typeof named === "string" ? ((await monitor.stateOf(named)).eksCluster ?? unknown) : unknown;
    const made = new Map<string, Made>();
    for (const child of remoteChildren({
      component,
      project: request.getProject(),
      stack: request.getStack(),
      deployed: false,
    }))
      made.set(child.urn, await registered(monitor, request, withKnown(child, made, clusterName)));
    const outputs = outputsOf(component, [...made.values()]);
    await monitor.registerOutputs(component.urn, outputs);
    const response = new messages.ConstructResponse();
    response.setUrn(component.urn);
    response.setState(toStruct(outputs));
    return response;
  } finally {
    monitor.close();
  }
}

/** A child with what the engine answered about it: inputs and outputs. */
interface Made {
  readonly type: string;
  readonly properties: Properties;
}

function componentOf(request: ConstructRequest, urn: string): PlannedResource {
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getInputdependenciesMap().forEach((behind, input) => {
    propertyDependencies[input] = behind.getUrnsList();
  });
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    custom: false,
    remote: true,
    parent: request.getParent(),
    inputs: (request.getInputs()?.toJavaScript() ?? {}) as Properties,
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    protect: request.getProtect() ?? false,
    ignoreChanges: [],
    timeouts: {},
  };
}

async function registered(
  monitor: Monitor,
  request: ConstructRequest,
  child: PlannedResource,
): Promise<Made> {
  const { type, name, custom, inputs, propertyDependencies } = child;
  const registering = described(type, name, child.parent ?? "");
  registering.setCustom(custom);
  const protect = request.getProtect();
  if (protect !== undefined) registering.setProtect(protect);
  // Components keep their inputs to themselves, and a provider's version is no input.
  const { version, ...others } = inputs;
  const isProvider = type.startsWith("pulumi:providers:");
  if (isProvider) registering.setVersion(String(version));
  if (custom) registering.setObject(toStruct(isProvider ? others : inputs));
  const provider = type.startsWith("aws:") ? request.getProvidersMap().get("aws") : undefined;
  if (provider !== undefined) registering.setProvider(provider);
  registering.setIgnorechangesList([...child.ignoreChanges]);
  registering.setDependenciesList([...child.dependencies]);
  for (const [property, urns] of Object.entries(propertyDependencies)) {
    const behind = new resourceMessages.RegisterResourceRequest.PropertyDependencies();
    behind.setUrnsList([...urns]);
    registering.getPropertydependenciesMap().set(property, behind);
  }
  const answered = (await monitor.register(registering)).getObject()?.toJavaScript();
  return { type, properties: (answered ?? {}) as Properties };
}

/** Inputs that come from other children, or from the cluster that a node group is given. */
function withKnown(
  child: PlannedResource,
  made: ReadonlyMap<string, Made>,
  clusterName: Wire,
): PlannedResource {
  const from = (input: string) =>
    (child.propertyDependencies[input] ?? []).flatMap((urn) => made.get(urn) ?? [])[0]?.properties;
  const known = Object.keys(child.inputs).flatMap((input): (readonly [string, Wire])[] => {
    if (child.type === "aws:eks/nodeGroup:NodeGroup" && input === "clusterName")
      return [[input, clusterName]];
    const source = from(input);
    const value = source && answers[input]?.(source);
    return value === undefined ? [] : [[input, value]];
  });
  return { ...child, inputs: { ...child.inputs, ...Object.fromEntries(known) } };
}

/** What an input takes from the child that stands behind it. */
const answers: Readonly<Record<string, (properties: Properties) => Wire | undefined>> = {
  clusterName: ({ name }) => name,
  kubeconfig: (cluster) => {
    const config = kubeconfigOf(cluster);
    return config === unknown ? unknown : JSON.stringify(config);
  },
  role: ({ name }) => name,
  roleArn: ({ arn }) => arn ?? unknown,
};

function kubeconfigOf({ name = unknown, endpoint = unknown, certificateAuthority }: Properties): Wire {
  const { data: authority = unknown } = record(certificateAuthority);
  const config = kubeconfig({ name }, { endpoint, authority });
  return hasUnknown(config) ? unknown : config;
}

/** What the component answers: nothing is known while its cluster isn't. */
function outputsOf(component: PlannedResource, made: readonly Made[]): Properties {
  const recorded = remoteOutputs(component);
  const cluster = made.find(({ type }) => type === clusterType)?.properties;
  if (cluster === undefined) return recorded;
  const config = kubeconfigOf(cluster);
  if (config === unknown)
    return {
      ...Object.fromEntries(Object.keys(recorded).map((output) => [output, unknown])),
      eksCluster: cluster.name ?? unknown,
    };
  const { clusterSecurityGroupId = "" } = record(cluster.vpcConfig);
  const [identity] = list(cluster.identities);
  const [oidc] = list(record(identity).oidcs);
  const { issuer = "" } = record(oidc);
  return {
    ...recorded,
    clusterSecurityGroupId,
    core: { ...record(recorded.core), endpoint: cluster.endpoint ?? "" },
    eksCluster: cluster.name ?? "",
    kubeconfig: config,
    kubeconfigJson: JSON.stringify(config),
    nodeSecurityGroupId: clusterSecurityGroupId,
    oidcIssuer: String(issuer).replace("https://", ""),
    oidcProviderUrl: issuer,
  };
}

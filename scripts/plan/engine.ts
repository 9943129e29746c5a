import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages, { type LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import resourceService from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages, {
  type ReadResourceRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceCallRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { identifier, isConfigured, outputs } from "./provider-answers.ts";
import { remoteChildren, UnjudgedError } from "./remote-children.ts";
import { durationSeconds, type PlannedResource, providerUrn, urnOf } from "./resource.ts";
import { standIns } from "./stand-ins.ts";
import { type Properties, secret, unknown } from "./wire.ts";

export interface PreviewEngineArgs {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /**
   * Whether the stack is up, so that everything is known that providers compute.
   * @default false: the first deployment, where it is unknown
   */
  readonly deployed?: boolean;
  /** What the state of a deployed stack knows of a resource. @default each resource under its own URN, and kept */
  readonly stateOf?: (resource: PlannedResource) => ResourceState;
  /** Outputs of a resource that the plan shall know. Everything else that a provider computes is unknown. */
  readonly outputs?: (resource: PlannedResource) => Properties;
  /** Told of each resource as soon as the program asks for it. */
  readonly onResource?: (resource: PlannedResource) => void;
}

/** What a deployed stack's state knows of a resource. */
export interface ResourceState {
  /** The URN under which it was deployed: an alias, where it has been renamed since. */
  readonly urn: string;
  /** Whether it stays; what is replaced gets an identifier and outputs that aren't known yet. */
  readonly isKept: boolean;
}

/** The engine's side of a preview: it records what a program asks for and makes nothing. */
export interface PreviewEngine {
  /** Where the program reaches it, such as `127.0.0.1:1234`. */
  readonly address: string;
  /** In the order of their registration: a parent comes before its children. */
  readonly resources: readonly PlannedResource[];
  /** What the program doesn't ask for itself: children of remote components, from a recording, and default providers. */
  readonly implied: readonly PlannedResource[];
  /** What the program says of the stack as a whole, once it has ended. */
  readonly outputs: Properties;
  /** What the program said went wrong. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  close(): void;
}

/** Values, resources and charts together stay far below this; the default of 4 MB is too little for charts. */
export const messageBytes = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  // Every call is to this machine.
  "grpc.enable_http_proxy": 0,
};

/**
 * Serves `ResourceMonitor` and `Engine` of Pulumi's protocol on a free local port. The message classes aren't a
 * documented interface: they belong to the exact version of @pulumi/pulumi that the lock file names.
 */
export async function startEngine(args: PreviewEngineArgs): Promise<PreviewEngine> {
  const record = new Recording(args);
  const server = new Server(messageBytes);
  server.addService(resourceService.ResourceMonitorService, monitorHandlers(record));
  server.addService(engineService.EngineService, engineHandlers(record));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    address: `127.0.0.1:${port}`,
    resources: record.resources,
    implied: record.implied,
    get outputs() {
      return record.outputs;
    },
    errors: record.errors,
    warnings: record.warnings,
    close: () => server.forceShutdown(),
  };
}

class Recording {
  readonly resources: PlannedResource[] = [];
  readonly implied: PlannedResource[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  rootUrn = "";
  outputs: Properties = {};
  readonly args: PreviewEngineArgs;
  private readonly byUrn = new Map<string, PlannedResource>();
  private readonly states = new Map<string, ResourceState>();
  /** Providers by package that components hand to what is in them. */
  private readonly handedDown = new Map<string, Readonly<Record<string, string>>>();

  constructor(args: PreviewEngineArgs) {
    this.args = args;
  }

  find(urn: string): PlannedResource | undefined {
    return this.byUrn.get(urn);
  }

  /** Asked once for each resource, in their order: what is found of one decides about those that depend on it. */
  stateOf(resource: PlannedResource, children: readonly PlannedResource[] = []): ResourceState {
    const known = this.states.get(resource.urn);
    if (known !== undefined) return known;
    const own = this.args.stateOf?.(resource) ?? { urn: resource.urn, isKept: true };
    // What a remote component answers is what its provider computes of its children.
    const state = { ...own, isKept: own.isKept && children.every((child) => this.stateOf(child).isKept) };
    this.states.set(resource.urn, state);
    return state;
  }

  /** URNs of the providers, by package, of what stands in a component. */
  providersIn(component: string): Readonly<Record<string, string>> {
    return this.handedDown.get(component) ?? {};
  }

  handDown(component: string, parent: string, providers: Readonly<Record<string, string>>) {
    this.handedDown.set(component, { ...this.providersIn(parent), ...providers });
  }

  /**
   * A provider that the engine starts by itself, once for each version of a package.
   * [pulumi/pulumi pkg/resource/deploy/default_providers.go]
   */
  defaultProvider(packageName: string, version: string): string {
    const type = `pulumi:providers:${packageName}`;
    const name = version === "" ? "default" : `default_${version.replaceAll(/[.+-]/g, "_")}`;
    const made: PlannedResource = {
      urn: urnOf({ ...this.args, parent: "", type, name }),
      type,
      name,
      custom: true,
      remote: false,
      inputs: version === "" ? {} : { version },
      dependencies: [],
      propertyDependencies: {},
      protect: false,
      ignoreChanges: [],
      timeouts: {},
    };
    if (!this.byUrn.has(made.urn)) this.add(made, this.implied);
    return made.urn;
  }

  /** @param list where it is listed: among what the program asks for, or what that implies */
  add(resource: PlannedResource, list = this.resources) {
    if (this.byUrn.has(resource.urn)) {
      throw new Error(`two resources of one name: ${resource.urn}; give one of them another name`);
    }
    this.byUrn.set(resource.urn, resource);
    list.push(resource);
    this.args.onResource?.(resource);
  }
}

function monitorHandlers(record: Recording): UntypedServiceImplementation {
  const nothing = () => new emptyMessages.Empty();
  return {
    getDeploymentInfo: answer(() => {
      const info = new resourceMessages.DeploymentInfo();
      info.setProject(record.args.project);
      info.setStack(record.args.stack);
      info.setOrganization(record.args.organization);
      info.setDryrun(true);
      info.setSupportedfeaturesList(supportedFeatures());
      return info;
    }),
    registerResource: answer((request: RegisterResourceRequest) => registerResource(record, request)),
    registerResourceOutputs: answer((request: RegisterResourceOutputsRequest) => {
      if (request.getUrn() === record.rootUrn)
        record.outputs = (request.getOutputs()?.toJavaScript() ?? {}) as Properties;
      return nothing();
    }),
    readResource: answer((request: ReadResourceRequest) => {
      const response = new resourceMessages.ReadResourceResponse();
      const place = { type: request.getType(), name: request.getName(), parent: request.getParent() };
      response.setUrn(urnOf({ ...record.args, ...place }));
      response.setProperties(request.getProperties());
      return response;
    }),
    invoke: answer((request: ResourceInvokeRequest) => {
      const response = new resourceMessages.ResourceInvokeResponse();
      response.setReturn(structMessages.Struct.fromJavaScript(mutable(invoke(record, request))));
      return response;
    }),
    call: answer((request: ResourceCallRequest) => {
      throw new Error(
        `${request.getTok()} needs its provider, which a plan without a cloud account hasn't got`,
      );
    }),
    registerPackage: answer(() => {
      const response = new resourceMessages.RegisterPackageResponse();
      response.setRef("package");
      return response;
    }),
    registerStackTransform: answer(nothing),
    registerStackInvokeTransform: answer(nothing),
    registerResourceHook: answer(nothing),
    registerErrorHook: answer(nothing),
    signalAndWaitForShutdown: answer(nothing),
  };
}

/**
 * Secrets and the options that the program may set. Output values and resource references are left out: the
 * program then sends plain values and identifiers, as rules read them.
 */
function supportedFeatures() {
  const feature = resourceMessages.ResourceMonitorFeature;
  return [
    feature.RESOURCE_MONITOR_FEATURE_SECRETS,
    feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    feature.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
    feature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
    feature.RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  ];
}

function registerResource(record: Recording, request: RegisterResourceRequest) {
  const place = { type: request.getType(), name: request.getName(), parent: request.getParent() };
  const parent = place.parent || record.rootUrn;
  const isProvider = place.type.startsWith("pulumi:providers:");
  const provider =
    (request.getCustom() || request.getRemote()) && !isProvider
      ? providerOf(record, request, parent)
      : undefined;
  const secretOutputs = request.getAdditionalsecretoutputsList();
  const timeouts = request.getCustomtimeouts();
  const aliases = [
    ...new Set(request.getAliasesList().map((alias) => formerUrn(record, { ...place, parent }, alias))),
  ];
  const resource: PlannedResource = {
    urn: urnOf({ ...record.args, ...place, parent }),
    type: place.type,
    name: place.name,
    custom: request.getCustom(),
    remote: request.getRemote(),
    ...(parent !== "" && { parent }),
    inputs: {
      ...((request.getObject()?.toJavaScript() ?? {}) as Properties),
      ...(isProvider && request.getVersion() !== "" && { version: request.getVersion() }),
    },
    dependencies: request.getDependenciesList(),
    propertyDependencies: propertyDependencies(request),
    ...(provider !== undefined && request.getCustom() && { provider }),
    ...(aliases.length > 0 && { aliases }),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    ...(secretOutputs.length > 0 && { secretOutputs }),
    timeouts: definedOnly({
      create: durationSeconds(timeouts?.getCreate() ?? ""),
      update: durationSeconds(timeouts?.getUpdate() ?? ""),
      delete: durationSeconds(timeouts?.getDelete() ?? ""),
    }),
  };
  record.add(resource);
  if (!resource.custom) record.handDown(resource.urn, parent, named(request));
  // A provider that isn't configured yet isn't asked: the engine registers the component by itself, without children.
  // [pulumi/pulumi sdk/go/common/resource/plugin/provider_plugin.go Construct]
  const children =
    resource.remote && isConfigured(record.find(provider ?? "")) ? addChildren(record, resource) : [];

  const state = record.stateOf(resource, children);
  const answered = { ...answers(record, resource, state), ...record.args.outputs?.(resource) };
  const response = new resourceMessages.RegisterResourceResponse();
  response.setUrn(resource.urn);
  if (record.args.deployed && resource.custom && state.isKept)
    response.setId(identifier({ ...resource, urn: state.urn }));
  response.setObject(
    Object.keys(answered).length === 0
      ? request.getObject()
      : structMessages.Struct.fromJavaScript(mutable({ ...resource.inputs, ...answered })),
  );
  return response;
}

/** What the program learns of a resource beside its inputs. */
function answers(
  record: Recording,
  resource: PlannedResource,
  { urn, isKept } = record.stateOf(resource),
): Properties {
  const { deployed = false } = record.args;
  const provider = record.find(resource.provider ?? "");
  if (deployed)
    return outputs({ resource: { ...resource, urn }, ...(provider && { provider }), deployed: isKept });
  // A provider marks what it computes as secret where the program's types say so, also before it is known.
  return Object.fromEntries((resource.secretOutputs ?? []).map((output) => [output, secret(unknown)]));
}

/**
 * The provider of a resource: the one that is named, or handed down by the components around it, or a default one.
 * [pulumi/pulumi pkg/resource/deploy/source_eval.go resolveProvider]
 */
function providerOf(record: Recording, request: RegisterResourceRequest, parent: string): string {
  const [packageName = ""] = request.getType().split(":");
  if (request.getProvider() !== "") return providerUrn(request.getProvider());
  return (
    named(request)[packageName] ??
    record.providersIn(parent)[packageName] ??
    record.defaultProvider(packageName, request.getVersion())
  );
}

function named(request: RegisterResourceRequest): Record<string, string> {
  const providers: Record<string, string> = {};
  request.getProvidersMap().forEach((reference, packageName) => {
    providers[packageName] = providerUrn(reference);
  });
  return providers;
}

function addChildren(record: Recording, component: PlannedResource): readonly PlannedResource[] {
  const { project, stack, deployed = false } = record.args;
  const { aws } = record.providersIn(component.urn);
  try {
    const children = remoteChildren({
      component,
      project,
      stack,
      deployed,
      ...(aws !== undefined && { awsProvider: aws }),
    });
    for (const child of children) record.add(child, record.implied);
    return children;
  } catch (error) {
    if (!(error instanceof UnjudgedError)) throw error;
    record.errors.push(error.message);
    return [];
  }
}

/** The URN that an alias stands for. [pulumi/pulumi pkg/resource/deploy/step_generator.go collapseAliasToUrn] */
function formerUrn(
  record: Recording,
  place: { readonly type: string; readonly name: string; readonly parent: string },
  alias: Alias,
): string {
  const spec = alias.getSpec();
  if (spec === undefined) return alias.getUrn();
  return urnOf({
    project: spec.getProject() || record.args.project,
    stack: spec.getStack() || record.args.stack,
    type: spec.getType() || place.type,
    name: spec.getName() || place.name,
    parent: spec.getNoparent() ? "" : spec.getParenturn() || place.parent,
  });
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, string[]> {
  const dependencies: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((behind, property) => {
    dependencies[property] = behind.getUrnsList();
  });
  return dependencies;
}

function invoke(record: Recording, request: ResourceInvokeRequest): Properties {
  const args = (request.getArgs()?.toJavaScript() ?? {}) as Properties;
  if (request.getTok() === "pulumi:pulumi:getResource") {
    const urn = String(args.urn);
    const resource = record.find(urn);
    return { urn, id: "", state: resource ? { ...resource.inputs, ...answers(record, resource) } : {} };
  }
  const standIn = standIns[request.getTok()];
  if (standIn === undefined) {
    throw new Error(
      `${request.getTok()} asks AWS, which a plan without a cloud account can't; add an answer to scripts/plan/stand-ins.ts`,
    );
  }
  return standIn(args);
}

function engineHandlers(record: Recording): UntypedServiceImplementation {
  const { LogSeverity } = engineMessages;
  return {
    log: answer((request: LogRequest) => {
      const severity = request.getSeverity();
      if (severity === LogSeverity.ERROR) record.errors.push(request.getMessage().trimEnd());
      if (severity === LogSeverity.WARNING) record.warnings.push(request.getMessage().trimEnd());
      return new emptyMessages.Empty();
    }),
    getRootResource: answer(() => {
      const response = new engineMessages.GetRootResourceResponse();
      response.setUrn(record.rootUrn);
      return response;
    }),
    setRootResource: answer((request: { getUrn(): string }) => {
      record.rootUrn = request.getUrn();
      return new engineMessages.SetRootResourceResponse();
    }),
    startDebugging: answer(() => new emptyMessages.Empty()),
    requirePulumiVersion: answer(() => new engineMessages.RequirePulumiVersionResponse()),
  };
}

/** A call's handler; what it throws becomes the call's error. */
function answer<Request, Response>(respond: (request: Request) => Response) {
  return (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
    let response: Response;
    try {
      response = respond(call.request);
    } catch (error) {
      reply({ code: status.UNKNOWN, details: (error as Error).message });
      return;
    }
    reply(null, response);
  };
}

type MutableProperties = Parameters<typeof structMessages.Struct.fromJavaScript>[0];

/** The protobuf library asks for a type that may be written to, though it only reads. */
export function mutable(properties: Properties): MutableProperties {
  return properties as unknown as MutableProperties;
}

function definedOnly<T>(record: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<
    string,
    T
  >;
}

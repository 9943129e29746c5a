import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
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
import { durationSeconds, type PlannedResource, urnOf } from "./resource.ts";
import { standIns } from "./stand-ins.ts";
import { type Properties, secret, unknown } from "./wire.ts";

export interface EngineArgs {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** Outputs of a resource that the plan shall know. Everything else that a provider computes is unknown. */
  readonly outputs?: (resource: PlannedResource) => Properties;
  /** Told of each resource as soon as the program asks for it. */
  readonly onResource?: (resource: PlannedResource) => void;
}

/** The engine's side of a preview: it records what a program asks for and makes nothing. */
export interface Engine {
  /** Where the program reaches it, as `127.0.0.1:1234`. */
  readonly address: string;
  /** In the order of their registration: a parent comes before its children. */
  readonly resources: readonly PlannedResource[];
  /** What the program says of the stack as a whole, once it has ended. */
  readonly outputs: Properties;
  /** What the program said went wrong. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  close(): void;
}

/** Values, resources and charts together stay far below this; the default of 4 MB is too little for charts. */
export const messageBytes = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/**
 * Serves `ResourceMonitor` and `Engine` of Pulumi's protocol on a free local port. The message classes aren't a
 * documented interface: they belong to the exact version of @pulumi/pulumi that the lock file names.
 */
export async function startEngine(args: EngineArgs): Promise<Engine> {
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
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  rootUrn = "";
  outputs: Properties = {};
  readonly args: EngineArgs;
  private readonly byUrn = new Map<string, PlannedResource>();

  constructor(args: EngineArgs) {
    this.args = args;
  }

  find(urn: string): PlannedResource | undefined {
    return this.byUrn.get(urn);
  }

  add(resource: PlannedResource) {
    if (this.byUrn.has(resource.urn)) {
      throw new Error(`two resources of one name: ${resource.urn}; give one of them another name`);
    }
    this.byUrn.set(resource.urn, resource);
    this.resources.push(resource);
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
  const provider = request.getProvider();
  const timeouts = request.getCustomtimeouts();
  const resource: PlannedResource = {
    urn: urnOf({ ...record.args, ...place, parent }),
    type: place.type,
    name: place.name,
    custom: request.getCustom(),
    remote: request.getRemote(),
    ...(parent !== "" && { parent }),
    inputs: (request.getObject()?.toJavaScript() ?? {}) as Properties,
    dependencies: request.getDependenciesList(),
    propertyDependencies: propertyDependencies(request),
    // A provider is named by URN and id.
    ...(provider !== "" && { provider: provider.slice(0, provider.lastIndexOf("::")) }),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    timeouts: definedOnly({
      create: durationSeconds(timeouts?.getCreate() ?? ""),
      update: durationSeconds(timeouts?.getUpdate() ?? ""),
      delete: durationSeconds(timeouts?.getDelete() ?? ""),
    }),
  };
  record.add(resource);

  // A provider marks what it computes as secret where the program's types say so, also before it is known.
  const secrets = request.getAdditionalsecretoutputsList().map((output) => [output, secret(unknown)]);
  const outputs = { ...Object.fromEntries(secrets), ...record.args.outputs?.(resource) };
  const response = new resourceMessages.RegisterResourceResponse();
  response.setUrn(resource.urn);
  response.setObject(
    Object.keys(outputs).length === 0
      ? request.getObject()
      : structMessages.Struct.fromJavaScript(mutable({ ...resource.inputs, ...outputs })),
  );
  return response;
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
    return { urn, id: "", state: record.find(urn)?.inputs ?? {} };
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

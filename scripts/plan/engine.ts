import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
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
import { messageBytes, toStruct } from "./protocol.ts";
import { answers, registerResource } from "./register-resource.ts";
import { type PreviewEngineArgs, Registrations } from "./registrations.ts";
import { type PlannedResource, urnOf } from "./resource.ts";
import { standIns } from "./stand-ins.ts";
import type { Properties } from "./wire.ts";

/** The engine's side of a preview: records what a program registers and creates nothing. */
export interface PreviewEngine {
  /** Where the program reaches it, such as `127.0.0.1:1234`. */
  readonly address: string;
  /** In the order of their registration: a parent comes before its children. */
  readonly resources: readonly PlannedResource[];
  /** What the program doesn't register itself: children of remote components, from a recording, and default providers. */
  readonly implied: readonly PlannedResource[];
  /** The stack's outputs, once the program has ended. */
  readonly outputs: Properties;
  /** Errors that the program logged. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  close(): void;
}

/**
 * Serves `ResourceMonitor` and `Engine` of Pulumi's protocol on a free local port. The message classes aren't a
 * documented interface: they belong to the exact version of @pulumi/pulumi that the lock file names.
 */
export async function startEngine(args: PreviewEngineArgs): Promise<PreviewEngine> {
  const record = new Registrations(args);
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
    close: () => {
      record.transforms.close();
      server.forceShutdown();
    },
  };
}

function monitorHandlers(record: Registrations): UntypedServiceImplementation {
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
    registerResource: answer(inTurn((request: RegisterResourceRequest) => registerResource(record, request))),
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
      response.setReturn(toStruct(invoke(record, request)));
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
    registerStackTransform: answer((callback: Callback) => {
      record.transforms.addToStack(callback);
      return nothing();
    }),
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

function invoke(record: Registrations, request: ResourceInvokeRequest): Properties {
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

function engineHandlers(record: Registrations): UntypedServiceImplementation {
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
function answer<Request, Response>(respond: (request: Request) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>) => {
    let response: Response;
    try {
      response = await respond(call.request);
    } catch (error) {
      reply({ code: status.UNKNOWN, details: (error as Error).message });
      return;
    }
    reply(null, response);
  };
}

/** One after the other, as they come, so that a plan lists resources in the same order each time. */
function inTurn<Request, Response>(respond: (request: Request) => Promise<Response>) {
  let before: Promise<unknown> = Promise.resolve();
  return (request: Request) => {
    const response = before.then(() => respond(request));
    before = response.catch(() => undefined);
    return response;
  };
}

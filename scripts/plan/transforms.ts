import { credentials } from "@grpc/grpc-js";
import callbackService from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import callbackMessages, { type Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import resourceMessages, { type TransformResourceOptions } from "@pulumi/pulumi/proto/resource_pb.js";
import { messageBytes, toStruct } from "./protocol.ts";
import { type PlannedResource, providerUrn } from "./resource.ts";
import { type Properties, unknown } from "./wire.ts";

/**
 * A program's `transforms`: functions that change a resource and all that is in it, also children that only a provider
 * knows. [pulumi/pulumi pkg/resource/deploy/source_eval.go RegisterResource]
 */
export class Transforms {
  private readonly ofStack: Callback[] = [];
  private readonly byUrn = new Map<string, readonly Callback[]>();
  private readonly clients = new Map<string, InstanceType<typeof callbackService.CallbacksClient>>();

  addToStack(callback: Callback) {
    this.ofStack.push(callback);
  }

  add(urn: string, callbacks: readonly Callback[]) {
    if (callbacks.length > 0) this.byUrn.set(urn, callbacks);
  }

  /**
   * A resource after its own functions, then those of its parents, then those of the stack.
   * @param around URNs of its parents, the nearest first
   */
  async applied(resource: PlannedResource, around: readonly string[]): Promise<PlannedResource> {
    const callbacks = [resource.urn, ...around].flatMap((urn) => this.byUrn.get(urn) ?? []);
    let changed = resource;
    for (const callback of [...callbacks, ...this.ofStack]) changed = await this.call(callback, changed);
    return changed;
  }

  close() {
    for (const client of this.clients.values()) client.close();
  }

  private async call(callback: Callback, resource: PlannedResource): Promise<PlannedResource> {
    const request = new callbackMessages.CallbackInvokeRequest();
    request.setToken(callback.getToken());
    request.setRequest(asRequest(resource).serializeBinary());
    const bytes = await new Promise<Uint8Array>((resolve, reject) =>
      this.client(callback.getTarget()).invoke(request, (error, response) =>
        error === null ? resolve(response.getResponse_asU8()) : reject(error),
      ),
    );
    const response = resourceMessages.TransformResponse.deserializeBinary(bytes);
    const options = response.getOptions();
    const inputs = response.getProperties()?.toJavaScript() as Properties | undefined;
    return { ...resource, ...(inputs && { inputs }), ...(options && asDeclared(options)) };
  }

  private client(target: string) {
    const known = this.clients.get(target);
    if (known !== undefined) return known;
    const made = new callbackService.CallbacksClient(target, credentials.createInsecure(), messageBytes);
    this.clients.set(target, made);
    return made;
  }
}

function asRequest(resource: PlannedResource) {
  const options = new resourceMessages.TransformResourceOptions();
  options.setDependsOnList([...resource.dependencies]);
  options.setProtect(resource.protect);
  options.setIgnoreChangesList([...resource.ignoreChanges]);
  options.setAdditionalSecretOutputsList([...(resource.secretOutputs ?? [])]);
  // A reference to a provider is its URN and its identifier, which nothing has yet.
  if (resource.provider !== undefined) options.setProvider(`${resource.provider}::${unknown}`);
  const request = new resourceMessages.TransformRequest();
  request.setType(resource.type);
  request.setName(resource.name);
  request.setCustom(resource.custom);
  request.setParent(resource.parent ?? "");
  request.setProperties(toStruct(resource.inputs));
  request.setOptions(options);
  return request;
}

/** Aliases, timeouts and providers of components aren't handed over, so they stay as they are. */
function asDeclared(options: TransformResourceOptions): Partial<PlannedResource> {
  const secretOutputs = options.getAdditionalSecretOutputsList();
  const provider = options.getProvider();
  return {
    dependencies: options.getDependsOnList(),
    protect: options.getProtect() ?? false,
    ignoreChanges: options.getIgnoreChangesList(),
    ...(secretOutputs.length > 0 && { secretOutputs }),
    ...(provider !== "" && { provider: providerUrn(provider) }),
  };
}

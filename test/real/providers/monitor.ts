import { credentials } from "@grpc/grpc-js";
import resourceService from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages, {
  type RegisterResourceRequest,
  type RegisterResourceResponse,
  type ResourceInvokeResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { messageBytes, toStruct } from "../../../scripts/plan/protocol.ts";
import type { Properties } from "../../../scripts/plan/wire.ts";

/** The engine, as far as a provider that constructs components asks it. */
export class Monitor {
  private readonly client: InstanceType<typeof resourceService.ResourceMonitorClient>;

  /** @param address the construct request's monitor endpoint */
  constructor(address: string) {
    this.client = new resourceService.ResourceMonitorClient(
      address,
      credentials.createInsecure(),
      messageBytes,
    );
  }

  register(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    return new Promise((resolve, reject) =>
      this.client.registerResource(request, (error, response) => (error ? reject(error) : resolve(response))),
    );
  }

  /** What a component shows when it is finished. */
  registerOutputs(urn: string, outputs: Properties): Promise<void> {
    const request = new resourceMessages.RegisterResourceOutputsRequest();
    request.setUrn(urn);
    request.setOutputs(toStruct(outputs));
    return new Promise((resolve, reject) =>
      this.client.registerResourceOutputs(request, (error) => (error ? reject(error) : resolve())),
    );
  }

  /** The outputs of a resource that the engine has by now. */
  async stateOf(urn: string): Promise<Properties> {
    const request = new resourceMessages.ResourceInvokeRequest();
    request.setTok("pulumi:pulumi:getResource");
    request.setArgs(toStruct({ urn }));
    const response = await new Promise<ResourceInvokeResponse>((resolve, reject) =>
      this.client.invoke(request, (error, answer) => (error ? reject(error) : resolve(answer))),
    );
    const { state = {} } = (response.getReturn()?.toJavaScript() ?? {}) as { state?: Properties };
    return state;
  }

  close() {
    this.client.close();
  }
}

/** A component without inputs; what else it is, the caller sets. */
export function described(type: string, name: string, parent: string): RegisterResourceRequest {
  const request = new resourceMessages.RegisterResourceRequest();
  request.setType(type);
  request.setName(name);
  request.setParent(parent);
  request.setAcceptsecrets(true);
  return request;
}

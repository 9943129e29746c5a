import { credentials } from "@grpc/grpc-js";
import messages, { type ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import resourceService from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages, {
  type RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { messageBytes, mutable } from "../../../../scripts/plan/engine.ts";
import type { Properties } from "../../../../scripts/plan/wire.ts";
import { text } from "../values.ts";
import { definitionsIn } from "./charts.ts";

export const definitionType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/** A file of custom resource definitions: each is a child, named after the prefix and itself. */
export async function constructConfigFile(request: ConstructRequest): Promise<ConstructResponse> {
  if (request.getType() !== "kubernetes:yaml/v2:ConfigFile")
    throw new Error(`no stand-in for ${request.getType()}`);
  const monitor = new resourceService.ResourceMonitorClient(
    request.getMonitorendpoint(),
    credentials.createInsecure(),
    messageBytes,
  );
  const register = (resource: RegisterResourceRequest) =>
    new Promise<RegisterResourceResponse>((resolve, reject) =>
      monitor.registerResource(resource, (error, response) => (error ? reject(error) : resolve(response))),
    );
  const { file, resourcePrefix } = (request.getInputs()?.toJavaScript() ?? {}) as Properties;
  const component = described(request.getType(), request.getName(), request.getParent());
  component.setDependenciesList(request.getDependenciesList());
  const urn = (await register(component)).getUrn();
  for (const name of definitionsIn(text(file))) {
    const child = described(definitionType, `${resourcePrefix ?? request.getName()}:${name}`, urn);
    child.setCustom(true);
    child.setProvider(request.getProvidersMap().get("kubernetes") ?? "");
    child.setObject(structMessages.Struct.fromJavaScript(mutable(definition(name))));
    await register(child);
  }
  monitor.close();
  const response = new messages.ConstructResponse();
  response.setUrn(urn);
  return response;
}

function described(type: string, name: string, parent: string): RegisterResourceRequest {
  const request = new resourceMessages.RegisterResourceRequest();
  request.setType(type);
  request.setName(name);
  request.setParent(parent);
  request.setAcceptsecrets(true);
  return request;
}

function definition(name: string): Properties {
  const [plural = "", ...group] = name.split(".");
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
    spec: { group: group.join("."), names: { plural } },
  };
}

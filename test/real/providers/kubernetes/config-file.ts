import messages, { type ConstructRequest, type ConstructResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import { toStruct } from "../../../../scripts/plan/protocol.ts";
import type { Properties } from "../../../../scripts/plan/wire.ts";
import { described, Monitor } from "../monitor.ts";
import { text } from "../values.ts";
import { definitionsIn } from "./charts.ts";

export const definitionType = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/** A file of custom resource definitions: each is a child, named after the prefix and itself. */
export async function constructConfigFile(request: ConstructRequest): Promise<ConstructResponse> {
  if (request.getType() !== "kubernetes:yaml/v2:ConfigFile")
    throw new Error(`no stand-in for ${request.getType()}`);
  const monitor = new Monitor(request.getMonitorendpoint());
  const { file, resourcePrefix } = (request.getInputs()?.toJavaScript() ?? {}) as Properties;
  const component = described(request.getType(), request.getName(), request.getParent());
  component.setDependenciesList(request.getDependenciesList());
  const urn = (await monitor.register(component)).getUrn();
  for (const name of definitionsIn(text(file))) {
    const child = described(definitionType, `${resourcePrefix ?? request.getName()}:${name}`, urn);
    child.setCustom(true);
    child.setProvider(request.getProvidersMap().get("kubernetes") ?? "");
    child.setObject(toStruct(definition(name)));
    await monitor.register(child);
  }
  monitor.close();
  const response = new messages.ConstructResponse();
  response.setUrn(urn);
  return response;
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

import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import resourceMessages, { type RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { toStruct } from "./protocol.ts";
import { identifier, isConfigured, outputs } from "./provider-answers.ts";
import type { Registrations } from "./registrations.ts";
import { remoteChildren, UnrecordedError } from "./remote-children.ts";
import { durationSeconds, type PlannedResource, providerUrn, urnOf } from "./resource.ts";
import { type Properties, secret, unknown } from "./wire.ts";

/** Records the resource that a program registers, and answers as the engine does in a preview. */
export async function registerResource(record: Registrations, request: RegisterResourceRequest) {
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
  const declared: PlannedResource = {
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
  record.transforms.add(declared.urn, request.getTransformsList());
  const resource = await record.transformed(declared);
  record.add(resource);
  if (!resource.custom) record.handDown(resource.urn, parent, named(request));
  // A provider that isn't configured yet isn't called: the engine registers the component by itself, without children.
  // [pulumi/pulumi sdk/go/common/resource/plugin/provider_plugin.go Construct]
  const children =
    resource.remote && isConfigured(record.find(provider ?? "")) ? await addChildren(record, resource) : [];

  const state = record.stateOf(resource, children);
  const answered = { ...answers(record, resource, state), ...record.args.outputs?.(resource) };
  const response = new resourceMessages.RegisterResourceResponse();
  response.setUrn(resource.urn);
  if (record.args.deployed && resource.custom && state.isKept)
    response.setId(identifier({ ...resource, urn: state.urn }));
  response.setObject(
    Object.keys(answered).length === 0 && resource === declared
      ? request.getObject()
      : toStruct({ ...resource.inputs, ...answered }),
  );
  return response;
}

/** What the program receives of a resource in addition to its inputs. */
export function answers(
  record: Registrations,
  resource: PlannedResource,
  { urn, isKept } = record.stateOf(resource),
): Properties {
  const { deployed = false } = record.args;
  const provider = record.find(resource.provider ?? "");
  if (deployed)
    return outputs({ resource: { ...resource, urn }, ...(provider && { provider }), deployed: isKept });
  // A provider marks what it computes as secret where the program's types do, also before it is known.
  return Object.fromEntries((resource.secretOutputs ?? []).map((output) => [output, secret(unknown)]));
}

/**
 * The provider of a resource: the one that is named, or handed down by the components around it, or a default one.
 * [pulumi/pulumi pkg/resource/deploy/source_eval.go resolveProvider]
 */
function providerOf(record: Registrations, request: RegisterResourceRequest, parent: string): string {
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

async function addChildren(
  record: Registrations,
  component: PlannedResource,
): Promise<readonly PlannedResource[]> {
  const { project, stack, deployed = false } = record.args;
  const { aws } = record.providersIn(component.urn);
  try {
    const recorded = remoteChildren({
      component,
      project,
      stack,
      deployed,
      ...(aws !== undefined && { awsProvider: aws }),
    });
    const children: PlannedResource[] = [];
    for (const child of recorded) {
      const transformed = await record.transformed(child);
      record.add(transformed, record.implied);
      children.push(transformed);
    }
    return children;
  } catch (error) {
    if (!(error instanceof UnrecordedError)) throw error;
    record.errors.push(error.message);
    return [];
  }
}

/** The URN that an alias refers to. [pulumi/pulumi pkg/resource/deploy/step_generator.go collapseAliasToUrn] */
function formerUrn(
  record: Registrations,
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

function definedOnly<T>(record: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<
    string,
    T
  >;
}

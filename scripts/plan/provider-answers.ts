import { createHash } from "node:crypto";
import { remoteOutputs } from "./remote-children.ts";
import type { PlannedResource } from "./resource.ts";
import { type SdkProperty, sdkProperties } from "./sdk-properties.ts";
import { isObject, isSecret, type Properties, secret, unknown, type Wire } from "./wire.ts";

/** A resource with its provider, as the engine has them at hand when a provider answers. */
export interface Answering {
  readonly resource: PlannedResource;
  /** Absent for a component, and for what a default provider makes. */
  readonly provider?: PlannedResource;
  /** Whether the stack is up, so that all is known. */
  readonly deployed: boolean;
}

/**
 * The inputs that rules for single resources get: what the provider's check makes of those that the program gave. A
 * provider whose own configuration isn't known yet isn't called. Of pulumi-eks's components the engine shows none: its
 * released provider is built with @pulumi/pulumi 3.173, which keeps a component's inputs to itself.
 * [pulumi/pulumi pkg/resource/plugin/provider_plugin.go Check; pulumi/pulumi-aws default tags; pulumi-terraform-bridge
 * pkg/tfbridge/schema.go, `__defaults` in nested objects, which the engine strips at the top only; pulumi/pulumi-eks
 * v4.3.0 nodejs/eks/yarn.lock; pulumi/pulumi CHANGELOG 3.202.0]
 */
export function checkedInputs({ resource, provider }: Answering): Properties {
  const { type, inputs } = resource;
  if (type.startsWith("eks:index:")) return {};
  if (!type.startsWith("aws:") || !isConfigured(provider)) return inputs;
  const properties = sdkProperties(type);
  const declares = (name: string) => properties.some((property) => property.name === name);
  const tags = declares("tagsAll") && { ...defaultTags(provider), ...(isObject(inputs.tags) && inputs.tags) };
  const named = properties.some(({ name, optional }) => name === "name" && !optional);
  return {
    ...bridged(inputs),
    ...(named && inputs.name === undefined && { name: `${resource.name}-${hash(resource.urn, 7)}` }),
    ...(tags && inputs.tags !== unknown && Object.keys(tags).length > 0 && { tags, tagsAll: tags }),
  };
}

/**
 * The outputs that rules for the stack get: nothing from a provider that isn't configured yet; before the stack is up,
 * inputs with everything computed unknown; afterwards what is read back, with an empty value where nothing was set, and
 * with the identifier, which Terraform keeps among the attributes.
 * [pulumi/pulumi pkg/resource/plugin/provider_plugin.go Create, pkg/resource/deploy/step_generator.go AnalyzeResources]
 */
export function outputs(answering: Answering): Properties {
  const { resource, provider, deployed } = answering;
  const { type, inputs, secretOutputs = [] } = resource;
  if (resource.remote) return deployed ? remoteOutputs(resource) : {};
  if (!resource.custom) return {};
  if (type.startsWith("pulumi:providers:")) return inputs;
  if (!isConfigured(provider)) return {};
  const checked = isKubernetes(type) ? inputs : without(checkedInputs(answering));
  const computed = sdkProperties(type)
    .filter(({ name }) => checked[name] === undefined)
    .flatMap((property): [string, Wire][] => {
      if (!deployed) return property.optional ? [] : [[property.name, unknown]];
      return [[property.name, readBack(property, answering)]];
    })
    .map(([name, value]): [string, Wire] => [name, secretOutputs.includes(name) ? secret(value) : value]);
  const all = { ...checked, ...Object.fromEntries(computed) };
  if (!deployed) return all;
  return isKubernetes(type)
    ? { ...all, metadata: metadata(all.metadata, resource) }
    : { ...all, id: identifier(resource) };
}

/** A resource's identifier once it is up. */
export function identifier({ type, name, urn, inputs }: PlannedResource): string {
  const { metadata: meta } = inputs;
  if (isObject(meta)) return [meta.namespace, meta.name ?? name].filter(Boolean).join("/");
  if (type === "aws:kms/key:Key")
    return hash(urn, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const own = type.startsWith("aws:") ? (inputs.bucket ?? inputs.name) : inputs.name;
  if (typeof own === "string" && own !== unknown) return own;
  return `${type.slice(type.lastIndexOf(":") + 1).toLowerCase()}-${hash(urn, 17)}`;
}

/** Whether a provider is called at all: not while a part of its own configuration is unknown. */
export function isConfigured(provider: PlannedResource | undefined): boolean {
  return provider === undefined || !hasUnknown(provider.inputs);
}

function hasUnknown(value: Wire): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) ? Object.values(value).some(hasUnknown) : value === unknown;
}

function isKubernetes(type: string): boolean {
  return type.startsWith("kubernetes:");
}

function defaultTags(provider: PlannedResource | undefined): Properties {
  const given = provider?.inputs.defaultTags;
  const read: unknown = typeof given === "string" ? JSON.parse(given) : given;
  const tags = (read as { tags?: Properties } | undefined)?.tags;
  return tags ?? {};
}

/** Maps that people fill, whose keys no schema knows. */
const maps = ["tags", "tagsAll", "labels", "variables", "parameters"];

/** The bridge marks nested objects with what it set in them by default. */
function bridged(inputs: Properties): Properties {
  const mark = (value: Wire, key: string): Wire => {
    if (Array.isArray(value)) return value.map((one) => mark(one, key));
    if (!isObject(value) || isSecret(value) || maps.includes(key)) return value;
    return {
      __defaults: [],
      ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mark(one, name)])),
    };
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, mark(value, name)]));
}

function without(inputs: Properties): Properties {
  const strip = (value: Wire): Wire => {
    if (Array.isArray(value)) return value.map(strip);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, one]) => (name === "__defaults" ? [] : [[name, strip(one)]])),
    );
  };
  return strip(inputs) as Properties;
}

/** Providers read back an empty value where nothing was set. */
function readBack({ name, kind, optional }: SdkProperty, { resource, provider }: Answering): Wire {
  switch (kind) {
    case "boolean":
      return false;
    case "number":
      return optional ? 0 : 1;
    case "list":
      return name === "domainValidationOptions" ? [validationRecord(resource)] : [];
    case "object":
      return {};
    case "string":
      if (/^arn$|Arn$/.test(name)) return arn(resource, provider);
      if (name.endsWith("Id") && !optional) return identifier(resource);
      if (resource.type === "random:index/randomPassword:RandomPassword") return password(resource);
      return optional ? "" : `${name}-${hash(resource.urn, 8)}`;
  }
}

/** As long as a generated one, so that rules see what they see during an update. */
function password({ inputs, urn }: PlannedResource): string {
  const length = Number(inputs.length);
  return hash(urn, 64)
    .repeat(Math.ceil(length / 64))
    .slice(0, length);
}

/** The record that ACM requires before it issues a certificate. [ACM API, DomainValidation] */
function validationRecord({ inputs, urn }: PlannedResource): Wire {
  const { domainName = "" } = inputs;
  return {
    domainName,
    resourceRecordName: `_${hash(urn, 32)}.${domainName as string}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${hash(`${urn} value`, 32)}.acm-validations.aws.`,
  };
}

function arn({ type, ...resource }: PlannedResource, provider: PlannedResource | undefined): string {
  const [service = "", kind = ""] = (type.split(":")[1] ?? "").split("/");
  const { region = "us-east-1", allowedAccountIds } = provider?.inputs ?? {};
  const [account = "111122223333"] =
    typeof allowedAccountIds === "string" ? (JSON.parse(allowedAccountIds) as string[]) : [];
  const called = services[service] ?? service;
  const place = called === "iam" ? "" : String(region);
  return `arn:aws:${called}:${place}:${account}:${kind.toLowerCase()}/${identifier({ type, ...resource })}`;
}

/** Services that ARNs call otherwise than the provider's modules. */
const services: Readonly<Record<string, string>> = {
  alb: "elasticloadbalancing",
  cloudwatch: "logs",
  lb: "elasticloadbalancing",
};

/** What the API server adds to every object. */
function metadata(given: Wire | undefined, { urn, name, inputs }: PlannedResource): Properties {
  return {
    creationTimestamp: "2026-01-01T00:00:00Z",
    generation: 1,
    managedFields: [
      { apiVersion: inputs.apiVersion ?? "v1", manager: "pulumi-kubernetes", operation: "Apply" },
    ],
    name,
    resourceVersion: "1",
    uid: hash(urn, 32),
    ...(isObject(given) && given),
  };
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

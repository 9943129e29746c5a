import analyzerMessages, { type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { mutable } from "./engine.ts";
import type { Level, Rule, Severity, StackName, Verdict } from "./policy-pack.ts";
import type { PlannedResource } from "./resource.ts";
import type { Properties, Wire } from "./wire.ts";

/** Every rule at its own level, but for what the configuration says: a level, or an object with one and properties. */
export function configureRequest(rules: readonly Rule[], configuration: Record<string, Wire>) {
  const request = new analyzerMessages.ConfigureAnalyzerRequest();
  for (const rule of rules) {
    const setting = configuration[rule.name] ?? configuration.all ?? {};
    const { enforcementLevel = rule.level, ...properties } = (
      typeof setting === "string" ? { enforcementLevel: setting } : setting
    ) as Properties;
    const config = new analyzerMessages.PolicyConfig();
    const level = String(enforcementLevel).toUpperCase() as keyof typeof analyzerMessages.EnforcementLevel;
    config.setEnforcementlevel(analyzerMessages.EnforcementLevel[level]);
    config.setProperties(structMessages.Struct.fromJavaScript(mutable(properties)));
    request.getPolicyconfigMap().set(rule.name, config);
  }
  return request;
}

export function stackRequest({ project, stack, organization }: StackName) {
  const request = new analyzerMessages.AnalyzerStackConfigureRequest();
  request.setProject(project);
  request.setStack(stack);
  request.setOrganization(organization);
  request.setDryRun(true);
  return request;
}

export type ByUrn = ReadonlyMap<string, PlannedResource>;

export function analyzeRequest(resource: PlannedResource, byUrn: ByUrn) {
  return describe(new analyzerMessages.AnalyzeRequest(), resource, byUrn);
}

export function analyzeStackRequest(resources: readonly PlannedResource[], byUrn: ByUrn) {
  const request = new analyzerMessages.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((resource) => {
      const described = describe(new analyzerMessages.AnalyzerResource(), resource, byUrn);
      described.setParent(resource.parent ?? "");
      described.setDependenciesList([...resource.dependencies]);
      for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
        const dependencies = new analyzerMessages.AnalyzerPropertyDependencies();
        dependencies.setUrnsList([...urns]);
        described.getPropertydependenciesMap().set(property, dependencies);
      }
      return described;
    }),
  );
  return request;
}

const converted = new WeakMap<PlannedResource, structMessages.Struct>();

/** A resource's inputs as the protocol carries them; a provider's go with everything that it makes. */
function propertiesOf(resource: PlannedResource): structMessages.Struct {
  const properties =
    converted.get(resource) ?? structMessages.Struct.fromJavaScript(mutable(resource.inputs));
  converted.set(resource, properties);
  return properties;
}

/** What both requests say of a resource. Options are always set: the pack's handlers refuse a request without. */
function describe<
  Message extends InstanceType<
    typeof analyzerMessages.AnalyzeRequest | typeof analyzerMessages.AnalyzerResource
  >,
>(message: Message, resource: PlannedResource, byUrn: ByUrn): Message {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(propertiesOf(resource));

  const options = new analyzerMessages.AnalyzerResourceOptions();
  options.setProtect(resource.protect);
  options.setIgnorechangesList([...resource.ignoreChanges]);
  options.setParent(resource.parent ?? "");
  const timeouts = new analyzerMessages.AnalyzerResourceOptions.CustomTimeouts();
  timeouts.setCreate(resource.timeouts.create ?? 0);
  timeouts.setUpdate(resource.timeouts.update ?? 0);
  timeouts.setDelete(resource.timeouts.delete ?? 0);
  options.setCustomtimeouts(timeouts);
  message.setOptions(options);

  const provider = byUrn.get(resource.provider ?? "");
  if (provider !== undefined) {
    const described = new analyzerMessages.AnalyzerProviderResource();
    described.setType(provider.type);
    described.setUrn(provider.urn);
    described.setName(provider.name);
    described.setProperties(propertiesOf(provider));
    message.setProvider(described);
  }
  return message;
}

export function verdictsOf(response: AnalyzeResponse, urn?: string): Verdict[] {
  return response.getDiagnosticsList().map((found) => {
    const about = found.getUrn() || urn;
    return {
      rule: found.getPolicyname(),
      level: levelName(found.getEnforcementlevel()),
      severity: severityName(found.getSeverity()),
      ...(about !== undefined && { urn: about }),
      message: ownWords(found.getMessage(), found.getDescription()),
    };
  });
}

/** The pack puts the rule's description before each message. */
function ownWords(message: string, description: string): string {
  return message.startsWith(`${description}\n`) ? message.slice(description.length + 1) : message;
}

export function levelName(level: number): Level {
  return nameOf(analyzerMessages.EnforcementLevel, level) as Level;
}

export function severityName(severity: number): Severity {
  return nameOf(analyzerMessages.PolicySeverity, severity).replace("policy_severity_", "") as Severity;
}

function nameOf(values: object, value: number): string {
  return (Object.entries(values).find(([, number]) => number === value)?.[0] ?? "unspecified").toLowerCase();
}

import analyzerMessages, { type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb.js";
import type structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { parseMessage } from "../../policies/framework/message.ts";
import type { RuleConfiguration } from "./policy-configuration.ts";
import type { AnalyzedResource, Diagnostic, Level, Severity, StackName } from "./policy-report.ts";
import { toStruct } from "./protocol.ts";
import type { Properties } from "./wire.ts";

/** The configuration of every rule. */
export function configureRequest(rules: ReadonlyMap<string, Required<RuleConfiguration>>) {
  const request = new analyzerMessages.ConfigureAnalyzerRequest();
  for (const [name, { level, properties }] of rules) {
    const config = new analyzerMessages.PolicyConfig();
    const called = level.toUpperCase() as keyof typeof analyzerMessages.EnforcementLevel;
    config.setEnforcementlevel(analyzerMessages.EnforcementLevel[called]);
    config.setProperties(toStruct(properties));
    request.getPolicyconfigMap().set(name, config);
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

export function analyzeRequest(shown: AnalyzedResource) {
  return describe(new analyzerMessages.AnalyzeRequest(), shown);
}

/** All resources, not in their order: the engine keeps them in a map. */
export function analyzeStackRequest(all: readonly AnalyzedResource[]) {
  const request = new analyzerMessages.AnalyzeStackRequest();
  request.setResourcesList(
    all.toReversed().map((shown) => {
      const { resource } = shown;
      const described = describe(new analyzerMessages.AnalyzerResource(), shown);
      described.setParent(resource.parent ?? "");
      described.setDependenciesList([...resource.dependencies]);
      for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
        if (urns.length === 0) continue;
        const dependencies = new analyzerMessages.AnalyzerPropertyDependencies();
        dependencies.setUrnsList([...urns]);
        described.getPropertydependenciesMap().set(property, dependencies);
      }
      return described;
    }),
  );
  return request;
}

const converted = new WeakMap<Properties, structMessages.Struct>();

/**
 * Properties as the protocol carries them; a provider's go with everything that it makes. The engine leaves out internal
 * ones at the top. [pulumi/pulumi sdk/go/common/resource/plugin/rpc.go MarshalProperties, SkipInternalKeys]
 */
function structOf(properties: Properties): structMessages.Struct {
  const known = converted.get(properties);
  if (known !== undefined) return known;
  const shown = Object.entries(properties).filter(([name]) => !name.startsWith("__"));
  const struct = toStruct(Object.fromEntries(shown));
  converted.set(properties, struct);
  return struct;
}

/** The fields of a resource that both requests have. Options are always set: the pack's handlers refuse a request without. */
function describe<
  Message extends InstanceType<
    typeof analyzerMessages.AnalyzeRequest | typeof analyzerMessages.AnalyzerResource
  >,
>(message: Message, { resource, provider, properties }: AnalyzedResource): Message {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.name);
  message.setProperties(structOf(properties));

  const options = new analyzerMessages.AnalyzerResourceOptions();
  options.setProtect(resource.protect);
  options.setIgnorechangesList([...resource.ignoreChanges]);
  options.setAdditionalsecretoutputsList([...(resource.secretOutputs ?? [])]);
  options.setParent(resource.parent ?? "");
  const timeouts = new analyzerMessages.AnalyzerResourceOptions.CustomTimeouts();
  timeouts.setCreate(resource.timeouts.create ?? 0);
  timeouts.setUpdate(resource.timeouts.update ?? 0);
  timeouts.setDelete(resource.timeouts.delete ?? 0);
  options.setCustomtimeouts(timeouts);
  message.setOptions(options);

  if (provider !== undefined) {
    const described = new analyzerMessages.AnalyzerProviderResource();
    described.setType(provider.type);
    described.setUrn(provider.urn);
    described.setName(provider.name);
    described.setProperties(structOf(provider.inputs));
    message.setProvider(described);
  }
  return message;
}

export function diagnosticsOf(response: AnalyzeResponse, urn?: string): Diagnostic[] {
  return response.getDiagnosticsList().map((found) => {
    const about = found.getUrn() || urn;
    const message = found.getMessage();
    const finding = parseMessage(message);
    return {
      rule: found.getPolicyname(),
      level: levelName(found.getEnforcementlevel()),
      severity: severityName(found.getSeverity()),
      ...(about !== undefined && { urn: about }),
      message,
      ...(finding !== undefined && { finding }),
    };
  });
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

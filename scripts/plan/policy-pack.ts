import { readFileSync } from "node:fs";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import analyzerService from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import analyzerMessages, {
  type AnalyzeResponse,
  type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { messageBytes, mutable } from "./engine.ts";
import { type Launched, launch, within } from "./launch.ts";
import type { PlannedResource } from "./resource.ts";
import type { Properties, Wire } from "./wire.ts";

export type Level = "advisory" | "mandatory" | "disabled" | "remediate";
export type Severity = "unspecified" | "low" | "medium" | "high" | "critical";

/** What a rule found. */
export interface Verdict {
  readonly rule: string;
  readonly level: Level;
  readonly severity: Severity;
  /** URN of the resource, where the finding is about one. */
  readonly urn?: string;
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  readonly title: string;
  readonly level: Level;
  readonly severity: Severity;
  /** How a finding is mended. */
  readonly fix: string;
}

export interface Judgement {
  readonly pack: { readonly name: string; readonly version: string };
  readonly rules: readonly Rule[];
  readonly verdicts: readonly Verdict[];
}

/** A pack that is loaded, knows its configuration and listens. */
export interface PolicyPack {
  readonly name: string;
  readonly version: string;
  readonly rules: readonly Rule[];
  /** What the rules for single resources say. Providers are judged before what they make. */
  judgeResource(resource: PlannedResource): Promise<Verdict[]>;
  /** What the rules for the whole stack say. */
  judgeStack(resources: readonly PlannedResource[]): Promise<Verdict[]>;
  close(): void;
}

export interface StackName {
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
}

const longestStartSeconds = 60;
const longestAnalysisSeconds = 120;

/**
 * Starts the policy pack through Pulumi's own launcher.
 * @param configuration file with levels and thresholds by rule, as `pulumi preview --policy-pack-config` reads them
 */
export async function startPolicyPack(args: {
  readonly root: string;
  readonly stack: StackName;
  readonly configuration?: string | undefined;
}): Promise<PolicyPack> {
  const folder = join(args.root, "policies");
  // The launcher wants the engine's address first, which this pack never calls.
  const launched = launch("run-policy-pack", ["127.0.0.1:0", folder], { folder });
  const crashed = crash(launched);
  crashed.catch(() => undefined);
  const port = await within(
    longestStartSeconds,
    "the policy pack",
    Promise.race([firstPort(launched), crashed]),
  );
  const client = new analyzerService.AnalyzerClient(
    `127.0.0.1:${port}`,
    credentials.createInsecure(),
    messageBytes,
  );
  function ask<Response>(start: (done: Done<Response>) => void): Promise<Response> {
    return within(longestAnalysisSeconds, "the policy pack's answer", Promise.race([call(start), crashed]));
  }

  const info = await ask<AnalyzerInfo>((done) => client.getAnalyzerInfo(new emptyMessages.Empty(), done));
  const rules = info.getPoliciesList().map(
    (policy): Rule => ({
      name: policy.getName(),
      title: policy.getDescription().split("\n")[0] ?? "",
      level: levelName(policy.getEnforcementlevel()),
      severity: severityName(policy.getSeverity()),
      fix: policy.getRemediationSteps(),
    }),
  );
  const configuration = args.configuration === undefined ? {} : readConfiguration(args.configuration);
  await ask((done) => client.configure(configureRequest(rules, configuration), done));
  await ask((done) => client.configureStack(stackRequest(args.stack), done));

  const byUrn = new Map<string, PlannedResource>();
  return {
    name: info.getName(),
    version: info.getVersion(),
    rules,
    judgeResource: async (resource) => {
      byUrn.set(resource.urn, resource);
      const response = await ask<AnalyzeResponse>((done) =>
        client.analyze(analyzeRequest(resource, byUrn), done),
      );
      return verdictsOf(response, resource.urn);
    },
    judgeStack: async (resources) =>
      verdictsOf(await ask((done) => client.analyzeStack(analyzeStackRequest(resources, byUrn), done))),
    close: () => {
      client.close();
      launched.process.kill();
    },
  };
}

/** The pack prints the port that it listens on as its first line. */
function firstPort(pack: Launched): Promise<number> {
  return new Promise<number>((resolve) => {
    pack.process.stdout.on("data", () => {
      const port = /^(\d+)\r?\n/m.exec(pack.output())?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

async function crash(pack: Launched): Promise<never> {
  const code = await pack.ended;
  throw new Error(`the policy pack ended with code ${code}\n${pack.output()}`.trimEnd());
}

type Done<Response> = (error: Error | null, response: Response) => void;

function call<Response>(start: (done: Done<Response>) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

function readConfiguration(file: string): Record<string, Wire> {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Every rule at its own level, but for what the configuration says: a level, or an object with one and properties. */
function configureRequest(rules: readonly Rule[], configuration: Record<string, Wire>) {
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

function stackRequest({ project, stack, organization }: StackName) {
  const request = new analyzerMessages.AnalyzerStackConfigureRequest();
  request.setProject(project);
  request.setStack(stack);
  request.setOrganization(organization);
  request.setDryRun(true);
  return request;
}

type ByUrn = ReadonlyMap<string, PlannedResource>;

function analyzeRequest(resource: PlannedResource, byUrn: ByUrn) {
  return describe(new analyzerMessages.AnalyzeRequest(), resource, byUrn);
}

function analyzeStackRequest(resources: readonly PlannedResource[], byUrn: ByUrn) {
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

function verdictsOf(response: AnalyzeResponse, urn?: string): Verdict[] {
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

function levelName(level: number): Level {
  return nameOf(analyzerMessages.EnforcementLevel, level) as Level;
}

function severityName(severity: number): Severity {
  return nameOf(analyzerMessages.PolicySeverity, severity).replace("policy_severity_", "") as Severity;
}

function nameOf(values: object, value: number): string {
  return (Object.entries(values).find(([, number]) => number === value)?.[0] ?? "unspecified").toLowerCase();
}

import { basename, join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import analyzerService from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type { AnalyzeResponse, AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import { parseParts } from "../../policies/framework/message.ts";
import {
  analyzeRequest,
  analyzeStackRequest,
  configureRequest,
  diagnosticsOf,
  levelName,
  severityName,
  stackRequest,
} from "./analyzer-messages.ts";
import { type Launched, launch, within } from "./launch.ts";
import { type Configurable, readPolicyConfiguration, reconciled } from "./policy-configuration.ts";
import type { AnalyzedResource, Diagnostic, Level, ReportedRule, StackName } from "./policy-report.ts";
import { messageBytes } from "./protocol.ts";
import { checkedInputs, outputs } from "./provider-answers.ts";
import type { PlannedResource } from "./resource.ts";

/** A pack that is loaded, knows its configuration and listens. */
export interface PolicyPack {
  readonly name: string;
  readonly version: string;
  readonly rules: readonly ReportedRule[];
  /** What the rules for single resources report. Providers are analyzed before what they make. */
  analyzeResource(resource: PlannedResource): Promise<Diagnostic[]>;
  /** What the rules for the whole stack report. */
  analyzeStack(resources: readonly PlannedResource[]): Promise<Diagnostic[]>;
  close(): void;
}

const longestStartSeconds = 300;
const longestAnalysisSeconds = 600;

/** A stack that a pack checks, and the pack's configuration for it. */
export interface PackArgs {
  readonly stack: StackName;
  /** File with levels and thresholds by rule, as `pulumi preview --policy-pack-config` reads them. */
  readonly configuration?: string | undefined;
  /** Whether the stack is up and everything about it known. @default false */
  readonly deployed?: boolean;
  /** Levels of rules that the configuration doesn't mention. */
  readonly levels?: Readonly<Record<string, Level>>;
}

/** A pack's process, which checks one stack after another. */
export interface PackProcess {
  forStack(args: PackArgs): Promise<Omit<PolicyPack, "close">>;
  close(): void;
}

/** Starts the policy pack of a folder for one stack. */
export async function startPolicyPack({
  root,
  ...args
}: PackArgs & { readonly root: string }): Promise<PolicyPack> {
  const { forStack, close } = await launchPack(root);
  try {
    return { ...(await forStack(args)), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Starts the policy pack of a folder through Pulumi's own launcher. */
export async function launchPack(root: string): Promise<PackProcess> {
  const folder = join(root, "policies");
  // The launcher wants the engine's address first, which this pack never calls.
  const launched = launch("run-policy-pack", ["127.0.0.1:0", folder], { folder });
  try {
    return await connected(launched);
  } catch (error) {
    // Otherwise this process would wait for its child.
    launched.process.kill();
    throw error;
  }
}

async function connected(launched: Launched): Promise<PackProcess> {
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
    (policy): ReportedRule => ({
      name: policy.getName(),
      title: parseParts(policy.getDescription())?.rule ?? policy.getDescription(),
      level: levelName(policy.getEnforcementlevel()),
      severity: severityName(policy.getSeverity()),
      fix: policy.getRemediationSteps(),
    }),
  );

  async function forStack({ stack, configuration, deployed = false, levels = {} }: PackArgs) {
    const configured = configuration === undefined ? new Map() : readPolicyConfiguration(configuration);
    const configurable = info.getPoliciesList().map((policy): Configurable => {
      const level = levels[policy.getName()] ?? levelName(policy.getEnforcementlevel());
      const settings = policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {};
      return { name: policy.getName(), level, settings: settings as Configurable["settings"] };
    });
    const settled = reconciled(configurable, configured, basename(configuration ?? ""));
    await ask((done) => client.configure(configureRequest(settled), done));
    await ask((done) => client.configureStack(stackRequest(stack), done));

    const byUrn = new Map<string, PlannedResource>();
    const answering = (resource: PlannedResource) => {
      const provider = byUrn.get(resource.provider ?? "");
      return { resource, ...(provider && { provider }), deployed };
    };
    const asChecked = (resource: PlannedResource): AnalyzedResource => ({
      ...answering(resource),
      properties: checkedInputs(answering(resource)),
    });
    const asMade = (resource: PlannedResource): AnalyzedResource => ({
      ...answering(resource),
      properties: outputs(answering(resource)),
    });
    return {
      name: info.getName(),
      version: info.getVersion(),
      rules,
      analyzeResource: async (resource: PlannedResource) => {
        byUrn.set(resource.urn, resource);
        const response = await ask<AnalyzeResponse>((done) =>
          client.analyze(analyzeRequest(asChecked(resource)), done),
        );
        return diagnosticsOf(response, resource.urn);
      },
      analyzeStack: async (resources: readonly PlannedResource[]) => {
        const request = analyzeStackRequest(resources.map(asMade));
        return diagnosticsOf(await ask((done) => client.analyzeStack(request, done)));
      },
    };
  }

  return {
    forStack,
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

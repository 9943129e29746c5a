import * as policyServer from "@pulumi/policy/server.js";
import analyzerMessages, { type AnalyzeResponse } from "@pulumi/pulumi/proto/analyzer_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import type { Exemption } from "../../policies/framework/exemption.ts";
import { type Message, parseMessage } from "../../policies/framework/message.ts";
import { policies } from "../../policies/framework/policy.ts";
import type { Rule } from "../../policies/framework/rule.ts";
import type { Properties, Wire } from "../../scripts/plan/wire.ts";

/** A resource as the engine would send it; values may be `unknown` and `secret(…)` of `scripts/plan/wire.ts`. */
export interface Given {
  readonly type: string;
  readonly name: string;
  readonly props: Properties;
  /** What the engine sends of it for the stack. @default what it sends of it alone */
  readonly outputs?: Properties;
  /** Type of its parent, which tells resources of one type and name apart. */
  readonly under?: string;
  /** The resources behind each top-level property. */
  readonly behind?: Readonly<Record<string, readonly Given[]>>;
  /** Settings of its provider. */
  readonly provider?: Properties;
  readonly options?: {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly createSeconds?: number;
    readonly updateSeconds?: number;
  };
}

/** A finding, in the parts that readers see. */
export interface Found extends Omit<Message, "rule" | "why"> {
  /** All parts as one string. */
  readonly message: string;
  readonly level: "advisory" | "mandatory";
}

export interface Circumstances {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly exemptions?: readonly Exemption[];
  readonly today?: string;
  readonly environment?: string;
  /** What the pack consists of, for rules that look at it. */
  readonly pack?: readonly Rule[];
}

type Reply = (error: Error | null, response?: AnalyzeResponse) => void;
type MakeHandler = (
  pack: string,
  version: string,
  level: string,
  policies: readonly unknown[],
) => (call: { readonly request: unknown }, reply: Reply) => Promise<void>;

/** What the pack's process answers the engine with; no public part of the package, which is pinned. */
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = policyServer as unknown as {
  readonly makeAnalyzeRpcFun: MakeHandler;
  readonly makeAnalyzeStackRpcFun: MakeHandler;
};

/** What a rule finds in one resource or, for a stack rule, in a stack of several. */
export async function judge(
  rule: Rule,
  given: Given | readonly Given[],
  circumstances: Circumstances = {},
): Promise<readonly Found[]> {
  const resources = Array.isArray(given) ? (given as readonly Given[]) : [given as Given];
  const runs = policiesFor({ pack: [rule], ...circumstances }).filter(({ name }) => name === rule.name);
  return "checkStack" in rule
    ? analyzeStack(runs, resources, circumstances)
    : analyzeResources(runs, resources, circumstances);
}

/** What several rules find, asked as the engine asks a pack: about each resource, and then about the stack. */
export async function judgePack(
  pack: readonly Rule[],
  given: readonly Given[],
  circumstances: Omit<Circumstances, "pack"> = {},
): Promise<readonly Found[]> {
  const runs = policiesFor({ ...circumstances, pack });
  const ofResources = await analyzeResources(runs, given, circumstances);
  return [...ofResources, ...(await analyzeStack(runs, given, circumstances))];
}

async function analyzeResources(
  runs: readonly unknown[],
  resources: readonly Given[],
  { environment = "dev" }: Circumstances,
): Promise<readonly Found[]> {
  const handler = makeAnalyzeRpcFun("gantry", "0.1.0", "advisory", runs);
  const answers = resources.map((resource) => answer(handler, resourceRequest(resource, environment)));
  return (await Promise.all(answers)).flatMap(found);
}

async function analyzeStack(
  runs: readonly unknown[],
  resources: readonly Given[],
  { environment = "dev" }: Circumstances,
): Promise<readonly Found[]> {
  const handler = makeAnalyzeStackRpcFun("gantry", "0.1.0", "advisory", runs);
  return found(await answer(handler, stackRequest(resources, environment)));
}

/** The exact findings of a rule, in order. */
export async function findings(
  rule: Rule,
  given: Given | readonly Given[],
  circumstances: Circumstances = {},
): Promise<readonly string[]> {
  return (await judge(rule, given, circumstances)).map(({ id }) => id).sort();
}

/** Rules as policies. Configuration can't be given to the handlers from outside, so it is put between. */
function policiesFor({ config = {}, exemptions = [], today = "2026-11-20", pack = [] }: Circumstances) {
  return policies({ rules: pack, exemptions, today }).map((policy) => {
    const withConfig = <Args extends object>(args: Args): Args => ({ ...args, getConfig: () => config });
    if ("validateStack" in policy)
      return {
        ...policy,
        validateStack: (args: never, report: never) => policy.validateStack(withConfig(args), report),
      };
    const { validateResource } = policy;
    if (typeof validateResource !== "function") throw new Error(`${policy.name} is no resource policy`);
    return {
      ...policy,
      validateResource: (args: never, report: never) => validateResource(withConfig(args), report),
    };
  });
}

async function answer(handler: ReturnType<MakeHandler>, request: unknown): Promise<AnalyzeResponse> {
  return new Promise((resolve, reject) => {
    handler({ request }, (error, response) => {
      if (response !== undefined) resolve(response);
      else reject(error ?? new Error("neither an error nor a response"));
    }).catch(reject);
  });
}

function found(response: AnalyzeResponse): Found[] {
  return response.getDiagnosticsList().map((diagnostic) => {
    const message = diagnostic.getMessage();
    const parsed = parseMessage(message);
    // What Pulumi itself says of a rule that tripped over an unknown.
    if (parsed === undefined) throw new Error(message);
    const { rule, why, ...parts } = parsed;
    const advisory = diagnostic.getEnforcementlevel() === analyzerMessages.EnforcementLevel.ADVISORY;
    return { ...parts, message, level: advisory ? "advisory" : "mandatory" };
  });
}

function resourceRequest(given: Given, environment: string) {
  return describe(new analyzerMessages.AnalyzeRequest(), given, environment);
}

function stackRequest(given: readonly Given[], environment: string) {
  const request = new analyzerMessages.AnalyzeStackRequest();
  request.setResourcesList(
    given.map((one) => {
      const shown = { ...one, props: one.outputs ?? one.props };
      const resource = describe(new analyzerMessages.AnalyzerResource(), shown, environment);
      for (const [property, others] of Object.entries(one.behind ?? {})) {
        const dependencies = new analyzerMessages.AnalyzerPropertyDependencies();
        dependencies.setUrnsList(others.map((other) => urn(other, environment)));
        resource.getPropertydependenciesMap().set(property, dependencies);
      }
      return resource;
    }),
  );
  return request;
}

function describe<
  Message extends InstanceType<
    typeof analyzerMessages.AnalyzeRequest | typeof analyzerMessages.AnalyzerResource
  >,
>(message: Message, given: Given, environment: string): Message {
  message.setType(given.type);
  message.setUrn(urn(given, environment));
  message.setName(given.name);
  message.setProperties(struct(given.props));
  const { protect = false, ignoreChanges = [], createSeconds = 0, updateSeconds = 0 } = given.options ?? {};
  const timeouts = new analyzerMessages.AnalyzerResourceOptions.CustomTimeouts();
  timeouts.setCreate(createSeconds);
  timeouts.setUpdate(updateSeconds);
  const options = new analyzerMessages.AnalyzerResourceOptions();
  options.setProtect(protect);
  options.setIgnorechangesList([...ignoreChanges]);
  options.setCustomtimeouts(timeouts);
  message.setOptions(options);
  if (given.provider !== undefined) {
    const provider = new analyzerMessages.AnalyzerProviderResource();
    provider.setType("pulumi:providers:aws");
    provider.setName("provider");
    provider.setProperties(struct(given.provider));
    message.setProvider(provider);
  }
  return message;
}

function struct(properties: Properties) {
  return structMessages.Struct.fromJavaScript(properties as Record<string, never>);
}

function urn({ type, name, under }: Given, environment: string): string {
  return `urn:pulumi:${environment}::gantry::${under === undefined ? "" : `${under}$`}${type}::${name}`;
}

/** The same properties with one field replaced, or removed where the value is `undefined`. */
export function withField(properties: Properties, path: string, value: Wire | undefined): Properties {
  return replaced(properties, path.split("."), value) as Properties;
}

function replaced(from: Wire, [key = "", ...rest]: readonly string[], value: Wire | undefined): Wire {
  const put = (inner: Wire) => (rest.length === 0 ? value : replaced(inner, rest, value));
  if (Array.isArray(from))
    return from.flatMap((inner: Wire, index) =>
      String(index) === key ? (put(inner) ?? []) : [inner],
    ) as Wire;
  const { [key]: inner, ...others } = from as Properties;
  const changed = put(inner ?? {});
  return changed === undefined ? others : { ...others, [key]: changed };
}

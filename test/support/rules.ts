import { readFileSync } from "node:fs";
import { unknownCheckingProxy } from "@pulumi/policy";
import type { Exemption } from "../../policies/framework/exemption.ts";
import { parseParts } from "../../policies/framework/message.ts";
import { policies } from "../../policies/framework/policy.ts";
import { readsType } from "../../policies/framework/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import { policyConfigurationFile } from "../../scripts/plan/environment.ts";
import type { PlannedResource } from "../../scripts/plan/resource.ts";
import { isObject, isSecret, type Properties, type Wire } from "../../scripts/plan/wire.ts";
import { exemptions as ofFixtures } from "../fixtures/project/policies/exemptions.ts";

/** Mistakes are found on every day alike. */
const aDay = "2026-11-24";

/** What an environment says about rules: a level, or settings with a level among them. */
export type PolicyConfiguration = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/** The configuration of rules that an environment has. */
export function policyConfiguration(root: string, environment: string): PolicyConfiguration {
  const file = policyConfigurationFile(root, environment);
  return file === undefined ? {} : JSON.parse(readFileSync(file, "utf8"));
}

/** A resource as Pulumi passes it to a policy. */
interface Given {
  readonly urn: string;
  readonly type: string;
  readonly props: object;
  readonly propertyDependencies: Record<string, Given[]>;
}

interface Circumstances {
  /** @default those of test/fixtures/project */
  readonly exemptions?: readonly Exemption[];
  /** As `YYYY-MM-DD`. */
  readonly today?: string;
}

/** What the whole pack says of a stack, in this process: the same rules and adapter, without the protocol around them. */
export class Judge {
  private readonly given = new Map<string, Given>();
  private readonly order: readonly string[];
  private readonly configuration: PolicyConfiguration;
  private readonly messages = new Map<string, string>();
  /** What the pack last saw of each resource. */
  private readonly shown = new Map<string, Given>();
  private readonly planned: ReadonlyMap<string, PlannedResource>;
  private readonly policies: ReadonlyMap<string, ReturnType<typeof policies>[number]>;

  constructor(
    resources: readonly PlannedResource[],
    configuration: PolicyConfiguration = {},
    { exemptions = ofFixtures, today = aDay }: Circumstances = {},
  ) {
    this.configuration = configuration;
    const pack = policies({ rules, exemptions, today });
    this.policies = new Map(pack.map((policy) => [policy.name, policy]));
    this.planned = new Map(resources.map((resource) => [resource.urn, resource]));
    this.order = resources.map(({ urn }) => urn);
    for (const resource of resources) this.given.set(resource.urn, this.give(resource));
    for (const resource of resources) this.join(resource, this.given);
  }

  /** Every finding's id, of resources and of the stack as a whole. */
  all(): readonly string[] {
    return [...[...this.given.values()].flatMap((one) => [...this.resource(one)]), ...this.stack(this.given)];
  }

  /** What was said of a finding. */
  message(finding: string): string {
    return this.messages.get(finding) ?? "";
  }

  /** Whether a finding stops a deployment. */
  isMandatory(finding: string): boolean {
    const rule = rules.find(({ name }) => finding.startsWith(`${name}[`));
    const { enforcementLevel = rule?.level ?? "mandatory" } = this.settings(rule?.name ?? "");
    return enforcementLevel === "mandatory";
  }

  /** Findings with one resource replaced, of the rules that may see the difference, as far as they are asked for. */
  *with(changed: PlannedResource): Generator<string> {
    const given = new Map(this.given);
    given.set(changed.urn, this.give(changed));
    // What hangs on the resource, or on what does so, has to hang on its new form.
    const renewed = new Set([changed.urn]);
    for (const urn of this.order) {
      const one = this.planned.get(urn);
      if (one === undefined || renewed.has(urn)) continue;
      if (
        !Object.values(one.propertyDependencies).some((behind) => behind.some((other) => renewed.has(other)))
      )
        continue;
      renewed.add(urn);
      given.set(urn, this.give(one));
    }
    for (const urn of this.order) {
      const one = urn === changed.urn ? changed : this.planned.get(urn);
      if (one !== undefined && given.get(urn) !== this.given.get(urn)) this.join(one, given);
    }
    const own = given.get(changed.urn);
    if (own !== undefined) yield* this.resource(own);
    yield* this.stack(given, changed.type);
  }

  /** Findings that further resources bring about: of themselves, and of what hangs together with them. */
  plus(added: readonly PlannedResource[]): readonly string[] {
    const given = new Map(this.given);
    for (const resource of added) given.set(resource.urn, this.give(resource));
    for (const resource of added) this.join(resource, given);
    const own = added.flatMap(({ urn }) => [...this.resource(given.get(urn) as Given)]);
    const types = new Set(added.map(({ type }) => type));
    const resources = [...this.order, ...added.map(({ urn }) => urn)].flatMap((urn) => given.get(urn) ?? []);
    for (const one of resources) this.show(one);
    const together = rules
      .filter((rule) => "checkStack" in rule && [...types].some((type) => readsType(rule, type)))
      .flatMap((rule) => this.run(rule.name, { resources }));
    return [...own, ...together];
  }

  /** The same stack under another configuration. */
  configured(configuration: PolicyConfiguration): Judge {
    const judge: Judge = Object.create(this);
    Object.assign(judge, { configuration: { ...this.configuration, ...configuration } });
    return judge;
  }

  private *resource(one: Given): Generator<string> {
    for (const rule of rules)
      if ("check" in rule && readsType(rule, one.type)) yield* this.run(rule.name, one);
  }

  private *stack(given: ReadonlyMap<string, Given>, type?: string): Generator<string> {
    const resources = this.order.flatMap((urn) => given.get(urn) ?? []);
    for (const one of resources) this.show(one);
    for (const rule of rules)
      if ("checkStack" in rule && (type === undefined || readsType(rule, type)))
        yield* this.run(rule.name, { resources });
  }

  /** The engine shows every resource to every rule before the stack; here a rule of another type will do, once. */
  private show(one: Given) {
    if (this.shown.get(one.urn) === one) return;
    this.shown.set(one.urn, one);
    const rule = rules.find((other) => "check" in other && !readsType(other, one.type));
    if (rule !== undefined) this.run(rule.name, one);
  }

  private settings(name: string): Readonly<Record<string, unknown>> {
    const configured = this.configuration[name] ?? {};
    return typeof configured === "string" ? { enforcementLevel: configured } : configured;
  }

  private run(name: string, args: object): string[] {
    const policy = this.policies.get(name);
    const found: string[] = [];
    const report = (message: string) => {
      const id = parseParts(message)?.id ?? message;
      this.messages.set(id, message);
      found.push(id);
    };
    const { enforcementLevel, ...config } = this.settings(name);
    if (enforcementLevel === "disabled") return [];
    const all = { ...args, getConfig: () => config } as never;
    if (policy !== undefined && "validateStack" in policy) void policy.validateStack(all, report);
    else if (typeof policy?.validateResource === "function") void policy.validateResource(all, report);
    return found;
  }

  private give(resource: PlannedResource): Given {
    const provider = this.planned.get(resource.provider ?? "");
    const { create = 0, update = 0 } = resource.timeouts;
    return {
      type: resource.type,
      urn: resource.urn,
      name: resource.name,
      props: unknownCheckingProxy(open(resource.inputs) as object),
      opts: {
        protect: resource.protect,
        ignoreChanges: resource.ignoreChanges,
        customTimeouts: { createSeconds: create, updateSeconds: update },
      },
      ...(provider !== undefined && {
        provider: { props: unknownCheckingProxy(open(provider.inputs) as object) },
      }),
      propertyDependencies: {},
    } as Given;
  }

  private join(resource: PlannedResource, given: ReadonlyMap<string, Given>) {
    const one = given.get(resource.urn);
    for (const [property, urns] of Object.entries(resource.propertyDependencies))
      if (one !== undefined) one.propertyDependencies[property] = urns.flatMap((urn) => given.get(urn) ?? []);
  }
}

/** Secrets as rules see them: as what they hold. */
function open(value: Wire): Wire {
  if (isSecret(value)) return open(value.value);
  if (Array.isArray(value)) return value.map((inner: Wire) => open(inner));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, open(inner)])) as Properties;
  return value;
}

import type {
  PolicyProviderResource,
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type Exemption, findingId, inForce } from "./exemption.ts";
import {
  type About,
  type Finding,
  type Resource,
  type ResourceRule,
  type Rule,
  reads,
  type StackFinding,
  type StackResource,
  type StackRule,
} from "./rule.ts";
import { configure, type Settings } from "./settings.ts";
import { type Fields, isFields, plain } from "./value.ts";

/** What rules are run with. */
export interface Pack {
  readonly rules: readonly Rule[];
  readonly exemptions: readonly Exemption[];
  /** As `YYYY-MM-DD`. */
  readonly today: string;
}

/** The rules as Pulumi runs them. */
export function policies(pack: Pack): (ResourceValidationPolicy | StackValidationPolicy)[] {
  return pack.rules.map((rule) => ("check" in rule ? resourcePolicy(rule, pack) : stackPolicy(rule, pack)));
}

function resourcePolicy(rule: ResourceRule, pack: Pack): ResourceValidationPolicy {
  return {
    ...shown(rule),
    validateResource: (args, report) => {
      if (!reads(rule, args.type)) return;
      const { config, findings } = configured(rule.config, args.getConfig());
      const message = writer(rule, pack, environmentOf(args.urn));
      for (const finding of [...findings, ...rule.check(resource(args), config, pack.today)]) {
        const text = message(finding, args.name);
        if (text !== undefined) report(text);
      }
    },
  };
}

function stackPolicy(rule: StackRule, pack: Pack): StackValidationPolicy {
  return {
    ...shown(rule),
    validateStack: (args, report) => {
      const environment = environmentOf(args.resources[0]?.urn ?? "");
      const { config, findings } = configured(rule.config, args.getConfig());
      const resources = stackResources(rule, args.resources);
      const message = writer(rule, pack, environment);
      for (const finding of [...findings, ...rule.checkStack({ ...pack, resources, environment }, config)]) {
        const text = message(finding, finding.resource?.name ?? "stack");
        if (text !== undefined) report(text, finding.resource?.urn);
      }
    },
  };
}

/** What Pulumi shows of a rule. The title is the description's first line. */
function shown({ name, title, why, fix, severity, level, anchors, config }: About) {
  return {
    name,
    description: `${title}\n${why}`,
    enforcementLevel: level,
    severity,
    remediationSteps: fix,
    url: `policies/README.md#${name}`,
    tags: "none" in anchors ? [] : [...anchors],
    configSchema: { properties: { ...config } },
  };
}

function configured(settings: Settings, given: object) {
  const fields = plain(given);
  const { config, problems } = configure(settings, isFields(fields) ? fields : {});
  const findings = problems.map(
    ({ name, allowed }): StackFinding => ({
      path: `configuration.${name}`,
      where: "configuration of the rule",
      problem: `${name} can't be used, so the default holds`,
      allowed,
    }),
  );
  return { config, findings };
}

/** Writes the message of a finding: what is wrong and where, what is allowed, what to do, and the id. */
function writer(rule: About, { exemptions, today }: Pack, environment: string) {
  const silenced = new Set(
    exemptions.filter((exemption) => inForce(exemption, environment, today)).map(({ finding }) => finding),
  );
  return ({ path, where, problem, allowed }: Finding, name: string): string | undefined => {
    const id = findingId({ rule: rule.name, resource: name, path });
    if (silenced.has(id)) return undefined;
    const place = where === undefined ? name : `${name}, ${where}`;
    return `${place}: ${problem}. Allowed: ${allowed}. ${rule.fix} [${id}]`;
  };
}

/** The stack's name is the first part of every URN. */
function environmentOf(urn: string): string {
  return urn.split("::")[0]?.split(":")[2] ?? "";
}

function resource({
  type,
  name,
  props,
  opts: { protect, customTimeouts },
  provider,
}: {
  readonly type: string;
  readonly name: string;
  readonly props: Fields | object;
  readonly opts: PolicyResourceOptions;
  readonly provider?: PolicyProviderResource;
}): Resource {
  const { createSeconds, updateSeconds } = customTimeouts;
  return {
    type,
    name,
    props: plain(props),
    // The engine sends 0 for what was not set.
    options: {
      protect,
      ...(createSeconds > 0 && { createSeconds }),
      ...(updateSeconds > 0 && { updateSeconds }),
    },
    ...(provider !== undefined && { providerProps: plain(provider.props) }),
  };
}

/** The resources that a rule reads, joined to each other by what stands behind their properties. */
function stackResources(rule: About, all: readonly PolicyResource[]): StackResource[] {
  const seen = new Map<PolicyResource, StackResource>();
  for (const original of all.filter(({ type }) => reads(rule, type))) {
    seen.set(original, {
      ...resource(original),
      urn: original.urn,
      behind: (property) =>
        (original.propertyDependencies[property] ?? []).flatMap((other) => seen.get(other) ?? []),
    });
  }
  return [...seen.values()];
}

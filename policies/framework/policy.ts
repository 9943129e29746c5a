import type {
  PolicyProviderResource,
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { applicable } from "./applicable.ts";
import { isCheckedByChildren } from "./component.ts";
import { type Exemption, findingId, inForce, isAbout } from "./exemption.ts";
import { formatParts } from "./message.ts";
import {
  type Finding,
  type Resource,
  type ResourceRule,
  type Rule,
  type RuleMetadata,
  readsType,
  type StackFinding,
  type StackResource,
  type StackRule,
} from "./rule.ts";
import { configure, type RuleSettings, schemaOf } from "./settings.ts";
import { isFields, plain, type Value } from "./value.ts";

/** What rules are run with. */
export interface Pack {
  readonly rules: readonly Rule[];
  readonly exemptions: readonly Exemption[];
  /** As `YYYY-MM-DD`. */
  readonly today: string;
}

/** A pack while it runs: Pulumi analyzes each resource, then the stack, rule by rule in their order. */
interface RunningPack extends Pack {
  readonly used: Set<Exemption>;
  /** What was read of properties that several rules are shown. */
  readonly seen: WeakMap<object, Value>;
  /** The inputs of each resource, by URN, as rules for single resources received them. */
  readonly inputs: Map<string, object>;
  /** Resources of the stack as all of its rules see them, by their inputs. */
  readonly known: WeakMap<object, SharedResource>;
}

/** What of a stack's resource no rule sees otherwise than another. */
interface SharedResource {
  readonly from: object;
  readonly resource: Omit<StackResource, "behind">;
}

/** The rules as Pulumi runs them. */
export function policies(pack: Pack): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const running: RunningPack = {
    ...pack,
    used: new Set(),
    seen: new WeakMap(),
    inputs: new Map(),
    known: new WeakMap(),
  };
  const byName = new Map(pack.rules.map((rule) => [rule.name, rule]));
  return applicable(
    pack.rules.map((rule) => ("check" in rule ? resourcePolicy(rule, running) : stackPolicy(rule, running))),
    (name, type) => {
      const rule = byName.get(name);
      return rule === undefined || readsType(rule, type);
    },
    (urn) => running.inputs.has(urn),
  );
}

function resourcePolicy(rule: ResourceRule, pack: RunningPack): ResourceValidationPolicy {
  return {
    ...metadata(rule),
    validateResource: (args, report) => {
      pack.inputs.set(args.urn, args.props);
      if (!readsType(rule, args.type) || isCheckedByChildren(args.type, args.props)) return;
      const { config, findings } = configured(rule.config, args.getConfig());
      const message = writer(rule, pack, environmentOf(args.urn));
      for (const finding of [...findings, ...rule.check(resource(args, pack), config, pack.today)]) {
        const text = message(finding, args);
        if (text !== undefined) report(text);
      }
    },
  };
}

function stackPolicy(rule: StackRule, pack: RunningPack): StackValidationPolicy {
  return {
    ...metadata(rule),
    validateStack: (args, report) => {
      const environment = environmentOf(args.resources[0]?.urn ?? "");
      const { config, findings } = configured(rule.config, args.getConfig());
      const resources = stackResources(rule, args.resources, pack);
      const message = writer(rule, pack, environment);
      for (const finding of [...findings, ...rule.checkStack({ ...pack, resources, environment }, config)]) {
        const text = message(finding, finding.resource);
        if (text !== undefined) report(text, finding.resource?.urn);
      }
    },
  };
}

/** What Pulumi shows of a rule. */
function metadata({ name, title, why, fix, severity, level, relatedChecks, config }: RuleMetadata) {
  return {
    name,
    description: formatParts({ rule: title, why }),
    enforcementLevel: level,
    severity,
    remediationSteps: fix,
    url: `policies/README.md#${name}`,
    tags: "none" in relatedChecks ? [] : [...relatedChecks],
    configSchema: {
      properties: Object.fromEntries(
        Object.entries(config).map(([setting, schema]) => [setting, schemaOf(schema)]),
      ),
    },
  };
}

function configured(settings: RuleSettings, given: object) {
  const fields = plain(given);
  const { config, problems } = configure(settings, isFields(fields) ? fields : {});
  const findings = problems.map(
    ({ name, allowed }): StackFinding => ({
      path: `configuration.${name}`,
      where: "configuration of the rule",
      problem: `the value of ${name} is not valid, so the default applies`,
      allowed,
    }),
  );
  return { config, findings };
}

/** Formats the message of a finding; undefined for an exempted one. */
function writer(rule: RuleMetadata, { exemptions, today, used }: RunningPack, environment: string) {
  return (
    { path, where, problem, value, allowed, fix = rule.fix }: Finding,
    { name, type }: { readonly name: string; readonly type?: string } = { name: "stack" },
  ): string | undefined => {
    const id = findingId({ rule: rule.name, resource: name, path });
    const silencing = exemptions.filter(
      (exemption) => isAbout(exemption, id, type) && inForce(exemption, environment, today),
    );
    for (const exemption of silencing) used.add(exemption);
    if (silencing.length > 0) return undefined;
    return formatParts({
      found: problem,
      ...(value !== undefined && { value }),
      where: where === undefined ? name : `${name}, ${where}`,
      allowed,
      fix,
      id,
    });
  };
}

/** The stack's name is the first part of every URN. */
function environmentOf(urn: string): string {
  return urn.split("::")[0]?.split(":")[2] ?? "";
}

/** The types from the outermost parent to the resource itself are the third part of a URN. */
function parentTypeOf(urn: string): string | undefined {
  return urn.split("::")[2]?.split("$").at(-2);
}

interface GivenResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly opts: PolicyResourceOptions;
  readonly provider?: PolicyProviderResource;
}

function resource(
  { urn, type, name, props, opts: { protect, ignoreChanges, customTimeouts }, provider }: GivenResource,
  pack: RunningPack,
): Resource {
  const { createSeconds, updateSeconds } = customTimeouts;
  const parentType = parentTypeOf(urn);
  return {
    type,
    name,
    ...(parentType !== undefined && { parentType }),
    props: plainOf(props, pack),
    // The engine sends 0 for what was not set.
    options: {
      protect,
      ignoreChanges,
      ...(createSeconds > 0 && { createSeconds }),
      ...(updateSeconds > 0 && { updateSeconds }),
    },
    ...(provider !== undefined && { providerProps: plainOf(provider.props, pack) }),
  };
}

function plainOf(properties: object, { seen }: RunningPack): Value {
  const known = seen.get(properties);
  if (known !== undefined) return known;
  const value = plain(properties);
  seen.set(properties, value);
  return value;
}

function shared(given: GivenResource, outputs: object, pack: RunningPack): SharedResource["resource"] {
  const known = pack.known.get(given.props);
  if (known?.from === outputs && known.resource.urn === given.urn) return known.resource;
  const made: SharedResource["resource"] = {
    ...resource(given, pack),
    urn: given.urn,
    outputs: plainOf(outputs, pack),
  };
  pack.known.set(given.props, { from: outputs, resource: made });
  return made;
}

/**
 * The resources that a rule reads, joined to each other by what stands behind their properties.
 *
 * For the stack the engine sends outputs: `{}` for all that a provider makes whose own configuration isn't known yet,
 * as every object of a cluster that doesn't exist, and afterwards what the provider read back, with the defaults of
 * its API among it. So a rule reads the inputs of the same run wherever it saw them, and says after `pulumi up` what it
 * said before. Outputs are for identifiers, and for resources that this run doesn't touch, such as those that `--target`
 * leaves out. The engine keeps resources in a map and sends them in any order; a rule sees them in the order of their
 * URNs, so that a finding has the same id each time.
 * [pulumi/pulumi pkg/resource/deploy/step_generator.go AnalyzeResources, pkg/resource/plugin/provider_plugin.go Create]
 */
function stackResources(
  rule: RuleMetadata,
  all: readonly PolicyResource[],
  pack: RunningPack,
): StackResource[] {
  const seen = new Map<PolicyResource, StackResource>();
  const inputs = ({ urn, props }: PolicyResource) => pack.inputs.get(urn) ?? props;
  const read = all.filter((one) => readsType(rule, one.type) && !isCheckedByChildren(one.type, inputs(one)));
  for (const original of read.toSorted((one, other) => (one.urn < other.urn ? -1 : 1))) {
    seen.set(original, {
      ...shared({ ...original, props: inputs(original) }, original.props, pack),
      behind: (property) =>
        (original.propertyDependencies[property] ?? []).flatMap((other) => seen.get(other) ?? []),
    });
  }
  return [...seen.values()];
}

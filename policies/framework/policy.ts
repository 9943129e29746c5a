import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { applicable, whenStackBegins } from "./applicable.ts";
import { isCheckedByChildren } from "./component.ts";
import { type Exemption, findingId, inForce, isAbout } from "./exemption.ts";
import { formatParts } from "./message.ts";
import { ResourceReader } from "./resource-reader.ts";
import {
  type Finding,
  type ResourceRule,
  type Rule,
  type RuleMetadata,
  readsType,
  type StackFinding,
  type StackRule,
} from "./rule.ts";
import { configure, type RuleSettings, schemaOf } from "./settings.ts";
import { isFields, plain } from "./value.ts";

/** The inputs of a pack: rules, exemptions and the date. */
export interface Pack {
  readonly rules: readonly Rule[];
  readonly exemptions: readonly Exemption[];
  /** In the form `YYYY-MM-DD`. */
  readonly today: string;
}

/** A pack while it runs: Pulumi analyzes each resource, then the stack, rule by rule in their order. */
interface RunningPack extends Pack {
  used: Set<Exemption>;
  reader: ResourceReader;
}

/** The rules as Pulumi runs them. */
export function policies(pack: Pack): (ResourceValidationPolicy | StackValidationPolicy)[] {
  const running: RunningPack = { ...pack, used: new Set(), reader: new ResourceReader() };
  // A process may check several stacks in turn, each independent of the previous one.
  whenStackBegins(() => {
    running.used = new Set();
    running.reader = new ResourceReader();
  });
  const byName = new Map(pack.rules.map((rule) => [rule.name, rule]));
  return applicable(
    pack.rules.map((rule) => ("check" in rule ? resourcePolicy(rule, running) : stackPolicy(rule, running))),
    (name, type) => {
      const rule = byName.get(name);
      return rule === undefined || readsType(rule, type);
    },
    (urn) => running.reader.hasSeen(urn),
  );
}

function resourcePolicy(rule: ResourceRule, pack: RunningPack): ResourceValidationPolicy {
  return {
    ...metadata(rule),
    validateResource: (args, report) => {
      pack.reader.see(args);
      if (!readsType(rule, args.type) || isCheckedByChildren(args.type, args.props)) return;
      const { config, findings } = configured(rule.config ?? {}, args.getConfig());
      const message = writer(rule, pack, environmentOf(args.urn));
      for (const finding of [...findings, ...rule.check(pack.reader.read(args), config, pack.today)]) {
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
      const { config, findings } = configured(rule.config ?? {}, args.getConfig());
      const resources = pack.reader.readStack(rule, args.resources);
      const message = writer(rule, pack, environment);
      for (const finding of [...findings, ...rule.checkStack({ ...pack, resources, environment }, config)]) {
        const text = message(finding, finding.resource);
        if (text !== undefined) report(text, finding.resource?.urn);
      }
    },
  };
}

/** A rule's metadata for Pulumi. */
function metadata({ relatedChecks, config = {}, level = "mandatory", ...rule }: RuleMetadata) {
  const { name, title, why, fix, severity } = rule;
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

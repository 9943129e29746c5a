import type { Resource } from "../../framework/rule.ts";
import { at, elements, unknown, type Value } from "../../framework/value.ts";

export const prometheusRule = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

/** One alert of a PrometheusRule. */
export interface AlertRule {
  /** Begins the paths of findings: as `alerts.TimeToFirstTokenHigh`; by position where names can't tell alerts apart. */
  readonly path: string;
  /** Such as `alert TimeToFirstTokenHigh`. */
  readonly where: string;
  /** Its fields; unknown for an alert or a whole list that can't be read. */
  readonly fields: Value;
}

/** Every alert of a PrometheusRule; rules that only record are none. */
export function alertRules({ props }: Pick<Resource, "props">): readonly AlertRule[] {
  const path = "spec.groups";
  const groups = elements(at(props, "spec", "groups"));
  if (groups === unknown) return [{ path, where: "groups", fields: unknown }];
  const placed = groups.flatMap((group, index) => inGroup(`${path}.${index}.rules`, at(group, "rules")));
  const names = placed.map(({ fields }) => at(fields, "alert"));
  return placed.map((one, index) => {
    const name = names[index];
    const tells = isLabel(name) && names.indexOf(name) === names.lastIndexOf(name);
    return tells ? { ...one, path: `alerts.${name}`, where: `alert ${name}` } : one;
  });
}

function inGroup(path: string, value: Value): AlertRule[] {
  const rules = elements(value);
  if (rules === unknown) return [{ path, where: "rules", fields: unknown }];
  return rules.flatMap((fields, index) =>
    isRecording(fields) ? [] : [{ path: `${path}.${index}`, where: `rule ${index}`, fields }],
  );
}

function isRecording(rule: Value): boolean {
  return rule !== unknown && at(rule, "record") !== undefined && at(rule, "alert") === undefined;
}

/** What an alert is called as a rule, and can be shown. */
function isLabel(name: Value): name is string {
  return typeof name === "string" && /^[A-Z][A-Za-z0-9]{0,62}$/.test(name);
}

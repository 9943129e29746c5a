import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { duration } from "../../read/text/duration.ts";

const group = "kubernetes:external-secrets.io/";
const longestRefreshSeconds = 3600;

export const externalSecretSurvivesOutage: ResourceRule = {
  name: "external-secret-survives-outage",
  title:
    "Synced Secrets refresh from their source, survive its outages, and come from stores limited to named namespaces.",
  why: "With Delete, an unreachable source removes the Secrets of running pods; without a refresh, a rotated key never arrives; an unrestricted store gives every namespace every secret.",
  fix: "Use external-secrets.io/v1 with refreshInterval up to 1h and deletionPolicy Retain, and name the store's namespaces in conditions.",
  severity: "high",
  relatedChecks: { none: "the studied tools have no rule about External Secrets" },
  resourceTypes: [`${group}*`],
  example: {
    good: "refreshInterval: 5m, target: { deletionPolicy: Retain }",
    bad: 'refreshInterval: "0", target: { deletionPolicy: Delete }',
  },

  check({ type, props }) {
    const [version, kind] = type.slice(group.length).split(":");
    if (version !== "v1")
      return [
        {
          path: "apiVersion",
          problem: "the operator no longer serves this version of its API",
          allowed: "external-secrets.io/v1",
        },
      ];
    const spec = at(props, "spec");
    switch (kind) {
      case "ExternalSecret":
        return ofSecret("spec", spec);
      case "ClusterExternalSecret":
        return ofSecret("spec.externalSecretSpec", at(spec, "externalSecretSpec"));
      case "ClusterSecretStore":
        return ofStore(at(spec, "conditions"));
      default:
        return [];
    }
  },
};

/** Unset is an hour, Periodic and Retain. [external-secrets.io, API specification] */
function ofSecret(path: string, spec: Value): Finding[] {
  const interval = duration(at(spec, "refreshInterval") ?? "1h");
  const refresh = at(spec, "refreshPolicy") ?? "Periodic";
  const deletion = at(spec, "target", "deletionPolicy") ?? "Retain";
  const findings: (Finding | false)[] = [
    (interval === unknown || interval <= 0 || interval > longestRefreshSeconds) && {
      path: `${path}.refreshInterval`,
      problem: "a new value isn't synced within an hour",
      allowed: "a duration from 1s to 1h",
    },
    refresh !== "Periodic" && {
      path: `${path}.refreshPolicy`,
      problem: "a new value isn't synced automatically",
      allowed: "Periodic, or unset",
    },
    deletion !== "Retain" && {
      path: `${path}.target.deletionPolicy`,
      problem: "the Secret may be deleted with its source",
      allowed: "Retain, or unset",
    },
  ];
  return findings.filter((finding) => finding !== false);
}

/** The store is open to every namespace that one of its conditions matches. */
function ofStore(value: Value): Finding[] {
  const conditions = orUnknown(elements(value));
  const open = conditions.length === 0 ? [["spec.conditions", unknown] as const] : conditions.map(placed);
  return open
    .filter(([, condition]) => !isNarrow(condition))
    .map(([path]) => ({
      path,
      problem: "the store is open to every namespace, or to some that aren't known at preview",
      allowed: "conditions with names of namespaces, or with a label selector",
    }));
}

function placed(condition: Value, index: number) {
  return [`spec.conditions.${index}`, condition] as const;
}

/** Name patterns aren't accepted: whether one is narrow can't be determined. */
function isNarrow(condition: Value): boolean {
  if (!isFields(condition) || at(condition, "namespaceRegexes") !== undefined) return false;
  const names = at(condition, "namespaces");
  const selector = at(condition, "namespaceSelector");
  if (names === undefined && selector === undefined) return false;
  return (names === undefined || areNames(names)) && (selector === undefined || isSelector(selector));
}

function areNames(value: Value): boolean {
  return isList(value) && value.length > 0 && value.every((name) => typeof name === "string" && name !== "");
}

/** An empty selector matches every namespace. */
function isSelector(value: Value): boolean {
  const labels = at(value, "matchLabels");
  return isFields(labels) && Object.values(labels).some((label) => typeof label === "string");
}

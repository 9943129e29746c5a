import { kubernetesVersions } from "../../data/kubernetes-versions.ts";
import { isoDate } from "../../framework/iso-date.ts";
import type { ResourceRule } from "../../framework/rule.ts";
import { integer, type RuleSettings } from "../../framework/settings.ts";
import { at, type Value } from "../../framework/value.ts";
import { clusters } from "../../read/kubernetes/cluster.ts";

const settings = {
  minDays: integer("Minimum days of standard support left for the version.", {
    minimum: 0,
    maximum: 400,
    default: 60,
  }),
} as const satisfies RuleSettings;

export const clusterVersionSupported: ResourceRule<typeof settings> = {
  name: "cluster-version-supported",
  title: "The cluster's version is set and in standard support.",
  why: "After standard support the control plane costs six times as much, and at the end of extended support AWS upgrades it on a date that it picks.",
  fix: "Set version to one that policies/data/kubernetes-versions.ts lists with enough support left.",
  severity: "medium",
  relatedChecks: ["CKV_AWS_339"],
  resourceTypes: clusters,
  example: { good: 'version: "1.36"', bad: 'version: "1.28"' },
  config: settings,

  *check({ props }, { minDays }, today) {
    const version = at(props, "version");
    const problem = ending(version, minDays, today);
    if (problem !== undefined)
      yield {
        path: "version",
        problem,
        allowed: `a listed version with at least ${minDays} days of standard support left`,
      };
  },
};

function ending(version: Value, minDays: number, today: string): string | undefined {
  if (typeof version !== "string") return "the version is not a string known at preview";
  const ends = Object.hasOwn(kubernetesVersions, version) ? kubernetesVersions[version] : undefined;
  if (ends === undefined) return "the version is not on the list";
  const days = (isoDate(ends) ?? 0) - (isoDate(today) ?? 0);
  return days >= minDays ? undefined : `standard support of ${version} ends on ${ends}, in ${days} days`;
}

/**
 * Rules to which no shipped environment gives anything to decide about yet, by what it lacks: no mistake that is made
 * in what environments have makes such a rule report. test/policies/mutations.test.ts makes them all and holds this
 * list to what it finds.
 */
export const unexercised: Readonly<Record<string, readonly string[]>> = {
  "No environment has a database: the gateway keeps none.": ["database-guarded"],
  "No environment has access keys or cluster roles of its own.": ["iam-no-static-keys", "rbac-narrow"],
  "No environment has a value that it refuses: test/policies/ways adds one.": [
    "addon-version-pinned",
    "chart-values-keep-pins",
    "compute-runs-no-model",
    "machine-template-known",
    "node-group-kind-known",
    "rollout-keeps-replicas",
    "rule-host-resolves",
    "service-known",
    "system-config-maps-kept",
    "targets-by-binding",
  ],
  "What it checks is in exemptions.ts and not in an environment.": [
    "exemptions-in-force",
    "exemptions-needed",
  ],
};

import type { ResourceRule } from "../../framework/rule.ts";
import { type ConfigOf, flag, type RuleSettings } from "../../framework/settings.ts";
import { unknown } from "../../framework/value.ts";
import { engineKind, engineSettings } from "../../read/engine/engine.ts";
import { type Container, workloads } from "../../read/kubernetes/containers.ts";
import { type SecurityRequirement, unmet } from "../../read/kubernetes/security-context.ts";

const settings = {
  ...engineSettings,
  engines: flag(
    "Whether the rule applies to engines: the NVIDIA runtime's hook writes to a GPU container's root before it starts.",
    false,
  ),
} as const satisfies RuleSettings;

const readOnly: SecurityRequirement = {
  path: ["readOnlyRootFilesystem"],
  orPod: false,
  holds: (value) => value === true,
  problem: "the container's root filesystem is writable",
  allowed: "true, with an emptyDir where it writes",
};

export const containerRootReadOnly: ResourceRule<typeof settings> = {
  name: "container-root-read-only",
  title: "Containers have a read-only root filesystem.",
  why: "An attacker in a container with a writable root filesystem can replace programs that run later.",
  fix: "Set readOnlyRootFilesystem true and mount an emptyDir where the program has to write.",
  severity: "medium",
  level: "advisory",
  relatedChecks: ["CKV_K8S_22"],
  resourceTypes: workloads,
  example: {
    good: "securityContext: { readOnlyRootFilesystem: true }",
    bad: "securityContext: { readOnlyRootFilesystem: false }",
  },
  config: settings,

  check(resource, config) {
    return unmet(resource, [readOnly], (container) => config.engines || !isEngine(container, config));
  },
};

/** The rule applies to a container that may or may not be an engine. */
function isEngine(container: Container, config: ConfigOf<typeof engineSettings>): boolean {
  const kind = engineKind(container, config);
  return kind !== undefined && kind !== unknown;
}

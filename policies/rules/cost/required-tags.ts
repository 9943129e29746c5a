import { untaggable } from "../../data/untaggable-types.ts";
import { nodeClass } from "../../lib/cluster.ts";
import type { Resource, ResourceRule } from "../../lib/rule.ts";
import type { Settings } from "../../lib/settings.ts";
import { at, plain, unknown, type Value } from "../../lib/value.ts";

const settings = {
  requiredTags: {
    type: "array",
    description: "Keys that every taggable resource carries.",
    items: { type: "string", pattern: "^[\\w.:/=+@-]{1,128}$" },
    minItems: 1,
    default: ["Project", "Environment", "ManagedBy"],
  },
} as const satisfies Settings;

export const requiredTags: ResourceRule<typeof settings> = {
  name: "required-tags",
  title: "AWS resources say which project and environment they belong to.",
  why: "Costs that carry no tag land on nobody, and what is left over after a teardown can't be told from what is in use.",
  fix: "Set defaultTags on the AWS provider that the resource uses, or tags on the resource; spec.tags on an EC2NodeClass.",
  severity: "low",
  level: "mandatory",
  anchors: { none: "the studied tools check a resource's own tags only" },
  reads: ["aws:*", nodeClass],
  example: {
    good: "new aws.Provider(name, { defaultTags: { tags: { Project, Environment, ManagedBy } } })",
    bad: "tags: { project: gantry }",
  },
  config: settings,

  check(resource, config) {
    if (untaggable.has(resource.type)) return [];
    const isNodeClass = resource.type === nodeClass;
    const own = isNodeClass ? at(resource.props, "spec", "tags") : at(resource.props, "tags");
    const inherited = isNodeClass ? undefined : defaultTags(resource);
    return config.requiredTags.flatMap((key) => {
      const tag = at(own, key) ?? at(inherited, key);
      return typeof tag === "string" && tag !== ""
        ? []
        : [
            {
              path: `${isNodeClass ? "spec." : ""}tags.${key}`,
              problem:
                tag === undefined
                  ? `has no tag ${key}, nor has its provider`
                  : `tag ${key} is empty or no text that is known at preview`,
              allowed: `${config.requiredTags.join(", ")}, each with a value known at preview`,
            },
          ];
    });
  },
};

/** Pulumi writes what is nested in a provider's settings as JSON text. */
function defaultTags({ providerProps }: Resource): Value {
  const written = at(providerProps, "defaultTags");
  return at(typeof written === "string" ? parsed(written) : written, "tags");
}

function parsed(json: string): Value {
  try {
    return plain(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return unknown;
    throw error;
  }
}

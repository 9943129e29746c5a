import { untaggable } from "../../data/untaggable-types.ts";
import type { Resource, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isList, plain, unknown, type Value } from "../../framework/value.ts";
import { nodeClass } from "../../read/kubernetes/cluster.ts";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
/** What EC2 bills for an instance that a launch template starts. */
const billedOfTemplate = ["instance", "volume"];
const scalingGroup = "aws:autoscaling/group:Group";
const addOn = "aws:eks/addon:Addon";
/** Creates the volumes of pods. [aws-ebs-csi-driver, controller.extraVolumeTags] */
const diskDriver = "aws-ebs-csi-driver";

const settings = {
  requiredTags: strings("Keys that every taggable resource carries.", {
    pattern: "^[\\w.:/=+@-]{1,128}$",
    minItems: 1,
    default: ["Project", "Environment", "ManagedBy"],
  }),
} as const satisfies RuleSettings;

export const requiredTags: ResourceRule<typeof settings> = {
  name: "required-tags",
  title: "AWS resources are tagged with their project and environment.",
  why: "Untagged costs can't be allocated, and what a teardown left behind can't be distinguished from what is in use.",
  fix: "Set defaultTags on the AWS provider that the resource uses, or tags on the resource. For what AWS creates from it, set tagSpecifications of a launch template, controller.extraVolumeTags in the EBS CSI driver's configuration, or spec.tags of an EC2NodeClass.",
  severity: "low",
  relatedChecks: { none: "the studied tools check a resource's own tags only" },
  resourceTypes: ["aws:*", nodeClass],
  example: {
    good: "new aws.Provider(name, { defaultTags: { tags: { Project, Environment, ManagedBy } } })",
    bad: "tags: { project: gantry }",
  },
  config: settings,

  check(resource, config) {
    return tagged(resource).flatMap(({ path, own, inherited, ofProvider = false }) =>
      config.requiredTags.flatMap((key) => {
        const tag = at(own, key) ?? at(inherited, key);
        return typeof tag === "string" && tag !== ""
          ? []
          : [
              {
                path: `${path}.${key}`,
                problem:
                  tag === undefined
                    ? `has no tag ${key}${ofProvider ? ", nor has its provider" : ""}`
                    : `tag ${key} is empty or not a string known at preview`,
                allowed: `${config.requiredTags.join(", ")}, each with a value known at preview`,
              },
            ];
      }),
    );
  },
};

/** Tags that one resource sets: its own, or those of what AWS creates from it. */
interface Tagged {
  readonly path: string;
  readonly own: Value;
  /** Whether the provider's default tags apply to it. @default false */
  readonly ofProvider?: boolean;
  readonly inherited?: Value;
}

function tagged(resource: Resource): readonly Tagged[] {
  if (untaggable.has(resource.type)) return [];
  if (resource.type === nodeClass) return [{ path: "spec.tags", own: at(resource.props, "spec", "tags") }];
  return [
    { path: "tags", own: ownTags(resource), ofProvider: true, inherited: defaultTags(resource) },
    ...madeOf(resource),
  ];
}

/** Auto Scaling groups have a list of tags. [aws.autoscaling.Group] */
function ownTags({ type, props }: Resource): Value {
  const tags = at(props, "tags");
  if (type !== scalingGroup || !isList(tags)) return tags;
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const key = at(tag, "key");
      return typeof key === "string" ? [[key, at(tag, "value")]] : [];
    }),
  );
}

/** What is billed although it isn't a resource of the stack: the provider's default tags don't apply to it. */
function madeOf({ type, props }: Resource): readonly Tagged[] {
  if (type === launchTemplate) {
    const specifications = at(props, "tagSpecifications");
    return billedOfTemplate.map((kind) => ({
      path: `tagSpecifications.${kind}.tags`,
      own: isList(specifications)
        ? at(
            specifications.find((each) => at(each, "resourceType") === kind),
            "tags",
          )
        : undefined,
    }));
  }
  if (type !== addOn || at(props, "addonName") !== diskDriver) return [];
  const written = at(props, "configurationValues");
  const values = typeof written === "string" ? parsed(written) : written;
  const path = "configurationValues.controller.extraVolumeTags";
  return [{ path, own: at(values, "controller", "extraVolumeTags") }];
}

/** Pulumi encodes nested settings of a provider as a JSON string. */
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

import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { isOf } from "../../read/aws/load-balancer.ts";
import { isApplication, unlessApplication } from "../../read/aws/purpose.ts";
import { machines } from "../../read/engine/outside-compute.ts";
import { launchTemplate, nodeGroups } from "../../read/kubernetes/cluster.ts";

const launchConfiguration = "aws:ec2/launchConfiguration:LaunchConfiguration";
const templates = [launchTemplate, launchConfiguration];
/** Templates themselves start nothing. */
const starting = [...machines.filter((type) => !templates.includes(type)), ...nodeGroups];

const settings = {
  otherTemplates: strings("Ids and names of launch templates of other stacks that were checked.", {
    pattern: "^[\\w.()/-]{3,255}$",
    default: [],
  }),
} as const satisfies RuleSettings;

export const machineTemplateKnown: StackRule<typeof settings> = {
  name: "machine-template-known",
  title: "Instances and node groups start from launch templates of the stack.",
  why: "A template of another stack decides instance type, image, disks, metadata and user data: it may have GPUs, or start a model, and no rule sees it.",
  fix: "Define the launch template in the stack and refer to it by its id; list one of another stack in otherTemplates after checking it.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't follow references to launch templates" },
  resourceTypes: [...starting, ...templates],
  example: {
    good: "launchTemplate: { id: template.id, version: template.latestVersion }",
    bad: "launchTemplate: { id: lt-0123456789abcdef0 }",
  },
  config: settings,

  *checkStack({ resources }, { otherTemplates }) {
    const own = resources.filter(isOf(templates));
    const known = new Set([...own.flatMap(namesOf), ...otherTemplates]);
    for (const resource of resources.filter(isOf(starting)))
      if (nodeGroups.includes(resource.type) || !isApplication(resource)) yield* foreign(resource, known);
  },
};

/** What a template is referred to by: what the stack writes, and what AWS answered. */
function namesOf({ props, outputs }: StackResource): readonly string[] {
  return [at(props, "name"), at(outputs, "name"), at(outputs, "id")].filter(
    (name) => typeof name === "string" && name !== "",
  ) as readonly string[];
}

function* foreign(resource: StackResource, known: ReadonlySet<string>): Generator<StackFinding> {
  const { props } = resource;
  if (!isFields(props)) return;
  for (const [property, value] of Object.entries(props)) {
    // Joined by dependency: an id is known only after the template is created.
    if (resource.behind(property).some(isOf(templates))) continue;
    for (const { path, name } of references(property, property, value)) {
      if (typeof name === "string" && known.has(name)) continue;
      yield {
        resource,
        path,
        problem: "the launch template isn't of this stack, so what it starts isn't known",
        allowed: `a launch template of the stack, a name in otherTemplates, or ${unlessApplication}`,
      };
    }
  }
}

interface Reference {
  readonly path: string;
  readonly name: Value;
}

/** How launch templates are named in all of these types. [EC2, Auto Scaling, EKS and Batch APIs] */
const holders = /^(?:launchTemplate|launchTemplateSpecification)$/;
const identifiers = ["id", "name", "launchTemplateId", "launchTemplateName"];

/** Where a resource names a launch template or a launch configuration, however deep. */
function references(path: string, key: string, value: Value): readonly Reference[] {
  if (value === undefined) return [];
  if (key === "launchConfiguration") return [{ path, name: value }];
  if (holders.test(key) && value === unknown) return [{ path, name: unknown }];
  if (isList(value)) return value.flatMap((one, index) => references(`${path}.${index}`, key, one));
  if (!isFields(value)) return [];
  const named = holders.test(key)
    ? identifiers.filter((name) => at(value, name) !== undefined && at(value, name) !== "")
    : [];
  return [
    ...named.map((name): Reference => ({ path: `${path}.${name}`, name: at(value, name) })),
    ...Object.entries(value).flatMap(([inner, one]) => references(`${path}.${inner}`, inner, one)),
  ];
}

import { z } from "zod";
import type { PlannedResource } from "../plan/resource.ts";
import type { Properties } from "../plan/wire.ts";

/** Patterns of which one has to match: with `*` and `?`, or regular expressions. */
const patterns = { values: z.array(z.string()).optional(), regexValues: z.array(z.string()).optional() };

/** A rule's conditions on a request. Kinds of conditions and actions that aren't here are refused, not ignored. */
const condition = z.strictObject({
  hostHeader: z.strictObject(patterns).optional(),
  pathPattern: z.strictObject(patterns).optional(),
  httpHeader: z.strictObject({ httpHeaderName: z.string(), ...patterns }).optional(),
});

const action = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("forward"),
    forward: z.strictObject({
      targetGroups: z.array(z.strictObject({ arn: z.string(), weight: z.int().min(0).max(999) })).min(1),
    }),
  }),
  z.strictObject({
    type: z.literal("fixed-response"),
    fixedResponse: z.strictObject({
      statusCode: z.string(),
      contentType: z.string(),
      messageBody: z.string(),
    }),
  }),
]);

const actions = z.tuple([action]);
const ruleInputs = z.object({ priority: z.int(), conditions: z.array(condition), actions });
const listenerInputs = z.object({ defaultActions: actions });

type Action = z.infer<typeof action>;
export type WeightedGroup = Extract<Action, { type: "forward" }>["forward"]["targetGroups"][number];

/** A rule of a load balancer's listener. */
export interface ListenerRule {
  readonly name: string;
  /** The lowest is tried first. */
  readonly priority: number;
  /** All have to hold. */
  readonly conditions: readonly z.infer<typeof condition>[];
  readonly action: Action;
}

/** What rules look at. */
export interface Head {
  /** With its port, if it has one. */
  readonly host: string;
  /** With its query, if it has one. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Gives target groups of a plan their names as ARNs: without a cloud account, nothing else tells them apart. */
export function groupArns({ type, name }: PlannedResource): Properties {
  return type === "aws:lb/targetGroup:TargetGroup" ? { arn: name } : {};
}

/**
 * The rules of a plan's load balancer of models, or of its edge, in the order in which they are tried. A listener's
 * default action is a rule that matches every request, and is tried last. Redirects to HTTPS are left out.
 * @throws ZodError for conditions and actions that only AWS knows, and for target groups without a known ARN
 */
export function plannedListenerRules(
  resources: readonly PlannedResource[],
  of: "models" | "edge" = "models",
): readonly ListenerRule[] {
  const own = resources.filter(({ urn }) => urn.includes("$gantry:edge:Edge$") === (of === "edge"));
  const rules = own.flatMap(({ type, name, inputs }): ListenerRule[] => {
    if (type === "aws:lb/listenerRule:ListenerRule") {
      const { priority, conditions, actions } = ruleInputs.parse(inputs);
      return [{ name, priority, conditions, action: actions[0] }];
    }
    if (type === "aws:lb/listener:Listener" && !redirects(inputs)) {
      const { defaultActions } = listenerInputs.parse(inputs);
      return [{ name, priority: Number.POSITIVE_INFINITY, conditions: [], action: defaultActions[0] }];
    }
    return [];
  });
  return rules.sort((a, b) => a.priority - b.priority);
}

function redirects({ defaultActions }: Properties): boolean {
  return Array.isArray(defaultActions) && (defaultActions as Properties[])[0]?.type === "redirect";
}

/** The first rule whose conditions hold. */
export function matching(rules: readonly ListenerRule[], head: Head): ListenerRule | undefined {
  return rules.find(({ conditions }) => conditions.every((condition) => holds(condition, head)));
}

/**
 * Host names and headers are compared without their case, paths with it. The port isn't part of the host: on one
 * machine it is another than in the cloud. [ELB user guide, rule condition types]
 */
function holds({ hostHeader, pathPattern, httpHeader }: z.infer<typeof condition>, head: Head): boolean {
  const [path = ""] = head.url.split("?");
  const values = httpHeader && [head.headers[httpHeader.httpHeaderName.toLowerCase()] ?? []].flat();
  return (
    (hostHeader === undefined || someMatch(hostHeader, [head.host.replace(/:\d+$/, "")], "i")) &&
    (pathPattern === undefined || someMatch(pathPattern, [path], "")) &&
    (httpHeader === undefined || someMatch(httpHeader, values ?? [], "i"))
  );
}

function someMatch(
  { values = [], regexValues = [] }: { values?: string[] | undefined; regexValues?: string[] | undefined },
  texts: readonly string[],
  flags: "i" | "",
): boolean {
  const expressions = [
    ...values.map((value) => new RegExp(`^${wildcards(value)}$`, flags)),
    ...regexValues.map((value) => new RegExp(value)),
  ];
  return texts.some((text) => expressions.some((expression) => expression.test(text)));
}

function wildcards(pattern: string): string {
  return pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
}

/** A group by weight; none when no group has any. @param random from 0 to 1, without 1 */
export function weighted(groups: readonly WeightedGroup[], random: number): string | undefined {
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  let left = random * total;
  return groups.find(({ weight }) => {
    left -= weight;
    return left < 0;
  })?.arn;
}

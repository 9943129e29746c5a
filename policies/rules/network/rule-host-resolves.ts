import type { StackFinding, StackResource, StackRule } from "../../framework/rule.ts";
import { at, elements, isFields, isList, orUnknown, unknown, type Value } from "../../framework/value.ts";
import { type Forward, forwards, loadBalancersBefore } from "../../read/aws/forward.ts";
import {
  isOf,
  isPublic,
  listenerRules,
  listeners,
  loadBalancers,
  targetGroups,
} from "../../read/aws/load-balancer.ts";

const records: readonly string[] = ["aws:route53/record:Record"];
const zones: readonly string[] = ["aws:route53/zone:Zone"];

export const ruleHostResolves: StackRule = {
  name: "rule-host-resolves",
  title: "The host of a listener rule has a DNS record for its load balancer.",
  why: "Without the record, or with one that points elsewhere, every request for the model fails before it reaches anything that is monitored.",
  fix: "Add a Record for the rule's host to its zone, with the load balancer as alias; the zone of an internal load balancer's hosts has the VPC in vpcs.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't compare rules with records" },
  resourceTypes: [...listenerRules, ...listeners, ...loadBalancers, ...targetGroups, ...records, ...zones],
  example: {
    good: "a Record chat.models.internal whose alias is the load balancer of the rule for chat.models.internal",
    bad: "a Record code.models.internal and a rule for chat.models.internal",
  },

  *checkStack({ resources }) {
    const names = new Map<string, StackResource[]>();
    for (const record of resources.filter(isOf(records))) {
      const name = plainName(at(record.props, "name"));
      if (name !== undefined) names.set(name, [...(names.get(name) ?? []), record]);
    }
    const ofStack = resources.filter(isOf(zones));
    const own = ofStack.flatMap(({ props }) => plainName(at(props, "name")) ?? []);
    const zoneCount = ofStack.length;
    // A zone whose name can't be read may contain any host.
    const unreadable = own.length < zoneCount;
    // Applications manage their own records.
    const rules = forwards(resources).filter(
      ({ resource, groups }) => isOf(listenerRules)(resource) && groups.length > 0,
    );
    yield* partlyTaken(rules);
    for (const forward of rules) {
      const balancers = loadBalancersBefore(forward);
      if (zoneCount > 0 && !isReadable(forward.resource.props))
        yield finding(forward.resource, "", "the rule's host isn't known at preview");
      for (const host of hostsOf(forward.resource.props)) {
        // Zones outside the stack are managed elsewhere.
        if (!unreadable && !own.some((zone) => host === zone || host.endsWith(`.${zone}`))) continue;
        const isInternal = balancers.length > 0 && !balancers.some(isPublic);
        const problem =
          unresolved(host, names, balancers) ??
          (isInternal && isInPublicZone(host, ofStack)
            ? "the host's zone is public, and its load balancer internal"
            : isInternal && recordsOf(host, names).some(isRouted)
              ? "the record of an internal host answers only some callers"
              : undefined);
        if (problem !== undefined) yield finding(forward.resource, host, problem);
      }
    }
  },
};

/** Conditions that hold for every request of a host, as far as its model or gateway is concerned. */
const general = ["hostHeader", "pathPattern"];

/** Hosts of which every rule has a further condition: other requests get the listener's default answer. */
function* partlyTaken(forwarding: readonly Forward[]): Generator<StackFinding> {
  const byHost = Map.groupBy(
    forwarding.flatMap(({ resource }) => hostsOf(resource.props).map((host) => ({ host, resource }))),
    ({ host }) => host,
  );
  for (const [host, rules] of byHost) {
    const [first] = rules;
    if (first === undefined || rules.some(({ resource }) => takesAll(resource.props))) continue;
    yield {
      ...finding(first.resource, host, "every rule for the host has a further condition"),
      allowed: `one rule with no condition but ${general.join(" and ")}`,
    };
  }
}

function takesAll(props: Value): boolean {
  return orUnknown(elements(at(props, "conditions"))).every((condition) =>
    Object.entries(isFields(condition) ? condition : {}).every(
      ([name, value]) => general.includes(name) || value === undefined || value === null,
    ),
  );
}

function finding(resource: StackResource, host: string, problem: string): StackFinding {
  return {
    resource,
    path: `conditions.hostHeader.${/^[\w.*-]{1,100}$/.test(host) ? host : "host"}`,
    problem,
    allowed:
      "a record of the same name whose alias or value comes from the load balancer of the rule, for an internal one in a zone with vpcs",
  };
}

/** Whether the most specific zone of a host belongs to no VPC: then it isn't resolved in the VPC. [Route 53, private zones] */
function isInPublicZone(host: string, ofStack: readonly StackResource[]): boolean {
  const holding = ofStack.filter(({ props }) => {
    const zone = plainName(at(props, "name"));
    return zone !== undefined && (host === zone || host.endsWith(`.${zone}`));
  });
  const length = (zone: StackResource) => plainName(at(zone.props, "name"))?.length ?? 0;
  const longest = Math.max(...holding.map(length));
  const closest = holding.filter((zone) => length(zone) === longest);
  return closest.length > 0 && closest.every(({ props }) => isEmpty(at(props, "vpcs")));
}

function isEmpty(value: Value): boolean {
  return !isList(value) || value.length === 0;
}

function unresolved(
  host: string,
  names: ReadonlyMap<string, readonly StackResource[]>,
  balancers: readonly StackResource[],
): string | undefined {
  const found = recordsOf(host, names);
  if (found.length === 0) return "the stack has no record for the rule's host";
  const leads = found.some((record) =>
    ["aliases", "records"].some((property) =>
      record.behind(property).some((target) => balancers.length === 0 || balancers.includes(target)),
    ),
  );
  return leads ? undefined : "the record for the rule's host points to another load balancer";
}

function recordsOf(host: string, names: ReadonlyMap<string, readonly StackResource[]>) {
  return names.get(host) ?? names.get(host.replace(/^[^.]+/, "*")) ?? [];
}

/** Whether Route 53 chooses among several records of the name, such as by the caller's place or by weight. */
function isRouted({ props }: StackResource): boolean {
  return Object.entries(isFields(props) ? props : {}).some(
    ([name, value]) => /RoutingPolic(?:y|ies)$/.test(name) && (!isList(value) || value.length > 0),
  );
}

function isReadable(props: Value): boolean {
  return orUnknown(elements(at(props, "conditions"))).every((condition) => {
    const header = at(condition, "hostHeader");
    if (condition === unknown || header === unknown) return false;
    return orUnknown(elements(at(header, "values"))).every((host) => typeof host === "string");
  });
}

function hostsOf(props: Value): readonly string[] {
  return orUnknown(elements(at(props, "conditions"))).flatMap((condition) =>
    orUnknown(elements(at(condition, "hostHeader", "values"))).flatMap((host) => plainName(host) ?? []),
  );
}

/** Names are compared case-insensitively and without the trailing dot. */
function plainName(value: Value): string | undefined {
  return typeof value === "string" && value !== "" ? value.toLowerCase().replace(/\.$/, "") : undefined;
}

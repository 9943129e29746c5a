import { isoDate } from "./iso-date.ts";

/** Accepts one finding, with a reason and an expiry date. */
export interface Exemption {
  /** The id at the end of the finding's message: `rule[resource name#path]`. `*` as the name means every resource. */
  readonly finding: string;
  /** Type token of the resource. Required where resources of other types have the same name. */
  readonly type?: string;
  /** Stacks in which it holds, or `all`, those that are added later included. */
  readonly environments: readonly string[] | "all";
  readonly reason: string;
  /** The team or person responsible for it. */
  readonly owner: string;
  /** Last day, in the form `YYYY-MM-DD`. */
  readonly expires: string;
}

/** Half a year is enough to fix a finding or to justify its exemption again. */
export const maxExemptionDays = 180;
const shortestReason = 20;

/** In place of a resource's name: every resource with the finding. */
export const anyResource = "*";

export interface FindingId {
  readonly rule: string;
  readonly resource: string;
  readonly path: string;
}

export function findingId({ rule, resource, path }: FindingId): string {
  return `${rule}[${resource}#${path}]`;
}

/** The parts of a finding's id, `rule[resource#path]`. @returns undefined for what isn't one */
export function parseFindingId(id: unknown): FindingId | undefined {
  if (typeof id !== "string" || !id.endsWith("]")) return undefined;
  const open = id.indexOf("[");
  const hash = id.lastIndexOf("#");
  if (open < 1 || hash < open) return undefined;
  const parts = {
    rule: id.slice(0, open),
    resource: id.slice(open + 1, hash),
    path: id.slice(hash + 1, -1),
  };
  return parts.resource === "" || parts.path === "" ? undefined : parts;
}

/** The problems of an exemption; each is a reason not to apply it. */
export function exemptionProblems(exemption: Exemption, today: string): readonly string[] {
  const { finding, type, environments, reason, owner, expires } = exemption;
  const id = parseFindingId(finding);
  const end = isoDate(expires);
  const now = isoDate(today) ?? Number.POSITIVE_INFINITY;
  return [
    id === undefined && "finding is not written as rule[resource name#path]",
    hasOtherWildcard(id) && "finding has a wildcard that isn't a whole resource name",
    id?.rule.startsWith("exemptions-") && "the rules about exemptions can't be exempted",
    type !== undefined && typeof type !== "string" && "type is not a string",
    environments !== "all" &&
      (!Array.isArray(environments) || environments.length === 0) &&
      "environments is empty",
    (typeof reason !== "string" || reason.trim().length < shortestReason) &&
      `reason has fewer than ${shortestReason} characters`,
    (typeof owner !== "string" || owner.trim() === "") && "owner is empty",
    end === undefined && "expires is not a date written as YYYY-MM-DD",
    end !== undefined && end < now && "it has expired",
    end !== undefined &&
      end > now + maxExemptionDays &&
      `it expires more than ${maxExemptionDays} days ahead`,
  ].filter((problem) => typeof problem === "string");
}

/** Whether an exemption is about a finding. @param type of the resource; undefined for a finding about the whole stack */
export function isAbout(exemption: Exemption, id: string, type: string | undefined): boolean {
  const { finding } = exemption;
  return (
    (finding === id || isSameElsewhere(finding, id)) &&
    (exemption.type === undefined || exemption.type === type)
  );
}

/** Whether an exemption applies in this environment today. */
export function inForce(exemption: Exemption, environment: string, today: string): boolean {
  return exemptionProblems(exemption, today).length === 0 && holdsIn(exemption, environment);
}

/** Whether an environment is among those of an exemption. */
export function holdsIn({ environments }: Exemption, environment: string): boolean {
  return environments === "all" || environments.includes(environment);
}

/** Whether an exemption of every resource has the rule and the path of this finding. */
function isSameElsewhere(finding: string, id: string): boolean {
  const exempted = parseFindingId(finding);
  const found = parseFindingId(id);
  return exempted?.resource === anyResource && exempted.rule === found?.rule && exempted.path === found.path;
}

function hasOtherWildcard(id: FindingId | undefined): boolean {
  return id !== undefined && (id.resource === anyResource ? id.path : findingId(id)).includes("*");
}

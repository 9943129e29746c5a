import { isoDate } from "./iso-date.ts";

/** Leave for one finding, for a reason and a time. */
export interface Exemption {
  /** The id at the end of the finding's message: `rule[resource name#path]`. */
  readonly finding: string;
  /** Type token of the resource. It has to be said where resources of other types have the same name. */
  readonly type?: string;
  /** Stacks in which it holds. */
  readonly environments: readonly string[];
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Last day, as `YYYY-MM-DD`. */
  readonly expires: string;
}

/** An exemption is a debt: half a year is enough to pay it or to argue for it again. */
export const maxExemptionDays = 180;
const shortestReason = 20;

export interface FindingId {
  readonly rule: string;
  readonly resource: string;
  readonly path: string;
}

export function findingId({ rule, resource, path }: FindingId): string {
  return `${rule}[${resource}#${path}]`;
}

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

/** What is wrong with an exemption; each is a reason not to honour it. */
export function exemptionProblems(exemption: Exemption, today: string): readonly string[] {
  const { finding, type, environments, reason, owner, expires } = exemption;
  const id = parseFindingId(finding);
  const end = isoDate(expires);
  const now = isoDate(today) ?? Number.POSITIVE_INFINITY;
  return [
    id === undefined && "finding is not written as rule[resource name#path]",
    String(finding).includes("*") && "finding has a wildcard",
    id?.rule.startsWith("exemptions-") && "the rules about exemptions have none",
    type !== undefined && typeof type !== "string" && "type is no text",
    (!Array.isArray(environments) || environments.length === 0) && "environments names none",
    (typeof reason !== "string" || reason.trim().length < shortestReason) &&
      `reason has fewer than ${shortestReason} characters`,
    (typeof owner !== "string" || owner.trim() === "") && "owner is empty",
    end === undefined && "expires is not a date written as YYYY-MM-DD",
    end !== undefined && end < now && "it has expired",
    end !== undefined && end > now + maxExemptionDays && `it ends more than ${maxExemptionDays} days ahead`,
  ].filter((problem) => typeof problem === "string");
}

/** Whether an exemption is about a finding. @param type of the resource; none for what is about the whole stack */
export function isAbout(exemption: Exemption, id: string, type: string | undefined): boolean {
  return exemption.finding === id && (exemption.type === undefined || exemption.type === type);
}

/** Whether an exemption counts here and today. */
export function inForce(exemption: Exemption, environment: string, today: string): boolean {
  return exemptionProblems(exemption, today).length === 0 && exemption.environments.includes(environment);
}

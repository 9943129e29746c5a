import type { Problem } from "../components/shared/problems.ts";
import type { Settings } from "./schema.ts";

/** Accounts of AWS's own examples, such as 111122223333, which have no owner: nothing can be deployed to them. */
export const exampleAccount =
  /^(111122223333|222233334444|333344445555|444455556666|555566667777|666677778888|777788889999|123456789012)$/;

/** Domains that are kept for examples and tests. [RFC 2606; RFC 6761] */
const reserved = /(?:^|[.@])(?:example\.(?:com|net|org)|example|test|invalid|localhost)$/;

/** Example values that AWS takes, and that lead nowhere once the account is a real one. */
export function exampleProblems({ account, edge, monitoring }: Settings): Problem[] {
  if (exampleAccount.test(account)) return [];
  const domain = edge.internal || !reserved.test(edge.domain) ? [] : [edge.domain];
  return [
    ...domain.map((value) => ({
      path: "edge.domain",
      value,
      message:
        "a domain for examples, for which nobody gets a certificate, so the update would wait for it in vain; put a host name in a zone of yours, and that zone's id",
    })),
    ...monitoring.notify.flatMap((value, index) =>
      reserved.test(value)
        ? [
            {
              path: `monitoring.notify.${index}`,
              value,
              message: "an address for examples, where no alert arrives; put one that your team reads",
            },
          ]
        : [],
    ),
  ];
}

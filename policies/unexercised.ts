/**
 * Rules to which no shipped environment gives anything to decide about yet, by what it lacks: no mistake that is made in
 * one of them on purpose makes such a rule report. test/policies/mutations.test.ts makes them all and holds this list to
 * what it finds.
 */
export const unexercised: Readonly<Record<string, readonly string[]>> = {
  "No environment has a public load balancer with a web ACL.": ["waf-rate-rule-enforces"],
};

/** What environments lack for a rule to decide about; nothing where they have it. */
export function lacking(rule: string): string | undefined {
  return Object.keys(unexercised).find((lack) => unexercised[lack]?.includes(rule));
}

import { openAdvisories } from "../components/serving/advisories.ts";
import type { Release } from "../components/serving/release.ts";
import { type Problem, suggestion } from "../components/shared/problems.ts";

/** An advisory is never accepted for longer than this. */
const longestExemptionDays = 180;

/**
 * Advisories that the engine is open to and that the release gives no reason to live with.
 * @param today in the form `YYYY-MM-DD`
 */
export function advisoryProblems({ engine, exemptions = [] }: Release, today: string): Problem[] {
  const open = openAdvisories(engine.kind, engine.version).flatMap(({ id, what, fixedIn }) => {
    const exemption = exemptions.find(({ advisory }) => advisory === id);
    if (exemption !== undefined && exemption.expires >= today) return [];
    const state = exemption === undefined ? "" : `, and its exemption ended on ${exemption.expires}`;
    const message = `${id} (${what}) is open in ${engine.kind} ${engine.version}, fixed in ${fixedIn}${state}; take a later version, or say why under exemptions: { advisory, reason, expires }`;
    return [{ path: "engine.version", value: engine.version, message }];
  });
  const ids = openAdvisories(engine.kind, engine.version).map(({ id }) => id);
  const latest = new Date(Date.parse(today) + longestExemptionDays * 86_400_000).toISOString().slice(0, 10);
  const long = exemptions.flatMap(({ expires }, index) =>
    expires <= latest
      ? []
      : [
          {
            path: `exemptions.${index}.expires`,
            value: expires,
            message: `more than ${longestExemptionDays} days away: ${latest} at the latest, so that it is looked at again`,
          },
        ],
  );
  const unused = exemptions.flatMap(({ advisory }, index) =>
    ids.includes(advisory)
      ? []
      : [
          {
            path: `exemptions.${index}.advisory`,
            value: advisory,
            message: `not open in ${engine.kind} ${engine.version}${suggestion(advisory, ids)}`,
          },
        ],
  );
  return [...open, ...unused, ...long];
}

import { setTimeout } from "node:timers/promises";
import { providerUrn } from "../plan/resource.ts";
import { type LeftBehind, leftBehind, type Tagged } from "./left-behind.ts";
import type { Pulumi } from "./pulumi.ts";
import { adopt, type Exported, knownOf, pendingOf, type StateResource } from "./state.ts";

/** What a recovery reads and changes. */
export interface Recovery {
  readonly pulumi: Pulumi;
  /** What AWS has under these tags in this region. */
  readonly tagged: (region: string, tags: Readonly<Record<string, string>>) => Promise<readonly Tagged[]>;
  /** Whether to do what was found about one of them. */
  readonly approve: (left: LeftBehind) => Promise<boolean>;
  readonly say: (line: string) => void;
  readonly sleep?: (seconds: number) => Promise<void>;
}

/** What an interrupted update left behind. Changes nothing. */
export async function findLeftBehind({ pulumi, tagged }: Recovery): Promise<readonly LeftBehind[]> {
  const state = await pulumi.export();
  const provider = awsProvider(state);
  if (provider === undefined)
    return leftBehind({ pending: pendingOf(state), known: knownOf(state) }, [], nowhere);
  const { region, account, tags } = placeOf(provider);
  const found = leftBehind({ pending: pendingOf(state), known: knownOf(state) }, await tagged(region, tags), {
    region,
    account,
  });
  // Only the provider knows whether something exists: a name may be free, and AWS lists what was deleted a while longer.
  const asked = found.filter(({ action }) => action === "import" || action === "delete");
  const existing = await pulumi.existing(asked, providerOf(state));
  return found.flatMap((left): LeftBehind[] => {
    if (!asked.includes(left) || existing.includes(left)) return [left];
    const isPending = pendingOf(state).some(({ urn }) => urn === left.urn);
    if (!isPending) return [];
    const { urn, type, name } = left;
    return [{ urn, type, name, action: "clear", because: `AWS has no ${left.id}: it was never created` }];
  });
}

/** Does what was approved. @returns what is left, by its own look at the state afterwards */
export async function recover(
  recovery: Recovery,
  found: readonly LeftBehind[],
): Promise<readonly LeftBehind[]> {
  const { pulumi, say, approve } = recovery;
  const approved: LeftBehind[] = [];
  for (const left of found) if (left.action !== "unknown" && (await approve(left))) approved.push(left);
  if (approved.length > 0) {
    const { state, refreshed, deleted } = adopt(await pulumi.export(), approved);
    await pulumi.import(state);
    say("the state has them; refreshing them from their providers");
    if (refreshed.length > 0) await settle(recovery, refreshed);
    const there = new Set(knownOf(await pulumi.export()).map(({ urn }) => urn));
    const doomed = deleted.filter((urn) => there.has(urn));
    if (doomed.length > 0) {
      say(`deleting ${doomed.length} that the program doesn't use`);
      await pulumi.destroy(doomed);
    }
  }
  return findLeftBehind(recovery);
}

const lookAgainSeconds = 30;
/** EKS takes about 10 minutes for a cluster; a service that needs longer than this has a problem of its own. */
const longestSeconds = 40 * 60;

/** Refreshes until no service is still creating one: an unfinished cluster has no endpoint yet. */
async function settle({ pulumi, say, sleep = wait }: Recovery, urns: readonly string[]): Promise<void> {
  for (let waited = 0; ; waited += lookAgainSeconds) {
    await pulumi.refresh(urns);
    const { deployment } = await pulumi.export();
    const unfinished = (deployment.resources ?? []).filter(
      (resource) => urns.includes(resource.urn) && isUnfinished(resource),
    );
    if (unfinished.length === 0) return;
    const names = unfinished.map(({ id }) => id).join(", ");
    if (waited >= longestSeconds)
      throw new Error(`after ${waited / 60} minutes AWS is still creating ${names}; run this command again`);
    say(`AWS is still creating ${names}; looking again in ${lookAgainSeconds} s (${waited} s so far)`);
    await sleep(lookAgainSeconds);
  }
}

function isUnfinished({ outputs = {} }: StateResource): boolean {
  return [outputs.status, outputs.state].some(
    (value) => typeof value === "string" && /^(creating|pending|updating)$/i.test(value),
  );
}

const wait = (seconds: number) => setTimeout(1000 * seconds);
const nowhere = { account: "", region: "" };

function awsProvider({ deployment }: Exported): StateResource | undefined {
  return deployment.resources?.find(({ type }) => type === "pulumi:providers:aws");
}

/** Account, region and tags of all that the provider makes, as it was configured. */
function placeOf({ inputs = {} }: StateResource) {
  const { tags = {} } = JSON.parse(String(inputs.defaultTags ?? "{}")) as { tags?: Record<string, string> };
  const [account = ""] = JSON.parse(String(inputs.allowedAccountIds ?? "[]")) as string[];
  return { region: String(inputs.region), account, tags };
}

/** The provider's URN of a resource. */
function providerOf({ deployment }: Exported): (urn: string) => string {
  const pending = (deployment.pending_operations ?? []).map(({ resource }) => resource);
  const resources = [...pending, ...(deployment.resources ?? [])];
  return (urn) => providerUrn(resources.find((resource) => resource.urn === urn)?.provider ?? "");
}

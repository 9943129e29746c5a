import { isDeepStrictEqual } from "node:util";
import { type Traffic, withDefaults } from "../../components/serving/traffic.ts";
import { awsCommands } from "./aws-commands.ts";
import type { PlannedStep, Update } from "./deployed-stack.ts";
import { BrokenWriteError, TrafficError } from "./errors.ts";
import { formatRules, formatTraffic } from "./format.ts";
import type { Journal } from "./journal.ts";
import { isGatewayDocument } from "./model-rules.ts";
import { StackError, StackLockedError, UpdateCancelledError } from "./pulumi-cli.ts";
import { type ReconcileArgs, reconcile, removeUnknownRules } from "./reconcile.ts";
import { rollbackReason, updateMessage } from "./rollback-target.ts";
import { changesCopies, isSameForCallers, type TrafficView, type TrafficViewArgs } from "./traffic-view.ts";

export interface PutArgs extends ReconcileArgs, TrafficViewArgs {
  readonly journal: Journal;
  readonly sleep: (seconds: number) => Promise<void>;
}

/** One write of a model's traffic. */
export interface Put {
  readonly traffic: Traffic;
  readonly why: string;
  /** What callers had before. @default what they get now */
  readonly from?: Traffic;
  readonly steps?: readonly PlannedStep[];
  /** Whether it takes an interrupted write back: that one stays on record as the last request. */
  readonly takesBack?: boolean;
  /** The stack's file with the traffic, or why it can't be edited. */
  readonly text: string | Error;
  /** Texts to deploy, one after the other, where the stack's file can't be. */
  readonly fallbacks?: () => Promise<readonly string[]>;
}

/**
 * Edits the stack's file, deploys the model's rules and verifies them at the load balancer. The
 * journal has the beginning and the end.
 * @throws TrafficError when the load balancer does something else, or the file has to be corrected
 * @throws BrokenWriteError, StackError when the update failed
 */
export async function putTraffic(args: PutArgs, view: TrafficView, put: Put): Promise<void> {
  const { traffic, why, from = view.known, takesBack = false, text } = put;
  const { model, journal } = args;
  const back = why.startsWith(rollbackReason);
  if (!takesBack) journal.add({ event: "writing", model, from, traffic, why, back });
  if (typeof text === "string") view.edit(text, traffic);
  const message = takesBack
    ? `${model}: ${formatTraffic(traffic)} (${why})`
    : updateMessage(model, from, traffic, why);
  try {
    view.observed = await reconcile(args, view.observed, traffic);
    const urns = targets(view, put);
    const { deployed } = view.observed;
    const refresh = urns.every((urn) => deployed.resources.some((resource) => resource.urn === urn));
    await update(args, { urns, message, refresh }, put);
  } catch (error) {
    throw await failure(args, view, error as Error, put);
  }
  await view.refresh();
  await removeUnknownRules(args, view.observed, traffic);
  await confirm(args, view, traffic);
  view.known = withDefaults(traffic);
  journal.add(
    takesBack ? { event: "ended", model, traffic, why } : { event: "written", model, traffic, back },
  );
  if (text instanceof Error) throw fileError(args, traffic, text);
}

/** A rollback whose file has to be corrected. */
export function fileError({ model, file }: PutArgs, traffic: Traffic, { message }: Error): TrafficError {
  return new TrafficError(
    `${model} was rolled back, and ${file.name} can't be read: ${message}. Correct it and set the traffic of ${model} to ${formatTraffic(traffic)}`,
  );
}

/**
 * The model's rules: those that change, those that share its traffic now, and the canary's where it is to come; and the
 * gateway's documents, where it is to copy more or fewer requests.
 */
function targets({ known, observed }: TrafficView, { traffic, steps = [] }: Put): string[] {
  const { place, knownUrns, deployed } = observed;
  const coming = traffic.canaryPercent > 0 ? [place.urns.canary] : [];
  const documents = changesCopies(known, traffic) ? deployed.resources.filter(isGatewayDocument) : [];
  const urns = [...knownUrns, ...[...steps, ...documents].map(({ urn }) => urn), ...coming];
  return [...new Set([place.urns.live, ...urns])];
}

/** Deploys the stack's file, or the first of the fallbacks that the stack takes. */
async function update(
  { stack, file }: PutArgs,
  update: Omit<Update, "fileText">,
  { text, fallbacks = async () => [] }: Put,
) {
  let refused = text instanceof Error ? undefined : await refusal(() => stack.update(update));
  if (typeof text === "string" && refused === undefined) return;
  for (const fileText of await fallbacks()) {
    const again = await refusal(() => stack.update({ ...update, fileText }));
    if (again === undefined) return;
    refused ??= again;
  }
  throw (
    refused ??
    new StackError(
      `${file.name} can't be read (${(text as Error).message}), and the stack's history has no configuration to deploy instead`,
    )
  );
}

/** Why the stack refused a text that another may replace. @throws whatever else went wrong */
async function refusal(deploy: () => Promise<void>): Promise<StackError | undefined> {
  try {
    await deploy();
    return undefined;
  } catch (error) {
    const final = error instanceof StackLockedError || error instanceof UpdateCancelledError;
    if (final || !(error instanceof StackError)) throw error;
    return error;
  }
}

/** What a failed update means, for the user. */
async function failure(args: PutArgs, view: TrafficView, error: Error, put: Put): Promise<Error> {
  const { traffic, text, why } = put;
  const back = why.startsWith(rollbackReason);
  const undone = await takeBack(args, view, typeof text === "string");
  if (error instanceof TrafficError || (undone && !back)) return error;
  const message = undone
    ? error.message
    : `${error.message}. The write of ${formatTraffic(traffic)} had begun: start again to finish it, or roll back with npm run switch -- … ${args.model} --rollback`;
  if (!(error instanceof StackError && back)) return new BrokenWriteError(message);
  const commands = error instanceof StackLockedError ? [] : awsCommands(view.observed, traffic);
  if (commands.length === 0) return new StackError(message);
  return new StackError(
    `${message}
These commands do the same without Pulumi; --rollback then brings state and file in line:
${commands.join("\n")}
`,
  );
}

/** After an update that changed nothing, the file again matches what callers get; any other update stays recorded as begun. */
async function takeBack({ model, file, journal }: PutArgs, view: TrafficView, edited: boolean) {
  const before = view.observed.rules;
  try {
    await view.refresh();
  } catch {
    return false;
  }
  if (before === undefined || !isDeepStrictEqual(view.observed.rules, before)) return false;
  if (edited) view.edit(file.textWith(view.known), view.known);
  journal.add({ event: "written", model, traffic: view.known, failed: true });
  return true;
}

/** How often the load balancer is read after a write, until its answers reflect it. */
const confirmations = 3;
const confirmationSeconds = 2;

/** @throws TrafficError when the load balancer does something else than was written */
async function confirm({ model, sleep }: PutArgs, view: TrafficView, traffic: Traffic) {
  for (let attempt = 1; ; attempt++) {
    const asked = await view.askAgain();
    const { rules, callers, unreachable } = asked;
    if (rules === undefined)
      throw new TrafficError(
        `${model} was set to ${formatTraffic(traffic)}, and the load balancer can't be asked whether it does that: ${unreachable}; npm run drift compares again`,
      );
    view.observed = asked;
    if (isSameForCallers(callers, traffic)) return;
    if (attempt === confirmations)
      throw new TrafficError(
        `${model} was set to ${formatTraffic(traffic)}, and the load balancer sends ${formatRules(rules)}: something else writes to it; npm run drift shows the rules`,
      );
    await sleep(confirmationSeconds);
  }
}

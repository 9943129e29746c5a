import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Colour, colours, directHost, modelDomainOf, other } from "../../components/serving/traffic.ts";
import { suggestion } from "../../components/shared/problems.ts";
import type { Config } from "../../stacks/config.ts";
import { local } from "../local/local-place.ts";
import { policyConfigurationFile } from "../plan/environment.ts";
import { loadConfig } from "../plan/report/report.ts";
import { consent } from "./consent.ts";
import type { DeployedStack } from "./deployed-stack.ts";
import { TrafficError } from "./errors.ts";
import { fileJournal, type Journal, type JournalEntry } from "./journal.ts";
import { acquireLock, lockHolder, tryLock } from "./lock.ts";
import { modelsOf, targetGroup } from "./model-rules.ts";
import { patientStack } from "./patient-stack.ts";
import { cloud } from "./place.ts";
import { smokeProblem } from "./smoke.ts";
import { stackFile } from "./stack-file.ts";
import { unreadiness } from "./target-health.ts";
import { TrafficWriter, type TrafficWriterArgs } from "./traffic-writer.ts";

/** Where commands keep what outlives them: locks, journals, summaries. Not under version control. */
const workFolder = ".gantry";

/** How long a rollback waits for another update's end, and how long a rollout does. */
const patienceSeconds = { rollback: 120, rollout: 10 } as const;

export interface CommandArgs {
  readonly root: string;
  readonly environment: string;
  readonly model: string;
  /** As it was typed. */
  readonly colour: string | undefined;
  /** Whether the person agreed beforehand to what a write alone doesn't do. */
  readonly yes: boolean;
  /** Whether it is about what `npm run local` runs, and not about the cloud. */
  readonly local: boolean;
}

/** Time as the commands see it, so that tests don't wait. */
export interface Clock {
  /** Seconds since 1970. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

/** What a rollback works with. */
export interface RollbackSession {
  readonly writer: TrafficWriter;
  readonly stack: DeployedStack;
  readonly journal: Journal;
}

/** What a switch or a rollout works with. */
export interface TrafficSession extends RollbackSession {
  readonly config: Config;
  /** Without extension, for files that belong to the model. */
  readonly files: string;
  readonly clock: Clock;
  /** Where its Prometheus answers, if not where the cluster's does. */
  readonly prometheus: string | undefined;
  /** Why a slot can't take so many percent of the callers, by two readings of its target group; or undefined. */
  whyNotReady(colour: Colour, percent: number): Promise<string | undefined>;
  /** Whether a slot has a healthy target; one that can't be queried counts as alive. */
  isAlive(slot: Colour): Promise<boolean>;
  /** Why a slot doesn't answer a real request; or undefined. */
  smoke(colour: Colour): Promise<string | undefined>;
  release(): void;
}

/**
 * Opens a model's traffic for a switch or a rollout, and keeps other commands away from the model until it is released.
 * @param through the load balancer's address, where the models' hosts aren't known
 * @throws Error for the user: unknown names, no standby, another command that runs, file and stack apart
 */
export async function openTrafficSession(
  args: CommandArgs & { readonly through: string | undefined },
  signal: AbortSignal,
): Promise<TrafficSession> {
  const { root, environment, model, through } = args;
  const config = loadConfig(root, environment);
  checkNames(args, config);
  const files = filesOf(args);
  const release = acquireLock(`${files}.lock`, commandLine());
  try {
    const reach = await reachStack(args, patienceSeconds.rollout, signal);
    const { stack, journal, health, engineKey, prometheus } = reach;
    const before = journal.entries().length;
    const stopped = () => journal.entries().slice(before).some(isRollback);
    const writer = await TrafficWriter.open({ ...reach.writerArgs, stopped }, reach.deployed);
    const group = (slot: Colour) => targetGroup(writer.observation.deployed, `${model}-${slot}`);
    return {
      ...{ config, writer, stack, journal, files, prometheus, clock: reach.clock, release },
      whyNotReady: async (slot, percent) => {
        const [own, standing] = [group(slot), group(other(slot))];
        if (own === undefined) return "its target group isn't deployed; run pulumi up first";
        const needed =
          standing === undefined ? 0 : Math.ceil(((await health(standing)).healthy * percent) / 100);
        const configured = Math.max(1, config.models[model]?.[slot]?.replicas.min ?? 1);
        const minimum = Math.max(configured, needed);
        const reason = await unreadiness(() => health(own), minimum, reach.clock.sleep);
        if (reason === undefined || needed <= configured) return reason;
        return `${reason}; ${other(slot)} answers with as many for ${percent} % of the callers: set models.${model}.${slot}.replicas.min to ${needed}, deploy it with pulumi up, and start again`;
      },
      isAlive: (slot) => reach.writerArgs.isAlive(slot, writer.observation.deployed),
      smoke: async (colour) => {
        const host = directHost(model, colour, modelDomainOf(environment, config.network));
        const servedName =
          config.releases[config.models[model]?.[colour]?.release ?? ""]?.servedName ?? model;
        const secret = writer.observation.deployed.engineKeys[model]?.[colour];
        const apiKey = await engineKey(secret);
        return smokeProblem({ host, through: through ?? reach.through, servedName, apiKey });
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Opens a model's traffic for a rollback: asks a command that runs for the model to stop, and reads no configuration,
 * since a rollback works by what is deployed.
 * @throws Error for the user: unknown names, nothing deployed
 */
export async function openRollbackSession(args: CommandArgs, signal: AbortSignal): Promise<RollbackSession> {
  checkColour(args.colour);
  const reach = await reachStack(args, patienceSeconds.rollback, signal);
  stopOthers(`${filesOf(args)}.lock`, reach.journal);
  const writer = await TrafficWriter.forRollback(
    { ...reach.writerArgs, stopped: () => false },
    reach.deployed,
  );
  return { writer, stack: reach.stack, journal: reach.journal };
}

/** The stack, its load balancer and its files. @throws TrafficError where the model isn't deployed */
async function reachStack(args: CommandArgs, patience: number, signal: AbortSignal) {
  const { root, environment, model, yes } = args;
  const place = args.local
    ? local(root, environment)
    : cloud({
        ...{ root, environment },
        policies: {
          pack: join(root, "policies"),
          configuration: policyConfigurationFile(root, environment),
        },
      });
  const clock: Clock = {
    now: () => Date.now() / 1000,
    // A sleep that is interrupted is over.
    sleep: (seconds: number) => setTimeout(1000 * seconds, undefined, { signal }).catch(() => undefined),
  };
  const agreed = consent(yes);
  const stack = patientStack(place.stack, {
    ...{ environment, consent: agreed, seconds: patience, sleep: clock.sleep },
  });
  const deployed = await stack.read();
  const models = modelsOf(deployed);
  if (!models.includes(model))
    throw new TrafficError(
      `${environment} has no deployed model "${model}"${suggestion(model, models)}: run pulumi up first. Nothing was changed`,
    );
  const around = place.around(deployed, model);
  const journal = fileJournal(`${filesOf(args)}.jsonl`);
  const lock = join(root, workFolder, `${environment}.write.lock`);
  const writerArgs: Omit<TrafficWriterArgs, "stopped"> = {
    ...{ model, stack, journal, consent: agreed },
    file: stackFile(root, environment, model),
    balancer: around.balancer,
    exclusively: (write) => exclusively(lock, write),
    // A write's own pauses are short, and end with it.
    sleep: (seconds) => setTimeout(1000 * seconds),
    // A slot that was removed is not alive; one that can't be queried may be.
    isAlive: async (slot, { resources }) => {
      const group = targetGroup({ resources }, `${model}-${slot}`);
      if (group === undefined) return false;
      return around.health(group).then(
        ({ healthy }) => healthy > 0,
        () => true,
      );
    },
  };
  return { ...around, stack, deployed, journal, clock, writerArgs };
}

/** What is done on this machine is no record of what was done in the cloud. */
function filesOf({ root, environment, model, local }: CommandArgs): string {
  return join(root, workFolder, ...(local ? ["local"] : []), `${environment}-${model}`);
}

function commandLine(): string {
  return process.argv.slice(1).join(" ");
}

/** Asks the command that runs for the model, if one does, to write nothing more. */
function stopOthers(lock: string, journal: Journal) {
  const holder = lockHolder(lock);
  if (holder === undefined) return;
  console.error(`stops: ${holder.command} (process ${holder.pid})`);
  const last = journal.entries().at(-1);
  journal.add({ event: "stop", traffic: last?.traffic ?? { live: "blue", canaryPercent: 0 } });
}

/** An entry that only a rollback of another process makes. */
function isRollback({ event, back, pid }: JournalEntry): boolean {
  return event === "stop" || (back === true && pid !== process.pid);
}

/** Runs a write while no other command of this machine writes to the environment. */
async function exclusively<T>(path: string, write: () => Promise<T>): Promise<T> {
  for (let waited = false; ; waited = true) {
    const lock = tryLock(path, commandLine());
    if (typeof lock === "function")
      try {
        return await write();
      } finally {
        lock();
      }
    if (!waited) console.error(`waits for the write of: ${lock.command} (process ${lock.pid})`);
    await setTimeout(200);
  }
}

function checkNames({ environment, model, colour }: CommandArgs, { models }: Config) {
  const file = `Pulumi.${environment}.yaml`;
  const slots = Object.hasOwn(models, model) ? models[model] : undefined;
  if (slots === undefined)
    throw new TrafficError(`${file} has no model "${model}"${suggestion(model, Object.keys(models))}`);
  checkColour(colour);
  if (colour !== undefined && slots[colour as Colour] === undefined)
    throw new TrafficError(
      `${model} has no ${colour} slot in ${file}: add models.${model}.${colour} and deploy it with pulumi up. Nothing was changed`,
    );
}

function checkColour(colour: string | undefined) {
  if (colour !== undefined && !colours.some((known) => known === colour))
    throw new TrafficError(`"${colour}" is not a slot's colour${suggestion(colour, colours)}`);
}

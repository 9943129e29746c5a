import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Colour, colours, directHost, modelDomainOf, other } from "../../components/serving/traffic.ts";
import { suggestion } from "../../components/shared/problems.ts";
import type { Config } from "../../stacks/config.ts";
import { policyConfigurationFile } from "../plan/environment.ts";
import { loadConfig } from "../plan/report/report.ts";
import { consent } from "./consent.ts";
import { type Deployed, type DeployedStack, pulumiStack } from "./deployed-stack.ts";
import { fileJournal, type Journal, type JournalEntry } from "./journal.ts";
import { loadBalancer } from "./load-balancer.ts";
import { acquireLock, lockHolder, tryLock } from "./lock.ts";
import { targetGroup } from "./model-rules.ts";
import { patientStack } from "./patient-stack.ts";
import { smokeProblem } from "./smoke.ts";
import { stackFile } from "./stack-file.ts";
import { targetHealth, unreadiness } from "./target-health.ts";
import { TrafficError, TrafficWriter } from "./traffic-writer.ts";

/** Where commands keep what outlives them: locks, journals, summaries. Not under version control. */
const workFolder = ".gantry";

/** How long a rollback waits for another update's end, and how long anything else does. */
const patienceSeconds = { urgent: 120, otherwise: 10 } as const;

export interface CommandArgs {
  readonly root: string;
  readonly environment: string;
  readonly model: string;
  /** As it was typed. */
  readonly colour: string | undefined;
  /** Load balancer by another way than its hosts. */
  readonly through: string | undefined;
  /** Whether the person agreed beforehand to what a write alone doesn't do. */
  readonly yes: boolean;
  /** Whether the command is to write at once, whatever runs or was interrupted. */
  readonly urgent: boolean;
}

export interface Clock {
  /** Seconds since 1970. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

/** A command's hold on the traffic of one model. */
export interface Hold {
  readonly config: Config;
  readonly writer: TrafficWriter;
  readonly stack: DeployedStack;
  readonly journal: Journal;
  /** Without ending, for files that belong to the model. */
  readonly files: string;
  readonly clock: Clock;
  /** Why a slot can't take so many percent of the callers, in two looks at its target group; or nothing. */
  unready(colour: Colour, percent: number): Promise<string | undefined>;
  /** Whether a slot has a healthy target; one that can't be asked about is taken for alive. */
  alive(slot: Colour): Promise<boolean>;
  /** Why a slot doesn't answer a real request; or nothing. */
  smoke(colour: Colour): Promise<string | undefined>;
  release(): void;
}

/**
 * Takes hold of a model's traffic. A command that isn't urgent keeps others away from the model until it ends; an
 * urgent one asks whichever runs to stop, and waits for its write only.
 * @throws Error in words for the user: unknown names, no standby, another command that runs, file and stack apart
 */
export async function takeHold(args: CommandArgs, signal: AbortSignal): Promise<Hold> {
  const { root, environment, model, through, urgent } = args;
  const config = loadConfig(root, environment);
  checkNames(args, config);
  const files = join(root, workFolder, `${environment}-${model}`);
  const command = process.argv.slice(1).join(" ");
  const journal = fileJournal(`${files}.jsonl`);
  const before = journal.entries().length;
  const release = urgent ? stopOthers(`${files}.lock`, journal) : acquireLock(`${files}.lock`, command);
  try {
    const clock = {
      now: () => Date.now() / 1000,
      // A sleep that is interrupted is over.
      sleep: (seconds: number) => setTimeout(1000 * seconds, undefined, { signal }).catch(() => undefined),
    };
    const agrees = consent(args.yes);
    const policies = {
      pack: join(root, "policies"),
      configuration: policyConfigurationFile(root, environment),
    };
    const seconds = urgent ? patienceSeconds.urgent : patienceSeconds.otherwise;
    const stack = patientStack(pulumiStack({ root, environment, policies }), {
      ...{ environment, agrees, seconds },
      sleep: clock.sleep,
    });
    const { region } = config.account;
    const balancing = new ElasticLoadBalancingV2Client({ region });
    const look = (group: string) => targetHealth(balancing, group);
    // A slot that was taken away is not alive; one that can't be asked about may be.
    const alive = async (slot: Colour, deployed: Deployed) => {
      const group = targetGroup(deployed, `${model}-${slot}`);
      if (group === undefined) return false;
      return look(group).then(
        ({ healthy }) => healthy > 0,
        () => true,
      );
    };
    const writer = await TrafficWriter.open({
      ...{ model, stack, journal, agrees },
      file: stackFile(root, environment, model),
      balancer: loadBalancer(balancing),
      alone: (write) => alone(join(root, workFolder, `${environment}.write.lock`), command, write),
      sleep: (seconds) => setTimeout(1000 * seconds),
      stopped: () => !urgent && journal.entries().slice(before).some(isRollback),
      alive: urgent ? undefined : alive,
    });
    return {
      ...{ config, writer, stack, journal, files, clock },
      unready: async (slot, percent) => {
        const group = targetGroup(writer.deployed, `${model}-${slot}`);
        if (group === undefined) return "its target group isn't deployed; run pulumi up first";
        const standing = targetGroup(writer.deployed, `${model}-${other(slot)}`);
        const needed =
          standing === undefined ? 0 : Math.ceil(((await look(standing)).healthy * percent) / 100);
        const configured = Math.max(1, config.models[model]?.[slot]?.replicas.min ?? 1);
        const reason = await unreadiness(() => look(group), Math.max(configured, needed), clock.sleep);
        if (reason === undefined || needed <= configured) return reason;
        return `${reason}; ${other(slot)} answers with as many for ${percent} % of the callers: set models.${model}.${slot}.replicas.min to ${needed}, deploy it with pulumi up, and start again`;
      },
      alive: (slot) => alive(slot, writer.deployed),
      smoke: async (colour) => {
        const host = directHost(model, colour, modelDomainOf(environment, config.network));
        const servedName =
          config.releases[config.models[model]?.[colour]?.release ?? ""]?.servedName ?? model;
        const apiKey = await engineKey(region, writer.deployed.engineKeys[model]?.[colour]);
        return smokeProblem({ host, through, servedName, apiKey });
      },
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Asks the command that runs for the model, if one does, to write nothing more. */
function stopOthers(lock: string, journal: Journal): () => void {
  const holder = lockHolder(lock);
  if (holder !== undefined) {
    console.error(`stops: ${holder.command} (process ${holder.pid})`);
    const last = journal.entries().at(-1);
    journal.add({ event: "stop", traffic: last?.traffic ?? { live: "blue", canaryPercent: 0 } });
  }
  return () => undefined;
}

/** An entry that only a rollback of another process makes. */
function isRollback({ event, back, pid }: JournalEntry): boolean {
  return event === "stop" || (back === true && pid !== process.pid);
}

/** Runs a write while no other command of this machine writes to the environment. */
async function alone<T>(path: string, command: string, write: () => Promise<T>): Promise<T> {
  for (let waited = false; ; waited = true) {
    const lock = tryLock(path, command);
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
  const slots = models[model];
  if (slots === undefined)
    throw new TrafficError(`${file} has no model "${model}"${suggestion(model, Object.keys(models))}`);
  if (colour === undefined) return;
  if (!colours.some((known) => known === colour))
    throw new TrafficError(`"${colour}" is not a slot's colour${suggestion(colour, colours)}`);
  if (slots[colour as Colour] === undefined)
    throw new TrafficError(
      `${model} has no ${colour} slot in ${file}: add models.${model}.${colour} and deploy it with pulumi up. Nothing was changed`,
    );
}

async function engineKey(region: string, secret: string | undefined): Promise<string> {
  const client = new SecretsManagerClient({ region });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secret }));
  return SecretString ?? "";
}

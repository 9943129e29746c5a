import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Colour, colours, directHost, modelDomainOf } from "../../components/serving/traffic.ts";
import { suggestion } from "../../components/shared/problems.ts";
import type { Config } from "../../stacks/config.ts";
import { policyConfigurationFile } from "../plan/environment.ts";
import { loadConfig } from "../plan/report/report.ts";
import { type Deployed, openStack } from "./deployed-stack.ts";
import { fileJournal, type Journal } from "./journal.ts";
import { acquireLock } from "./lock.ts";
import { smokeProblem } from "./smoke.ts";
import { stackFile } from "./stack-file.ts";
import { targetHealth, unreadiness } from "./target-health.ts";
import { TrafficError, TrafficWriter } from "./traffic-writer.ts";

/** Where commands keep what outlives them: locks, journals, summaries. Not under version control. */
const workFolder = ".gantry";

export interface CommandArgs {
  readonly root: string;
  readonly environment: string;
  readonly model: string;
  /** As it was typed. */
  readonly colour: string | undefined;
  /** Load balancer by another way than its hosts. */
  readonly through: string | undefined;
  /** Whether the command is to write at once, whatever an interrupted one had begun. */
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
  readonly journal: Journal;
  /** Without ending, for files that belong to the model. */
  readonly files: string;
  readonly clock: Clock;
  /** Why a slot can't take traffic, in two looks at its target group; or nothing. */
  unready(colour: Colour): Promise<string | undefined>;
  /** Whether a slot has a healthy target; one that can't be asked about is taken for alive. */
  alive(slot: Colour): Promise<boolean>;
  /** Why a slot doesn't answer a real request; or nothing. */
  smoke(colour: Colour): Promise<string | undefined>;
  release(): void;
}

/**
 * Takes hold of a model's traffic.
 * @throws Error in words for the user: unknown names, no standby, another command at work, file and stack apart
 */
export async function takeHold(args: CommandArgs, signal: AbortSignal): Promise<Hold> {
  const { root, environment, model, through } = args;
  const config = loadConfig(root, environment);
  checkNames(args, config);
  const files = join(root, workFolder, `${environment}-${model}`);
  const release = acquireLock(join(root, workFolder, `${environment}.lock`), process.argv.slice(1).join(" "));
  try {
    const journal = fileJournal(`${files}.jsonl`);
    const stack = await openStack({
      root,
      environment,
      policies: { pack: join(root, "policies"), configuration: policyConfigurationFile(root, environment) },
    });
    const file = stackFile(root, environment, model);
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
      model,
      file,
      stack,
      journal,
      alive: args.urgent ? undefined : alive,
    });
    const clock = {
      now: () => Date.now() / 1000,
      // A sleep that is interrupted is over.
      sleep: (seconds: number) => setTimeout(1000 * seconds, undefined, { signal }).catch(() => undefined),
    };
    return {
      config,
      writer,
      journal,
      files,
      clock,
      unready: async (slot) => {
        const group = targetGroup(writer.deployed, `${model}-${slot}`);
        if (group === undefined) return "its target group isn't deployed; run pulumi up first";
        const minimum = Math.max(1, config.models[model]?.[slot]?.replicas.min ?? 1);
        return unreadiness(() => look(group), minimum, clock.sleep);
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

/** The ARN of a target group, where it is deployed. */
function targetGroup({ resources }: Deployed, group: string): string | undefined {
  return resources.find(({ type, name }) => type === "aws:lb/targetGroup:TargetGroup" && name === group)?.id;
}

function checkNames({ environment, model, colour }: CommandArgs, { models }: Config) {
  const file = `Pulumi.${environment}.yaml`;
  const slots = models[model];
  if (slots === undefined)
    throw new TrafficError(`${file} has no model "${model}"${suggestion(model, Object.keys(models))}`);
  if (colour === undefined) return;
  if (!colours.some((known) => known === colour))
    throw new TrafficError(`"${colour}" is no colour${suggestion(colour, colours)}`);
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

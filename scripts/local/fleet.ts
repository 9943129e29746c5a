import { vllmMetrics } from "../../components/monitoring/metrics.ts";
import { engineKey } from "../../components/secrets/secret-names.ts";
import { queuedRequests } from "../../components/serving/engine.ts";
import { servingNamespace } from "../../components/serving/namespace.ts";
import { slotFingerprint } from "../../components/serving/placement.ts";
import { shortReleaseId } from "../../components/serving/release.ts";
import { own } from "../../components/shared/own.ts";
import { modelPrice } from "../../stacks/catalogue.ts";
import type { Config } from "../../stacks/config.ts";
import { keyGeneration, slotsOf } from "../../stacks/slots.ts";
import { AnthropicStandIn } from "./anthropic.ts";
import { type Disturbable, disturb, disturbances } from "./disturbances.ts";
import { FaultyServer } from "./faults.ts";
import type { TargetGroups } from "./load-balancer.ts";
import type { Meter } from "./meter.ts";
import { type Behaviour, SimulatedEngine, type SimulatedEngineArgs } from "./simulated-engine.ts";

interface Breakable extends Disturbable {
  readonly port: number;
  readonly close: () => Promise<void>;
}

interface Replica extends Breakable {
  readonly engine: SimulatedEngine;
}

/** A server's current fault, and the possible ones. */
export interface Condition {
  readonly fault: string;
  readonly possible: readonly string[];
}

interface Slot {
  readonly model: string;
  /** What its pods are replaced for: another release, another key. */
  readonly pod: string;
  /** The first 12 digits of its id. */
  readonly release: string;
  readonly replicas: readonly Replica[];
  /** What its engines had counted a second ago. */
  before: Counted;
}

interface Counted {
  readonly prompt: number;
  readonly generated: number;
  /** Streams, and the sum of the seconds to their first tokens. */
  readonly count: number;
  readonly sum: number;
}

const nothing: Counted = { prompt: 0, generated: 0, count: 0, sum: 0 };
const selfHostedPace: Behaviour = { tokensPerSecond: 60, firstTokenSeconds: 0.15, errorRate: 0 };
const hostedPace: Behaviour = { tokensPerSecond: 90, firstTokenSeconds: 0.3, errorRate: 0 };

/** Simulated engines, the least replicas of each slot, and stand-ins for OpenAI and Anthropic: what answers on one machine. */
export class Fleet {
  private readonly secret: (subject: string) => string;
  private readonly slots = new Map<string, Slot>();
  private readonly providers = new Map<string, Breakable>();
  /** Pods that were replaced: they finish their answers. */
  private readonly retired: Replica[] = [];
  /** What the stand-in of OpenAI answers to. */
  private readonly snapshots: string[] = [];
  private readonly behaviour: Behaviour | undefined;
  /** The current faults, by a server's name. */
  private readonly wrong = new Map<string, string>();

  /** @param secret a value by its subject in Secrets Manager @param behaviour of all, in place of their own */
  constructor(secret: (subject: string) => string, behaviour?: Behaviour) {
    this.secret = secret;
    this.behaviour = behaviour;
  }

  /** Starts what a configuration has and didn't run; what it has no more gets no requests. */
  async follow(config: Config): Promise<void> {
    await this.followSlots(config);
    await this.followProviders(config);
  }

  /** Where each slot's engines listen, by target group. */
  get targets(): TargetGroups {
    return Object.fromEntries(
      [...this.slots].map(([name, { replicas }]) => [
        name,
        replicas.map(({ port }) => ({ host: "127.0.0.1", port, healthy: true })),
      ]),
    );
  }

  /** Where Prometheus reads them, with the labels that the cluster's PodMonitor attaches. [prometheus.io, http_sd] */
  get scraped(): readonly { readonly targets: readonly string[]; readonly labels: object }[] {
    return [...this.slots].flatMap(([name, { model, release, replicas }]) =>
      replicas.map(({ port }, index) => ({
        targets: [`127.0.0.1:${port}`],
        labels: {
          ...{ namespace: servingNamespace, pod: `${name}-${index}` },
          ...{ model, colour: name.slice(model.length + 1), release },
        },
      })),
    );
  }

  /** Names of what may be broken, each with what is wrong with it. */
  get conditions(): Record<string, Condition> {
    return Object.fromEntries(
      [...this.breakable()].map(([name, servers]) => [
        name,
        { fault: this.wrong.get(name) ?? "none", possible: disturbances(servers) },
      ]),
    );
  }

  /** @throws RangeError where nothing has the name, or it can't suffer from the fault */
  async break(name: string, fault: string): Promise<void> {
    const servers = this.breakable().get(name);
    if (servers === undefined) throw new RangeError(`there is no ${name}`);
    await disturb(servers, fault, this.selfHostedPace);
    this.wrong.set(name, fault);
  }

  /** The address of a provider's stand-in; undefined where no model needs it. */
  addressOf(provider: string): string | undefined {
    const found = this.providers.get(provider);
    return found && `http://127.0.0.1:${found.port}`;
  }

  /** Whether a slot is one that answers now. */
  has(name: string): boolean {
    return this.slots.has(name);
  }

  /** What the engines counted since the last call. */
  measure(meter: Meter, config: Config) {
    for (const [name, slot] of this.slots) {
      const { before, model } = slot;
      const now = counted(slot.replicas);
      slot.before = now;
      const [prompt, generated] = [now.prompt - before.prompt, now.generated - before.generated];
      const settings = config.models[model];
      const price = (settings && modelPrice(settings, config)) ?? { input: 0, output: 0 };
      if (prompt + generated > 0)
        meter.engines(name, {
          tokens: prompt + generated,
          costUsd: (prompt * price.input + generated * price.output) / 1e6,
          firstTokenMs: 1000 * (now.sum - before.sum),
          streams: now.count - before.count,
        });
    }
  }

  async close(): Promise<void> {
    const all = [...[...this.breakable().values()].flat(), ...this.retired];
    await Promise.all(all.map(({ close }) => close()));
  }

  private get selfHostedPace(): Behaviour {
    return this.behaviour ?? selfHostedPace;
  }

  private breakable(): Map<string, readonly Breakable[]> {
    return new Map([
      ...[...this.slots].map(([name, { replicas }]): [string, readonly Breakable[]] => [name, replicas]),
      ...[...this.providers].map(([name, server]): [string, readonly Breakable[]] => [name, [server]]),
    ]);
  }

  private async followSlots({ models, releases }: Config) {
    const wanted = Object.entries(models).flatMap(([model, settings]) =>
      slotsOf(settings).map((each) => ({ ...each, model, name: `${model}-${each.colour}` })),
    );
    for (const [name, { replicas }] of this.slots)
      if (!wanted.some((one) => one.name === name)) {
        this.retire(name, replicas);
        this.wrong.delete(name);
      }
    for (const { model, name, colour, slot } of wanted) {
      const generation = keyGeneration(slot);
      const release = own(releases, slot.release);
      const pod = `${slot.release} ${generation}`;
      const old = this.slots.get(name);
      const kept = old?.pod === pod ? old.replicas : [];
      const more = Array.from({ length: Math.max(1, slot.replicas.min) - kept.length }, (_, index) =>
        this.replica({
          name: `${colour}-${kept.length + index}`,
          servedName: release?.servedName ?? model,
          apiKey: this.secret(engineKey(generation)),
          ...(release && {
            fingerprint: slotFingerprint(colour, release),
            mostRequests: queuedRequests(release),
          }),
        }),
      );
      if (old !== undefined && more.length === 0) continue;
      const replicas = [...kept, ...(await Promise.all(more))];
      await disturb(replicas, this.wrong.get(name) ?? "none", this.selfHostedPace);
      if (old !== undefined && kept.length === 0) this.retire(name, old.replicas);
      const id = release === undefined ? "" : shortReleaseId(release);
      this.slots.set(name, { model, pod, release: id, replicas, before: counted(kept) });
    }
  }

  private retire(name: string, replicas: readonly Replica[]) {
    this.retired.push(...replicas);
    this.slots.delete(name);
  }

  private async replica(args: Omit<SimulatedEngineArgs, "behaviour">): Promise<Replica> {
    const engine = new SimulatedEngine({ ...args, behaviour: this.selfHostedPace });
    return { ...(await breakable(await engine.listen(), () => engine.close())), engine };
  }

  /** OpenAI and Anthropic; others have no stand-in, and their models don't answer. */
  private async followProviders({ hosted }: Config) {
    const behaviour = this.behaviour ?? hostedPace;
    const snapshots = (provider: string) =>
      Object.values(hosted).flatMap((one) => (one.provider === provider ? [one.snapshot] : []));
    this.snapshots.splice(0, Number.POSITIVE_INFINITY, ...snapshots("openai"));
    const [servedName] = this.snapshots;
    if (servedName !== undefined && !this.providers.has("openai")) {
      const engine = new SimulatedEngine({
        ...{ name: "openai", servedName, otherNames: this.snapshots, behaviour },
        apiKey: this.secret("providers/openai"),
      });
      this.providers.set("openai", await breakable(await engine.listen(), () => engine.close()));
    }
    if (snapshots("anthropic").length > 0 && !this.providers.has("anthropic")) {
      const anthropic = new AnthropicStandIn(this.secret("providers/anthropic"), behaviour);
      this.providers.set("anthropic", await breakable(await anthropic.listen(), () => anthropic.close()));
    }
  }
}

function counted(replicas: readonly Replica[]): Counted {
  return replicas.reduce((total, { engine: { metrics } }) => {
    const { count, sum } = metrics.observations(vllmMetrics.timeToFirstToken);
    return {
      prompt: total.prompt + metrics.total(vllmMetrics.promptTokens),
      generated: total.generated + metrics.total(vllmMetrics.generatedTokens),
      count: total.count + count,
      sum: total.sum + sum,
    };
  }, nothing);
}

async function breakable(behind: number, close: () => Promise<void>): Promise<Breakable> {
  const faulty = new FaultyServer(behind);
  const port = await faulty.listen();
  return {
    faulty,
    port,
    close: async () => {
      await faulty.close();
      await close();
    },
  };
}

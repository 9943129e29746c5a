import { type Fault, type FaultyServer, faults } from "./faults.ts";
import type { Behaviour, SimulatedEngine } from "./simulated-engine.ts";

interface Disturbance {
  /** The fault of the proxy in front of the server. @default none */
  readonly fault?: Fault;
  /** 20 for one of 20 requests. @default each */
  readonly every?: number;
  /** The fault of the engine itself, which its own metrics show, too. @default none */
  readonly engine?: Partial<Behaviour>;
}

/** The faults of a server, by the name that a user chooses. */
const ofServer: Readonly<Record<string, Disturbance>> = {
  ...Object.fromEntries(faults.map((fault) => [fault, { fault }])),
  "cut, one of 20": { fault: "cut", every: 20 },
};
const ofProvider: Readonly<Record<string, Disturbance>> = {
  ...ofServer,
  // Its status page reports it, and it answers as before.
  degraded: {},
};
const ofEngine: Readonly<Record<string, Disturbance>> = {
  ...ofServer,
  // Beyond the objective of a first token, and within what a route waits for it.
  slow: { engine: { firstTokenSeconds: 8 } },
  frozen: { engine: { tokensPerSecond: 0 } },
};

/** A server into which faults can be injected. */
export interface Disturbable {
  readonly faulty: FaultyServer;
  /** Behind it, with the pace of its good days. @default a server that isn't an engine */
  readonly engine?: SimulatedEngine;
}

/** The names of all faults, `none` first. */
export function disturbances(servers: readonly Disturbable[]): readonly string[] {
  return Object.keys(tableOf(servers));
}

/** @throws RangeError for a name that isn't one of `disturbances` */
export async function disturb(servers: readonly Disturbable[], name: string, pace: Behaviour) {
  const table = tableOf(servers);
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined)
    throw new RangeError(
      `"${name}" is not a fault of this server; allowed: ${Object.keys(table).join(", ")}`,
    );
  const { fault = "none", every, engine } = found;
  for (const server of servers) server.engine?.behave({ ...pace, ...engine });
  await Promise.all(servers.map(({ faulty }) => faulty.break(fault, every)));
}

function tableOf(servers: readonly Disturbable[]) {
  return servers.every(({ engine }) => engine !== undefined) ? ofEngine : ofProvider;
}

import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as send,
} from "node:http";
import { pipeline } from "node:stream";
import { type ListenerRule, matching, weighted } from "./listener-rules.ts";
import { closeAtOnce, listenOnLoopback } from "./loopback.ts";

/** Where an engine listens, and the result of its health checks. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly healthy: boolean;
}

export type TargetGroups = Readonly<Record<string, readonly Target[]>>;

/** One request that was forwarded, when its answer ended or broke off. */
export interface Forwarded {
  /** ARN of the group that took it. */
  readonly group: string;
  /** 0 where none came. */
  readonly status: number;
}

export interface LoadBalancerArgs {
  readonly rules: readonly ListenerRule[];
  /** By ARN. */
  readonly groups: TargetGroups;
  /** Connections without a byte for this long are closed. */
  readonly idleSeconds: number;
  /** From 0 to 1, without 1. @default Math.random */
  readonly random?: () => number;
  /** Called with each request that was forwarded. */
  readonly onForwarded?: (request: Forwarded) => void;
}

/** Headers that belong to one connection and not to the message. [RFC 9110, 7.6.1] */
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Stands in for the Application Load Balancer on one machine: takes the planned rules, picks a group by weight and in
 * it the target with the fewest requests, and streams both ways. Like the original, a group keeps its traffic when
 * all its targets are unhealthy (it fails open), a request stays where it began whatever the rules become, and
 * nothing is tried twice. Unlike it, it has one node, knows rules in the moment that they change, checks no health
 * itself, and speaks HTTP/1.1 without TLS and WebSockets.
 */
export class LocalLoadBalancer {
  private readonly servers: Server[] = [];
  /** Connections to targets are used again. */
  private readonly agent = new Agent({ keepAlive: true });
  private readonly outstanding = new Map<string, number>();
  private readonly random: () => number;
  private readonly idleMilliseconds: number;
  private readonly onForwarded: (request: Forwarded) => void;
  private rules: readonly ListenerRule[];
  private groups: TargetGroups;

  constructor({ rules, groups, idleSeconds, random = Math.random, ...args }: LoadBalancerArgs) {
    this.rules = rules;
    this.groups = groups;
    this.random = random;
    this.idleMilliseconds = 1000 * idleSeconds;
    this.onForwarded = args.onForwarded ?? (() => undefined);
  }

  /**
   * Begins to listen, on this machine only.
   * @param port 0 for a free one
   * @param host what rules take for the host of every request, where names can't resolve here @default that of the request
   * @returns the port
   */
  async listen(port = 0, host?: string): Promise<number> {
    const server = createServer((incoming, answer) => {
      if (host !== undefined) incoming.headers.host = host;
      this.handle(incoming, answer);
    });
    server.keepAliveTimeout = this.idleMilliseconds;
    server.requestTimeout = 0;
    const taken = await listenOnLoopback(server, port);
    this.servers.push(server);
    return taken;
  }

  /** Replaces all rules at once: a request is matched against the old ones or the new ones. */
  setRules(rules: readonly ListenerRule[]) {
    this.rules = rules;
  }

  /** Replaces all targets at once. */
  setTargets(groups: TargetGroups) {
    this.groups = groups;
  }

  /** Ends at once, with whatever is open. */
  async close() {
    const closed = this.servers.map(closeAtOnce);
    this.agent.destroy();
    await Promise.all(closed);
  }

  private handle(incoming: IncomingMessage, answer: ServerResponse) {
    const { headers, url = "/" } = incoming;
    const rule = matching(this.rules, { host: headers.host ?? "", url, headers });
    if (rule === undefined) return refuse(answer, 404, "no rule matches");
    if (rule.action.type === "fixed-response") {
      const { statusCode, contentType, messageBody } = rule.action.fixedResponse;
      answer.writeHead(Number(statusCode), { "content-type": contentType }).end(messageBody);
      return;
    }
    const group = weighted(rule.action.forward.targetGroups, this.random()) ?? "";
    const target = this.pick(group);
    if (target === undefined) return refuse(answer, 503, `rule ${rule.name} has no target`);
    this.forward(incoming, answer, target, group);
  }

  /** Load decides the target. Health counts only while some target of the group has it. */
  private pick(group: string): Target | undefined {
    const targets = this.groups[group] ?? [];
    const healthy = targets.filter((target) => target.healthy);
    const open = healthy.length > 0 ? healthy : targets;
    return open.toSorted((a, b) => this.load(a) - this.load(b))[0];
  }

  /** Requests that a target has not answered whole. */
  private load(target: Target): number {
    return this.outstanding.get(address(target)) ?? 0;
  }

  private count(target: Target, change: 1 | -1) {
    this.outstanding.set(address(target), this.load(target) + change);
  }

  private forward(incoming: IncomingMessage, answer: ServerResponse, target: Target, group: string) {
    const { method, url, socket } = incoming;
    const headers = { ...endToEnd(incoming.headers), ...forwarded(incoming.headers, socket) };
    const { host, port } = target;
    const outgoing = send({ host, port, method, path: url, headers, agent: this.agent });
    this.count(target, 1);
    let status = 0;
    outgoing.once("close", () => {
      this.count(target, -1);
      this.onForwarded({ group, status });
    });

    outgoing.on("response", (response) => {
      status = response.statusCode ?? 0;
      answer.writeHead(response.statusCode ?? 502, endToEnd(response.headers));
      answer.flushHeaders();
      // Ends the other side, too, when one of them breaks off.
      pipeline(response, answer, () => undefined);
    });
    outgoing.on("error", (error) => giveUp(answer, 502, error.message));
    outgoing.setTimeout(this.idleMilliseconds, () => {
      giveUp(answer, 504, "no byte within the idle timeout");
      outgoing.destroy();
    });
    answer.on("close", () => leave(answer, outgoing));
    incoming.pipe(outgoing);
  }
}

function address({ host, port }: Target): string {
  return `${host}:${port}`;
}

/** A client that went away takes its request with it. */
function leave(answer: ServerResponse, outgoing: ClientRequest) {
  if (!answer.writableFinished) outgoing.destroy();
}

/** An answer that has begun can only break off; before that there is a status for it. */
function giveUp(answer: ServerResponse, status: number, reason: string) {
  if (answer.destroyed || answer.writableEnded) return;
  if (answer.headersSent) answer.destroy();
  else refuse(answer, status, reason);
}

function refuse(answer: ServerResponse, status: number, reason: string) {
  answer.writeHead(status, { "content-type": "text/plain" }).end(`${reason}\n`);
}

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const dropped = new Set([...hopByHop, ...(headers.connection ?? "").toLowerCase().split(/\s*,\s*/)]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}

/** What an Application Load Balancer adds for the target. */
function forwarded(
  headers: IncomingHttpHeaders,
  { remoteAddress = "", localPort = 0 }: IncomingMessage["socket"],
): IncomingHttpHeaders {
  const before = headers["x-forwarded-for"];
  return {
    "x-forwarded-for": before === undefined ? remoteAddress : `${before}, ${remoteAddress}`,
    "x-forwarded-proto": "http",
    "x-forwarded-port": String(localPort),
  };
}

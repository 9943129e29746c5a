import { createServer, type RequestListener, type Server, request as send } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ListenerRule } from "../../../scripts/local/listener-rules.ts";
import {
  type LoadBalancerArgs,
  LocalLoadBalancer,
  type Target,
} from "../../../scripts/local/load-balancer.ts";
import { ask } from "./client.ts";

const servers: Server[] = [];
let balancer: LocalLoadBalancer;
afterEach(async () => {
  await balancer.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A target that answers so. */
async function target(answer: RequestListener, healthy = true): Promise<Target> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, healthy };
}

const saying =
  (words: string): RequestListener =>
  (_, response) =>
    response.end(words);

const forward = (weights: Readonly<Record<string, number>>): ListenerRule => ({
  name: "live",
  priority: 1,
  conditions: [],
  action: {
    type: "forward",
    forward: { targetGroups: Object.entries(weights).map(([arn, weight]) => ({ arn, weight })) },
  },
});

async function balancing(args: Partial<LoadBalancerArgs>): Promise<number> {
  balancer = new LocalLoadBalancer({ rules: [forward({ blue: 100 })], groups: {}, idleSeconds: 5, ...args });
  return balancer.listen();
}

describe("a request through the load balancer", () => {
  it("reaches the target as it was sent, with what a load balancer adds, and so does the answer", async () => {
    const blue = await target(async (request, response) => {
      response.writeHead(201, { "x-answer": "yes", "set-cookie": ["a=1", "b=2"] });
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
    });
    const port = await balancing({ groups: { blue: [blue] } });
    const answer = await ask({
      port,
      path: "/v1/completions?x=1",
      headers: {
        "x-gantry-bucket": "07",
        "x-forwarded-for": "203.0.113.9",
        connection: "x-hop",
        "x-hop": "1",
      },
      body: { prompt: "héllo" },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ "x-answer": "yes", "set-cookie": ["a=1", "b=2"] });
    const { headers, ...seen } = JSON.parse(answer.body);
    expect(seen).toEqual({ method: "POST", url: "/v1/completions?x=1", body: '{"prompt":"héllo"}' });
    expect(headers).toMatchObject({
      host: "chat.models.internal",
      "x-gantry-bucket": "07",
      "x-forwarded-for": "203.0.113.9, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(port),
    });
    expect(headers["x-hop"]).toBeUndefined();
  });

  it("goes to a group by its weight, and to none without weight", async () => {
    const groups = { blue: [await target(saying("blue"))], green: [await target(saying("green"))] };
    const draws = [0, 0.74, 0.76, 0.99];
    const port = await balancing({
      groups,
      rules: [forward({ blue: 75, green: 25 })],
      random: () => draws.shift() ?? 0,
    });
    const said: string[] = [];
    for (let request = 0; request < 4; request++) said.push((await ask({ port })).body);
    expect(said).toEqual(["blue", "blue", "green", "green"]);
    balancer.setRules([forward({ blue: 0, green: 100 })]);
    expect((await ask({ port })).body).toBe("green");
  });

  it("goes to the target with the fewest requests", async () => {
    const held: (() => void)[] = [];
    const slow = await target((_, response) => held.push(() => response.end("slow")));
    const port = await balancing({ groups: { blue: [slow, await target(saying("quick"))] } });
    const first = ask({ port });
    while (held.length === 0) await sleep(5);
    expect((await ask({ port })).body).toBe("quick");
    expect((await ask({ port })).body).toBe("quick");
    held[0]?.();
    expect((await first).body).toBe("slow");
    const again = ask({ port });
    while (held.length === 1) await sleep(5);
    held[1]?.();
    expect((await again).body).toBe("slow");
  });

  it("goes to healthy targets only, and to all when none is", async () => {
    const [bad, good] = [await target(saying("bad"), false), await target(saying("good"))];
    const port = await balancing({ groups: { blue: [bad, good] } });
    expect((await ask({ port })).body).toBe("good");
    balancer.setTargets({ blue: [bad] });
    expect((await ask({ port })).body).toBe("bad");
  });

  it("gets what a rule says itself, and 503 or 404 where no target can answer", async () => {
    const fixedResponse = {
      statusCode: "404",
      contentType: "application/json",
      messageBody: '{"error":"no"}',
    };
    const port = await balancing({
      rules: [
        { name: "default", priority: 1, conditions: [], action: { type: "fixed-response", fixedResponse } },
      ],
    });
    const answer = await ask({ port });
    expect([answer.status, answer.headers["content-type"], answer.body]).toEqual([
      404,
      "application/json",
      '{"error":"no"}',
    ]);
    balancer.setRules([forward({ blue: 100 })]);
    expect(await ask({ port })).toMatchObject({ status: 503, body: "rule live has no target\n" });
    balancer.setRules([forward({ blue: 0 })]);
    expect((await ask({ port })).status).toBe(503);
    balancer.setRules([]);
    expect(await ask({ port })).toMatchObject({ status: 404, body: "no rule matches\n" });
  });

  it("is refused when it isn't one, and the next is answered", async () => {
    const port = await balancing({ groups: { blue: [await target(saying("blue"))] } });
    for (const words of ["GET /v1/é HTTP/1.1\r\nhost: x\r\n\r\n", "nonsense\r\n\r\n"]) {
      const client = connect(port, "127.0.0.1");
      client.end(Buffer.from(words, "latin1"));
      expect(await text(client)).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect((await ask({ port })).body).toBe("blue");
  });

  it("stays where it began when the rules change, the whole request and the whole answer", async () => {
    const held: (() => void)[] = [];
    const blue = await target((_, response) => {
      response.write("blue ");
      held.push(() => response.end("blue"));
    });
    const port = await balancing({
      groups: { blue: [blue], green: [await target(saying("green"))] },
      rules: [forward({ blue: 100, green: 0 })],
    });
    const before = ask({ port });
    while (held.length === 0) await sleep(5);
    balancer.setRules([forward({ blue: 0, green: 100 })]);
    expect((await ask({ port })).body).toBe("green");
    held[0]?.();
    expect((await before).body).toBe("blue blue");
  });
});

describe("a connection that breaks", () => {
  it("is 502 when the target isn't there, or leaves without an answer", async () => {
    const gone = await target(saying(""));
    servers.at(-1)?.close();
    const port = await balancing({ groups: { blue: [gone] } });
    expect((await ask({ port })).status).toBe(502);
    balancer.setTargets({ blue: [await target((request) => request.socket.destroy())] });
    expect((await ask({ port, body: { prompt: "x".repeat(1_000_000) } })).status).toBe(502);
  });

  it("breaks the client's, too, when the target leaves in the middle", async () => {
    const blue = await target((_, response) => {
      response.write("half", () => response.destroy());
    });
    const port = await balancing({ groups: { blue: [blue] } });
    await expect(ask({ port })).rejects.toThrow("aborted");
  });

  it("breaks the target's, too, when the client leaves, before and after the answer began", async () => {
    for (const begins of [false, true]) {
      let left: (() => void) | undefined;
      const leaving = new Promise<void>((done) => {
        left = done;
      });
      let asked = false;
      const blue = await target((_, response) => {
        asked = true;
        if (begins) response.write("x");
        response.on("close", () => left?.());
      });
      const port = await balancing({ groups: { blue: [blue] } });
      const outgoing = send({ port, host: "127.0.0.1", agent: false });
      outgoing.on("error", () => undefined);
      outgoing.end();
      while (!asked) await sleep(5);
      await sleep(20);
      outgoing.destroy();
      await leaving;
      await balancer.close();
    }
    // For what runs after each test.
    await balancing({});
  });

  it("is 504 when the target says nothing for too long, and a break when the answer had begun", async () => {
    const blue = await target(() => undefined);
    const port = await balancing({ groups: { blue: [blue] }, idleSeconds: 0.1 });
    expect(await ask({ port })).toMatchObject({ status: 504, body: "no byte within the idle timeout\n" });
    balancer.setTargets({ blue: [await target((_, response) => response.write("x"))] });
    await expect(ask({ port })).rejects.toThrow("aborted");
  });

  it("isn't idle while now and then a byte comes", async () => {
    const blue = await target(async (_, response) => {
      for (let piece = 0; piece < 8; piece++) {
        response.write(".");
        await sleep(60);
      }
      response.end();
    });
    const port = await balancing({ groups: { blue: [blue] }, idleSeconds: 0.3 });
    expect((await ask({ port })).body).toBe("........");
  });
});

describe("a client that reads slowly", () => {
  it("slows the target down, instead of the answer piling up in between", async () => {
    const piece = Buffer.alloc(64 * 1024);
    const pieces = 1600;
    let sent = 0;
    const blue = await target(async (_, response) => {
      for (; sent < pieces; sent++)
        if (!response.write(piece)) await new Promise((drained) => response.once("drain", drained));
      response.end();
    });
    const port = await balancing({ groups: { blue: [blue] } });
    const received = await new Promise<number>((whole, failed) => {
      send({ port, host: "127.0.0.1", agent: false }, async (response) => {
        await sleep(300);
        const waiting = sent;
        let size = 0;
        for await (const chunk of response) size += (chunk as Buffer).length;
        // What sockets hold is some megabytes; the whole answer is a hundred.
        if (waiting < pieces / 2) whole(size);
        else failed(new Error(`${waiting} pieces were taken from the target`));
      })
        .on("error", failed)
        .end();
    });
    expect(received).toBe(pieces * piece.length);
  });
});

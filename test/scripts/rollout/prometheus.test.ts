import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { Prometheus } from "../../../scripts/rollout/prometheus.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A client of a stand-in that answers so. */
async function clientOf(answer: RequestListener, timeoutSeconds = 5): Promise<Prometheus> {
  const made = createServer(answer);
  server = made;
  await new Promise<void>((listening) => made.listen(0, "127.0.0.1", listening));
  return new Prometheus({
    address: `http://127.0.0.1:${(made.address() as AddressInfo).port}/`,
    timeoutSeconds,
  });
}

const saying =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
const success = (resultType: string, result: unknown) => ({
  status: "success",
  data: { resultType, result },
});

describe("a question to Prometheus", () => {
  it("is sent with its expression and its times", async () => {
    const asked: unknown[] = [];
    const client = await clientOf(async (request, response) => {
      asked.push([request.method, request.url, await text(request)]);
      saying(success("vector", []))(request, response);
    });
    await client.query('sum(up{a="b"})', 1000.5);
    await client.queryRange("up", 1000, 1600, 15);
    expect(asked).toEqual([
      ["POST", "/api/v1/query", "query=sum%28up%7Ba%3D%22b%22%7D%29&time=1000.5"],
      ["POST", "/api/v1/query_range", "query=up&start=1000&end=1600&step=15"],
    ]);
  });

  it("is answered by series, with numbers that JSON has no form for", async () => {
    const vector = ["1.5", "-2e-3", "NaN", "+Inf", "-Inf"].map((value, index) => ({
      metric: { pod: `${index}` },
      value: [1000, value],
    }));
    const answer = await (await clientOf(saying(success("vector", vector)))).query("up", 1000);
    expect(answer).toEqual({
      series: [1.5, -0.002, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
        (value, index) => ({ labels: { pod: `${index}` }, points: [{ at: 1000, value }] }),
      ),
    });
  });

  it("is answered by points over a range, and by a scalar", async () => {
    const matrix = [
      {
        metric: {},
        values: [
          [1, "2"],
          [16.5, "3"],
        ],
      },
    ];
    expect(await (await clientOf(saying(success("matrix", matrix)))).queryRange("up", 1, 20, 15)).toEqual({
      series: [
        {
          labels: {},
          points: [
            { at: 1, value: 2 },
            { at: 16.5, value: 3 },
          ],
        },
      ],
    });
    server?.close();
    expect(await (await clientOf(saying(success("scalar", [7, "1"])))).query("1", 7)).toEqual({
      series: [{ labels: {}, points: [{ at: 7, value: 1 }] }],
    });
  });

  it.each<[string, unknown, number, string, string]>([
    ["has no data", success("vector", []), 200, "empty", "no series answers the query"],
    [
      "is refused with a reason",
      { status: "error", errorType: "bad_data", error: "parse error" },
      400,
      "status",
      "Prometheus answered 400: parse error",
    ],
    ["is refused by a proxy", "<html>", 502, "status", "Prometheus answered 502: no reason given"],
    ["isn't JSON", "<html>login</html>", 200, "malformed", "answered what Prometheus doesn't"],
    ["is other JSON", { ok: true }, 200, "malformed", "answered what Prometheus doesn't"],
    [
      "is cut short",
      '{"status":"success","data":{"resu',
      200,
      "malformed",
      "answered what Prometheus doesn't",
    ],
    [
      "has no value",
      success("vector", [{ metric: {} }]),
      200,
      "malformed",
      "answered what Prometheus doesn't",
    ],
    [
      "has a word for a number",
      success("vector", [{ metric: {}, value: [1, "many"] }]),
      200,
      "malformed",
      "answered what Prometheus doesn't",
    ],
    [
      "is of no known type",
      success("string", [1, "x"]),
      200,
      "malformed",
      "answered what Prometheus doesn't",
    ],
  ])("is in trouble when the answer %s", async (_, body, status, trouble, message) => {
    expect(await (await clientOf(saying(body, status))).query("up", 1)).toEqual({
      trouble,
      message: expect.stringContaining(message),
    });
  });

  it("is in trouble when nothing listens, when the line breaks, and when the answer takes too long", async () => {
    const dead = await clientOf((_, response) => response.destroy());
    expect(await dead.query("up", 1)).toMatchObject({
      trouble: "unreachable",
      message: expect.stringMatching(/^Prometheus at http:\/\/127\.0\.0\.1:\d+\/: \S/),
    });
    server?.close();
    expect(await dead.query("up", 1)).toMatchObject({
      trouble: "unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    const slow = await clientOf((_, response) => response.write('{"status":'), 0.05);
    expect(await slow.query("up", 1)).toMatchObject({
      trouble: "unreachable",
      message: expect.stringContaining("no answer within 0.05 s"),
    });
    expect(await new Prometheus({ address: "no address" }).query("up", 1)).toMatchObject({
      trouble: "unreachable",
    });
  });
});

import { describe, expect, it } from "vitest";
import { type Unknown, unknown, type Value } from "../../../../policies/framework/value.ts";
import { drainSeconds, preStopSeconds } from "../../../../policies/read/engine/drain.ts";
import type { Container } from "../../../../policies/read/kubernetes/containers.ts";

const container = (fields: Value): Container => ({ path: "containers.a", where: "container a", fields });
const waits = (preStop: Value) => preStopSeconds(container({ lifecycle: { preStop } }));
const exec = (...command: readonly Value[]): Value => ({ exec: { command } });

describe("the wait before a container gets SIGTERM", () => {
  it.each<[string, Value, number | Unknown | undefined]>([
    ["a sleep", { sleep: { seconds: 30 } }, 30],
    ["a sleep of no time", { sleep: { seconds: 0 } }, 0],
    ["the program sleep", exec("sleep", "30"), 30],
    ["the program by its path", exec("/usr/bin/sleep", "30"), 30],
    ["nothing", undefined, undefined],
    ["an empty handler", {}, unknown],
    ["a handler that can't be read", unknown, unknown],
    ["a sleep that can't be read", { sleep: unknown }, unknown],
    ["a sleep without time", { sleep: {} }, unknown],
    ["half a second", { sleep: { seconds: 0.5 } }, unknown],
    ["less than nothing", { sleep: { seconds: -1 } }, unknown],
    ["a time as text", { sleep: { seconds: "30" } }, unknown],
    ["a shell", exec("sh", "-c", "sleep 30"), unknown],
    ["two sleeps in a row", exec("sleep", "30", "30"), unknown],
    ["a program of the same name elsewhere", exec("/tmp/sleep", "30"), unknown],
    ["a sleep in minutes", exec("sleep", "1m"), unknown],
    ["a command as text", { exec: { command: "sleep 30" } }, unknown],
    ["a request", { httpGet: { path: "/drain" } }, unknown],
    ["two handlers", { sleep: { seconds: 30 }, exec: { command: ["true"] } }, unknown],
    ["one handler beside an empty one", { sleep: { seconds: 30 }, exec: undefined }, 30],
  ])("is read from %s", (_, preStop, expected) => {
    expect(waits(preStop)).toBe(expected);
  });

  it("isn't known for a container that can't be read", () => {
    expect(preStopSeconds(container(unknown))).toBe(unknown);
    expect(preStopSeconds(container({ lifecycle: unknown }))).toBe(unknown);
  });
});

describe("the drain of an engine", () => {
  const drain = (...args: readonly Value[]) =>
    drainSeconds(container({ args: ["/models/a", ...args] }), "vllm");

  it.each<[string, readonly Value[], number | Unknown]>([
    ["its flag", ["--shutdown-timeout=300"], 300],
    ["its flag, spelled otherwise", ["--shutdown_timeout", "300"], 300],
    ["its default", [], 0],
    ["a flag that is no whole number", ["--shutdown-timeout=1.5"], unknown],
    ["a flag without value", ["--shutdown-timeout"], unknown],
    ["an argument that can't be read", [unknown], unknown],
  ])("is vLLM's by %s", (_, args, expected) => {
    expect(drain(...args)).toBe(expected);
  });

  it("is fixed for the others", () => {
    expect(drainSeconds(container({}), "tgi")).toBe(90);
    expect(drainSeconds(container({}), "ollama")).toBe(0);
    expect(drainSeconds(container({}), "other")).toBe(0);
  });
});

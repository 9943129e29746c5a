import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { nextCommands } from "../../../scripts/rollout/next-commands.ts";

const started = {
  environment: "prod",
  model: "chat",
  colour: "green",
  through: undefined,
  local: false,
  typed: ["rollout", "prod", "chat", "green"],
};

describe("after a rollout that stopped half-way", () => {
  it("it continues with every option that it was started with", () => {
    const options = ["--profile", "fast", "--patience", "48", "--through", "http://127.0.0.1:8080", "--yes"];
    const [first] = nextCommands({ ...started, typed: [...started.typed, ...options] });
    expect(first).toBe(`npm run rollout -- prod chat green ${options.join(" ")} continues`);
  });

  it("it ends and is undone where it ran, and through the same tunnel", () => {
    const [, switched, back] = nextCommands({ ...started, local: true, through: "http://127.0.0.1:8080" });
    expect(switched).toMatch(
      /^npm run switch -- prod chat green --bake 0 --through http:\/\/127.0.0.1:8080 --local /,
    );
    expect(back).toBe("npm run switch -- prod chat --rollback --local rolls back");
  });

  it("a shell reads each argument as it was typed", () => {
    const awkward = ["--prometheus", "http://127.0.0.1:9090/?a=1&b=$HOME 'x'"];
    const [first = ""] = nextCommands({ ...started, typed: [...started.typed, ...awkward] });
    const words = first.slice("npm run rollout -- ".length, -" continues".length);
    const read = execFileSync("sh", ["-c", `printf '%s\\n' ${words}`], { encoding: "utf8" });
    expect(read.trimEnd().split("\n")).toEqual(["prod", "chat", "green", ...awkward]);
  });
});

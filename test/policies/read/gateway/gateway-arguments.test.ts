import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { gatewayArguments } from "../../../../policies/read/gateway/gateway-arguments.ts";

const read = (args: Value, command?: Value) =>
  gatewayArguments({ path: "containers.a", where: "container a", fields: { args, command } });

describe("a gateway's arguments", () => {
  it.each<[string, Value, readonly (readonly [string, string | true])[]]>([
    ["none", undefined, []],
    [
      "with equals signs",
      ["--config=/a.yaml", "--port=4000"],
      [
        ["--config", "/a.yaml"],
        ["--port", "4000"],
      ],
    ],
    [
      "one after the other",
      ["--config", "/a.yaml", "--debug"],
      [
        ["--config", "/a.yaml"],
        ["--debug", true],
      ],
    ],
    ["by their short form", ["-c", "/a.yaml"], [["--config", "/a.yaml"]]],
    ["with an equals sign in the value", ["--config=/a=b.yaml"], [["--config", "/a=b.yaml"]]],
  ])("are read %s", (_, args, flags) => {
    expect(read(args)).toEqual({ readable: true, flags: new Map(flags) });
  });

  it.each<[string, Value]>([
    ["unknown", unknown],
    ["a text", "--config=/a.yaml"],
    ["with an unknown among them", ["--port=1", unknown]],
    ["with a number", ["--port", 4000]],
    ["with a flag that isn't known", ["--model=x"]],
    ["with a word", ["config.yaml"]],
    ["with an abbreviation", ["--conf=/a.yaml"]],
    ["with a flag twice", ["--config=/a", "-c", "/b"]],
    ["with a flag without value", ["--config"]],
    ["with an empty value", ["--config="]],
    ["with a value for a switch", ["--debug=true"]],
    ["with an expansion", ["--config=$(PATH)"]],
    ["with a name of every object", ["constructor"]],
  ])("can't be read %s", (_, args) => {
    expect(read(args)).toEqual({ readable: false, reason: expect.any(String) });
  });

  it("can't be read behind another program", () => {
    expect(read([], ["litellm"])).toMatchObject({ readable: false });
    expect(read([], unknown)).toMatchObject({ readable: false });
    expect(read([], [])).toMatchObject({ readable: true });
  });
});

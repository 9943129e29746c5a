import { expect, it } from "vitest";
import { tgiArguments } from "../../../../policies/read/engine/tgi-arguments.ts";

it.each([
  ["after the flag", ["--model-id", "org/name", "--revision", "abc"]],
  ["behind =", ["--model-id=org/name", "--revision=abc"]],
])("values are read %s", (_, args) => {
  const parsed = tgiArguments(args);
  expect(parsed).toMatchObject({ readable: true, model: "org/name" });
  expect(parsed.readable && parsed.flags.get("--revision")).toBe("abc");
});

it.each([
  ["no model", ["--revision=abc"], "--model-id is not set"],
  ["a model by position", ["org/name"], "an argument is not on the list of the engine's flags"],
  [
    "an unknown flag",
    ["--model-id=a", "--trust-remote-code"],
    "an argument is not on the list of the engine's flags",
  ],
  ["underscores", ["--model_id=a"], "an argument is not on the list of the engine's flags"],
  ["a flag given twice", ["--model-id=a", "--model-id=b"], "--model-id is set twice"],
  ["a flag at the end", ["--model-id"], "--model-id has no value"],
  ["a flag where a value belongs", ["--model-id", "--revision=abc"], "--model-id has no value"],
  ["an expansion", ["--model-id=$(MODEL)"], "Kubernetes expands $( in its arguments"],
  ["an expansion as a value", ["--model-id", "$(MODEL)"], "Kubernetes expands $( in its arguments"],
])("%s can't be read", (_, args, reason) => {
  expect(tgiArguments(args)).toEqual({ readable: false, reason });
});

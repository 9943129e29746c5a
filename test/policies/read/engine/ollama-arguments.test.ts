import { expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { ollamaArguments } from "../../../../policies/read/engine/ollama-arguments.ts";

const probe = (...command: readonly Value[]): Value => ({ exec: { command } });
const script = 'ollama create chat -f /weights/Modelfile && ollama run chat ""';

it("the model is the file that the start-up probe makes it from", () => {
  expect(ollamaArguments(["serve"], probe("sh", "-euc", script))).toMatchObject({
    readable: true,
    model: "/weights/Modelfile",
  });
});

it.each<[string, readonly string[], Value]>([
  ["another subcommand", ["run", "llama3"], probe("sh", "-euc", script)],
  ["more arguments", ["serve", "--help"], probe("sh", "-euc", script)],
  ["no arguments", [], probe("sh", "-euc", script)],
  ["no start-up probe", ["serve"], undefined],
  ["an unknown probe", ["serve"], unknown],
  ["an unknown part of it", ["serve"], probe("sh", "-euc", unknown)],
  ["a probe by HTTP", ["serve"], { httpGet: { path: "/" } }],
  ["a shell that continues after an error", ["serve"], probe("sh", "-c", script)],
  ["a model from a registry", ["serve"], probe("sh", "-euc", 'ollama run llama3 ""')],
  ["more before", ["serve"], probe("sh", "-euc", `ollama pull chat; ${script}`)],
  ["more after", ["serve"], probe("sh", "-euc", `${script}; ollama pull other`)],
  [
    "another model run than made",
    ["serve"],
    probe("sh", "-euc", 'ollama create chat -f /a && ollama run other ""'),
  ],
  ["an expansion as the file", ["serve"], probe("sh", "-euc", script.replace("/weights", "$DIR"))],
  ["a further argument", ["serve"], probe("sh", "-euc", script, "x")],
])("%s can't be read", (_, args, startupProbe) => {
  expect(ollamaArguments(args, startupProbe).readable).toBe(false);
});

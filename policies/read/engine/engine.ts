import { engineWords, otherImages, otherPrograms, servingCommands } from "../../data/engine-programs.ts";
import { type ConfigOf, type RuleSettings, strings } from "../../framework/settings.ts";
import { at, elements, isFields, isList, type Unknown, unknown, type Value } from "../../framework/value.ts";
import type { Container } from "../kubernetes/containers.ts";
import { acceleratorsAsked } from "../kubernetes/gpus-asked.ts";
import { imageReference } from "../text/image-reference.ts";
import { ollamaArguments } from "./ollama-arguments.ts";
import { tgiArguments } from "./tgi-arguments.ts";
import { type EngineArguments, type Unreadable, unreadable, vllmArguments } from "./vllm-arguments.ts";

const repositories = "^[a-z0-9][a-z0-9._/-]*$";

/** Settings of every rule about engines, which distinguish them from other containers. */
export const engineSettings = {
  vllmImages: strings(
    "Image repositories of vLLM; the same path behind another registry's prefix counts too.",
    { pattern: repositories, minItems: 1, default: ["vllm/vllm-openai"] },
  ),
  tgiImages: strings("Image repositories of Text Generation Inference.", {
    pattern: repositories,
    default: ["huggingface/text-generation-inference"],
  }),
  ollamaImages: strings("Image repositories of Ollama.", {
    pattern: repositories,
    default: ["ollama/ollama"],
  }),
  gpuUtilities: strings("Image repositories of containers that request a GPU and are not engines.", {
    pattern: repositories,
    default: [],
  }),
} as const satisfies RuleSettings;

type EngineConfig = ConfigOf<typeof engineSettings>;
/** An engine whose command line the rules can read. */
export type EngineKind = "vllm" | "tgi" | "ollama";

/** Names under which the engines' programs appear in command lines. */
const programs: Readonly<Record<string, EngineKind>> = {
  vllm: "vllm",
  "text-generation-launcher": "tgi",
  "text-generation-server": "tgi",
  ollama: "ollama",
};

/**
 * Which engine a container runs: `other` for one that the rules can't read, and for what requests an accelerator and
 * isn't declared to serve no model; unknown where its image can't be read, undefined for what is not an engine.
 */
export function engineKind(
  container: Container,
  config: EngineConfig,
): EngineKind | "other" | Unknown | undefined {
  const { fields, purpose } = container;
  if (fields === unknown) return unknown;
  const image = at(fields, "image");
  const repository = `/${imageReference(image)?.repository.join("/") ?? ""}`;
  const isOf = (listed: readonly string[]) => listed.some((path) => repository.endsWith(`/${path}`));
  if (isOf(config.vllmImages)) return "vllm";
  if (isOf(config.tgiImages)) return "tgi";
  if (isOf(config.ollamaImages)) return "ollama";
  const mentioned = firstProgram(fields);
  if (mentioned !== undefined) return mentioned;
  if (image === unknown) return unknown;
  if (isOf(config.gpuUtilities)) return undefined;
  if (isOf(otherImages)) return "other";
  const mayServe =
    takesAccelerator(fields) ||
    isNamedLikeEngine(image) ||
    startsNamedLikeEngine(fields) ||
    startsByVariable(fields);
  return mayServe && purpose === undefined ? "other" : undefined;
}

/** An engine and its arguments, or why they aren't known. */
export type ReadEngine =
  | { readonly kind: EngineKind; readonly args: EngineArguments }
  | { readonly problem: string };

/**
 * A container as rules about engines read it; undefined for what is not an engine. A container of unknown kind is undefined
 * as well: engine-command-readable reports it.
 */
export function readEngine(container: Container, config: EngineConfig): ReadEngine | undefined {
  const kind = engineKind(container, config);
  if (kind === unknown) return { problem: "whether this is an engine isn't known at preview" };
  if (kind === undefined || kind === "other") return undefined;
  const args = engineArguments(container, kind);
  return args.readable ? { kind, args } : { problem: `the engine's arguments can't be read: ${args.reason}` };
}

/** An engine's arguments, by the parser of its kind. */
export function engineArguments({ fields }: Container, kind: EngineKind): EngineArguments | Unreadable {
  const command = at(fields, "command");
  const args = elements(at(fields, "args"));
  const entrypoint = { vllm: ["vllm", "serve"], tgi: ["text-generation-launcher"], ollama: ["ollama"] }[kind];
  if (!isEntrypoint(command, entrypoint))
    return unreadable(`command is neither absent nor exactly ${JSON.stringify(entrypoint)}`);
  if (args === unknown) return unreadable("args is not a list known at preview");
  const known = args.filter((arg) => typeof arg === "string");
  if (known.length < args.length) return unreadable("an argument is not a string known at preview");
  switch (kind) {
    case "vllm":
      return vllmArguments(known);
    case "tgi":
      return tgiArguments(known);
    case "ollama":
      return ollamaArguments(known, at(fields, "startupProbe"));
  }
}

/** Whether a part of a container's command line can't be read, so that it may start anything. */
export function hidesCommand({ fields }: Container): boolean {
  return ["command", "args"].some((key) => {
    const words = elements(at(fields, key));
    return words === unknown || words.some((word) => typeof word !== "string");
  });
}

function isEntrypoint(command: Value, entrypoint: readonly string[]): boolean {
  if (command === undefined) return true;
  if (!isList(command)) return false;
  return (
    command.length === 0 ||
    (command.length === entrypoint.length && command.every((part, index) => part === entrypoint[index]))
  );
}

/** Everything that starts a program in a container: hooks and probes run commands as well. */
function commandLines(fields: Value): readonly string[] {
  return [...mainCommand, ...handlers].flatMap((path) => texts(at(fields, ...path)));
}

const mainCommand = [["command"], ["args"]];
const handlers = [
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
  ["startupProbe"],
  ["readinessProbe"],
  ["livenessProbe"],
].map((path) => [...path, "exec", "command"]);

/** Each command line of a container whole, with the path below the container at which it is written. */
export function wholeCommandLines({
  fields,
}: Pick<Container, "fields">): readonly { readonly path: string; readonly text: string }[] {
  const main = { path: "args", text: mainCommand.flatMap((path) => texts(at(fields, ...path))).join(" ") };
  return [
    main,
    ...handlers.map((path) => ({ path: path.join("."), text: texts(at(fields, ...path)).join(" ") })),
  ].filter(({ text }) => text !== "");
}

function texts(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  return isList(value) ? value.filter((part) => typeof part === "string") : [];
}

const firstPrograms = new WeakMap<object, EngineKind | "other" | "none">();

/** The first known program that a container starts, looked up once for all rules. */
function firstProgram(fields: Value): EngineKind | "other" | undefined {
  const key = isFields(fields) ? fields : {};
  const known = firstPrograms.get(key) ?? programsIn(commandLines(fields).join(" "))[0] ?? "none";
  firstPrograms.set(key, known);
  return known === "none" ? undefined : known;
}

/** Programs that a command line starts, alone, by path, as a Python module or inside a shell's script. */
function programsIn(text: string): (EngineKind | "other")[] {
  const words = text.split(/[\s"'`;|&()]+/);
  return words.flatMap((word, index) => {
    const [module = ""] = word.split(".");
    const program = word.split("/").at(-1) ?? "";
    if (servingCommands.has(`${program} ${words[index + 1]}`)) return ["other"];
    if (module === "vllm") return ["vllm"];
    if (Object.hasOwn(programs, program)) return programs[program] ?? [];
    return otherPrograms.has(program) || otherPrograms.has(module) || program.endsWith(".llamafile")
      ? ["other"]
      : [];
  });
}

/** Whether a string, such as an instance's user data, starts or installs an engine, or names the image of one. */
export function mentionsEngine(text: string): boolean {
  // A package at a version or with extras, a unit of systemd, and lists of cloud-init.
  const words = text.replace(/[=<>~![\]{},]+/g, " ").replace(/\.service\b/g, "");
  return (
    programsIn(words).length > 0 ||
    text
      .split(/[\s"'`;|&()=,]+/)
      .some((word) => word.includes("/") && (isNamedLikeEngine(word) || isFromEngine(word)))
  );
}

/** Whether an address is of an engine's own site, as of its installer. */
function isFromEngine(word: string): boolean {
  const [, host = ""] = /^https?:\/\/([\w.-]+)\//.exec(word) ?? [];
  return host.split(".").some((label) => engineWords.has(label));
}

/** Whether the program or the Python module that a container starts is named like an engine, as `vllm-cuda`. */
function startsNamedLikeEngine(fields: Value): boolean {
  const [first = "", ...others] = texts(at(fields, "command"));
  const modules = others.filter((_, index) => others[index - 1] === "-m");
  return [first, ...modules].some((word) => {
    const [name = ""] = (word.split("/").at(-1) ?? "").split(/[-_.]/);
    return engineWords.has(name);
  });
}

/** What follows a program that starts it, or comes before a module. */
const startingWords = new Set(["serve", "server", "run", "start", "launch", "launch_server"]);

/** Whether a variable has a command line that starts an engine, which a wrapper then runs; a name alone starts nothing. */
function startsByVariable(fields: Value): boolean {
  const variables = elements(at(fields, "env"));
  if (variables === unknown) return false;
  return variables.some((one) => {
    const value = at(one, "value");
    if (typeof value !== "string") return false;
    const words = value.split(/[\s"'`;|&()[\],]+/);
    return words.some(
      (word, index) =>
        (startingWords.has(words[index + 1] ?? "") || words[index - 1] === "-m") &&
        programsIn(`${word} ${words[index + 1]}`).length > 0,
    );
  });
}

/** Variables by which a runtime gives devices to containers. [NVIDIA container toolkit; Habana and Neuron runtimes] */
const deviceVariable = /^(?:NVIDIA|HABANA|AWS_NEURON|AMD)_VISIBLE_DEVICES$/;

/** Whether a container gets an accelerator, by its resources or by the runtime's own variable. */
function takesAccelerator(fields: Value): boolean {
  if (acceleratorsAsked(fields).length > 0) return true;
  const variables = elements(at(fields, "env"));
  return (
    variables !== unknown &&
    variables.some((one) => {
      const value = at(one, "value");
      const name = at(one, "name");
      return (
        typeof name === "string" &&
        deviceVariable.test(name) &&
        (at(one, "valueFrom") !== undefined ||
          !(value === undefined || value === "" || value === "void" || value === "none"))
      );
    })
  );
}

function isNamedLikeEngine(image: Value): boolean {
  const parts = imageReference(image)?.repository ?? [];
  return parts.some((part) => part.split(/[-_.]/).some((word) => engineWords.has(word)));
}

import type { Container } from "./containers.ts";
import { imageReference } from "./image-reference.ts";
import { ollamaArguments } from "./ollama-arguments.ts";
import type { ConfigOf, Settings } from "./settings.ts";
import { tgiArguments } from "./tgi-arguments.ts";
import { at, elements, isList, type Unknown, unknown, type Value } from "./value.ts";
import { type EngineArguments, type Unreadable, unreadable, vllmArguments } from "./vllm-arguments.ts";

const repositories = { type: "string", pattern: "^[a-z0-9][a-z0-9._/-]*$" } as const;

/** What every rule about engines needs to tell them from other containers. */
export const engineSettings = {
  vllmImages: {
    type: "array",
    description: "Image repositories of vLLM; the same path behind another registry's prefix counts too.",
    items: repositories,
    minItems: 1,
    default: ["vllm/vllm-openai"],
  },
  tgiImages: {
    type: "array",
    description: "Image repositories of Text Generation Inference.",
    items: repositories,
    minItems: 0,
    default: ["huggingface/text-generation-inference"],
  },
  ollamaImages: {
    type: "array",
    description: "Image repositories of Ollama.",
    items: repositories,
    minItems: 0,
    default: ["ollama/ollama"],
  },
  gpuUtilities: {
    type: "array",
    description: "Image repositories of containers that ask for a GPU and are no engine.",
    items: repositories,
    minItems: 0,
    default: [],
  },
} as const satisfies Settings;

type EngineConfig = ConfigOf<typeof engineSettings>;
export type EngineKind = "vllm" | "tgi" | "ollama";

/** Names under which the engines' programs appear in command lines. */
const programs: Readonly<Record<string, EngineKind>> = {
  vllm: "vllm",
  "text-generation-launcher": "tgi",
  "text-generation-server": "tgi",
  ollama: "ollama",
};

/**
 * Which engine a container runs: `other` for one that asks for a GPU and is of no known kind, unknown where its
 * image can't be read, nothing for what is no engine.
 */
export function engineKind(
  container: Container,
  config: EngineConfig,
): EngineKind | "other" | Unknown | undefined {
  const { fields } = container;
  if (fields === unknown) return unknown;
  const image = at(fields, "image");
  if (runsImage(image, config.vllmImages)) return "vllm";
  if (runsImage(image, config.tgiImages)) return "tgi";
  if (runsImage(image, config.ollamaImages)) return "ollama";
  const mentioned = [...texts(at(fields, "command")), ...texts(at(fields, "args"))].flatMap(programsIn);
  if (mentioned[0] !== undefined) return mentioned[0];
  if (image === unknown) return unknown;
  return asksForGpu(fields) && !runsImage(image, config.gpuUtilities) ? "other" : undefined;
}

/** An engine and what it runs with, or why that can't be told. */
export type ReadEngine =
  | { readonly kind: EngineKind; readonly args: EngineArguments }
  | { readonly problem: string };

/**
 * A container as rules about engines judge it; nothing for what is no engine. A container of no known kind is nothing
 * as well: that it is there is for engine-command-readable to say.
 */
export function readEngine(container: Container, config: EngineConfig): ReadEngine | undefined {
  const kind = engineKind(container, config);
  if (kind === unknown) return { problem: "it can't be told at preview whether this is an engine" };
  if (kind === undefined || kind === "other") return undefined;
  const args = engineArguments(container, kind);
  return args.readable ? { kind, args } : { problem: `the engine's arguments can't be read: ${args.reason}` };
}

/** What an engine runs with, by the parser of its kind. */
export function engineArguments({ fields }: Container, kind: EngineKind): EngineArguments | Unreadable {
  const command = at(fields, "command");
  const args = elements(at(fields, "args"));
  const entrypoint = { vllm: ["vllm", "serve"], tgi: ["text-generation-launcher"], ollama: ["ollama"] }[kind];
  if (!isEntrypoint(command, entrypoint))
    return unreadable(`command is neither absent nor exactly ${JSON.stringify(entrypoint)}`);
  if (args === unknown) return unreadable("args is no list that is known at preview");
  const known = args.filter((arg) => typeof arg === "string");
  if (known.length < args.length) return unreadable("an argument is no text that is known at preview");
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

function runsImage(image: Value, listed: readonly string[]): boolean {
  const path = `/${imageReference(image)?.repository.join("/") ?? ""}`;
  return listed.some((repository) => path.endsWith(`/${repository}`));
}

function texts(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  return isList(value) ? value.filter((part) => typeof part === "string") : [];
}

/** Programs that a command line starts, alone, by path, as a Python module or inside a shell's script. */
function programsIn(text: string): EngineKind[] {
  return text.split(/[\s"'`;|&()]+/).flatMap((word) => {
    const program = word.startsWith("vllm.") ? "vllm" : (word.split("/").at(-1) ?? "");
    return Object.hasOwn(programs, program) ? (programs[program] ?? []) : [];
  });
}

function asksForGpu(fields: Value): boolean {
  return ["requests", "limits"].some((kind) => {
    const asked = at(fields, "resources", kind, "nvidia.com/gpu");
    return asked !== undefined && asked !== 0 && asked !== "0";
  });
}

import { type FlagKind, shortFlags, vllmFlags } from "../../data/vllm-flags.ts";

/** A JSON value, as flags such as `--hf-overrides` take it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The effective arguments of an engine. */
export interface EngineArguments {
  readonly readable: true;
  readonly model: string;
  /** By long flag; `--no-x` is `--x` with `false`. */
  readonly flags: ReadonlyMap<string, Json>;
  /** Every flag as it is given, one after another: also what a later one takes back. */
  readonly given: readonly GivenFlag[];
}

/** A flag on a command line with its value. */
export interface GivenFlag {
  /** The long flag, always one of the known ones. */
  readonly name: string;
  /** The keys of a dotted flag: `a` and `b` of `--flag.a.b`. */
  readonly keys: readonly string[];
  readonly value: Json;
}

/** A command line that can't be read, and why. */
export interface Unreadable {
  readonly readable: false;
  /** Holds names of flags at most, never values. */
  readonly reason: string;
}

/** No setting of the engine nests this deep. */
const deepestKeys = 20;

/**
 * The effective arguments of `vllm serve`, as the engine's own parser sees them.
 * [vllm/utils/argparse_utils.py; Python's argparse]
 */
export function vllmArguments(args: readonly string[]): EngineArguments | Unreadable {
  const flags = new Map<string, Json>();
  const given: GivenFlag[] = [];
  const dotted = new Map<string, JsonObject>();
  const models: string[] = [];
  const take = (name: string, value: Json) => {
    flags.set(name, value);
    given.push({ name, keys: [], value });
  };

  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg.includes("$(")) return unreadable("Kubernetes expands $( in its arguments");
    if (!arg.startsWith("-") || arg === "-") {
      if (/\s/.test(arg) || arg === "")
        return unreadable("a positional argument is empty or holds whitespace");
      models.push(arg);
      continue;
    }
    const flag = parseFlag(arg);
    if (flag === undefined) return unreadable("a flag is not on the list of the engine's version");
    const { name, kind, keys } = flag;

    if (name === "--config") return unreadable("--config reads arguments from a file");
    if (kind === "switch") {
      if (flag.value !== undefined || keys.length > 0) return unreadable(`${name} takes no value`);
      take(name, !flag.negated);
      continue;
    }
    const values = flag.value === undefined ? valuesAfter(args, index, kind) : [flag.value];
    const [first] = values;
    if (first === undefined) return unreadable(`${name} has no value`);
    if (flag.value === undefined) index += values.length;
    if (values.some((value) => value.includes("$(")))
      return unreadable("Kubernetes expands $( in its arguments");

    if (keys.length > 0) {
      if (kind !== "json") return unreadable(`${name} takes no keys`);
      const value = dottedValue(keys, first);
      given.push({ name, keys, value });
      dotted.set(name, merge(dotted.get(name) ?? {}, value));
    } else if (kind === "json") {
      const value = parseJson(first);
      if (value === undefined) return unreadable(`${name} is not valid JSON`);
      take(name, value);
    } else if (kind === "list") take(name, values);
    else if (kind === "append") take(name, [...listOf(flags.get(name)), first]);
    else take(name, first);
  }

  // Collected first and given to the parser last, so they replace the JSON form wherever it is.
  for (const [name, value] of dotted) flags.set(name, value);

  const named = flags.get("--model");
  if (typeof named === "string") models.push(named);
  const [model, ...others] = models;
  if (model === undefined) return unreadable("no model is set");
  if (others.length > 0) return unreadable("more than one model is set");
  return { readable: true, model, flags, given };
}

/** Flags of which one occurrence overrides another: a second value, a `--no-` form, JSON next to one of its keys. */
export function repeatedFlags({ given }: EngineArguments): ReadonlySet<string> {
  const seen = new Map<string, string[]>();
  const repeated = new Set<string>();
  for (const { name, keys } of given) {
    // The end marks a whole key, so that `a` isn't part of `ab`.
    const place = keys.map((key) => `${key.replace(/\+$/, "")}.`).join("");
    const places = seen.get(name) ?? [];
    if (places.some((other) => place.startsWith(other) || other.startsWith(place))) repeated.add(name);
    seen.set(name, [...places, place]);
  }
  return repeated;
}

/** Every key of a JSON value with what it holds, at any depth. */
export function* keysWithin(json: Json): Generator<readonly [key: string, value: Json]> {
  const open = [json];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) yield [key, inner];
      open.push(inner);
    }
  }
}

/** An unreadable command line. @param reason names flags at most, never values */
export function unreadable(reason: string): Unreadable {
  return { readable: false, reason };
}

interface Flag {
  readonly name: string;
  readonly kind: FlagKind;
  readonly keys: readonly string[];
  readonly negated: boolean;
  /** The value after `=`. */
  readonly value?: string;
}

function parseFlag(arg: string): Flag | undefined {
  const optimization = /^-O=?(\w+)$/.exec(arg)?.[1];
  if (optimization !== undefined)
    return { name: "--optimization-level", kind: "value", keys: [], negated: false, value: optimization };

  const equals = arg.indexOf("=");
  const written = equals === -1 ? arg : arg.slice(0, equals);
  const value = equals === -1 ? {} : { value: arg.slice(equals + 1) };
  const [base = "", ...keys] = written.split(".");
  const long = base.startsWith("--") ? base.replaceAll("_", "-") : shortFlags[base];
  if (long === undefined || keys.includes("") || keys.length > deepestKeys) return undefined;
  const kind = Object.hasOwn(vllmFlags, long) ? vllmFlags[long] : undefined;
  if (kind !== undefined) return { name: long, kind, keys, negated: false, ...value };
  const positive = long.replace(/^--no-/, "--");
  return Object.hasOwn(vllmFlags, positive) && vllmFlags[positive] === "switch"
    ? { name: positive, kind: "switch", keys, negated: true, ...value }
    : undefined;
}

/** What follows a flag and belongs to it. A negative whole number is a value; anything else with a dash is a flag. */
function valuesAfter(args: readonly string[], index: number, kind: FlagKind): string[] {
  const following = args.slice(index + 1, kind === "list" ? undefined : index + 2);
  const end = following.findIndex((value) => value.startsWith("-") && !/^-\d+$/.test(value));
  return end === -1 ? following : following.slice(0, end);
}

type JsonObject = { readonly [key: string]: Json };

/** `--flag.a.b 1` as `{ a: { b: 1 } }`; a `+` at the end of the keys adds to a list. */
function dottedValue(keys: readonly string[], text: string): JsonObject {
  const adds = keys.at(-1)?.endsWith("+") ?? false;
  const value: Json = adds ? text.split(",") : (parseJson(text) ?? text);
  const path = adds ? [...keys.slice(0, -1), (keys.at(-1) ?? "").slice(0, -1)] : keys;
  return path.reduceRight<Json>((inner, key) => Object.fromEntries([[key, inner]]), value) as JsonObject;
}

function merge(first: JsonObject, second: JsonObject): JsonObject {
  const merged = Object.entries(second).map(([key, value]): [string, Json] => {
    const before = Object.hasOwn(first, key) ? first[key] : undefined;
    if (isJsonObject(value) && isJsonObject(before)) return [key, merge(before, value)];
    if (Array.isArray(value) && Array.isArray(before)) return [key, [...before, ...value]];
    return [key, value];
  });
  return Object.fromEntries([...Object.entries(first), ...merged]);
}

function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Undefined for invalid JSON. Of two equal keys the last counts, as in Python. */
function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

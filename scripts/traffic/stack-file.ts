import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, type Pair, parse, parseDocument, type Scalar, stringify, type YAMLMap } from "yaml";
import { type Traffic, withDefaults } from "../../components/serving/traffic.ts";
import { ConfigurationError, type Problem } from "../../components/shared/problems.ts";
import type { PastUpdate } from "./deployed-stack.ts";

/** The traffic of one model in the stack's own file. */
export interface TrafficFile {
  /** Such as `Pulumi.dev.yaml`. */
  readonly name: string;
  /** The whole file. */
  text(): string;
  /** @throws Error where the file can't be read or has no such traffic */
  read(): Traffic;
  /** A text of the file with other traffic. @param text @default the file's own */
  textWith(traffic: Traffic, text?: string): string;
  replace(text: string): void;
}

/** The settings that a switch writes, with what holds where one isn't written. */
const defaults = { live: undefined, canaryPercent: 0, shadowPercent: 0 } as const;
type Key = keyof typeof defaults;

/**
 * The traffic of a model as a stack's file has it.
 * @throws ConfigurationError where the file has no such model, or its traffic is not a plain map
 */
export function trafficIn(file: string, text: string, model: string): Traffic {
  return withDefaults(trafficNode(file, text, model).toJSON() as Traffic);
}

/**
 * The text of a stack's file with one model's traffic replaced. Comments, order and every other byte stay.
 * @throws ConfigurationError as `trafficIn`
 */
export function withTraffic(file: string, text: string, model: string, traffic: Traffic): string {
  const changed = (Object.keys(defaults) as Key[]).reduce((before, key) => {
    const value = traffic[key] ?? defaults[key];
    return value === undefined ? before : withValue(before, trafficNode(file, before, model), key, value);
  }, text);
  // The edit works on text, so check that it changed this and nothing else.
  const [before, after] = [everything(text, model), everything(changed, model)];
  const wanted = { ...before.traffic, ...withDefaults(traffic) };
  if (
    !isDeepStrictEqual({ shadowPercent: 0, ...after.traffic }, wanted) ||
    !isDeepStrictEqual(after.others, before.others)
  )
    throw fault(file, model, "can't be edited without touching something else; edit it by hand");
  return changed;
}

/** Replaces a file atomically: readers see the old content or the new. */
export function replaceFile(path: string, text: string) {
  // Where the name is a link, what it leads to is replaced, under the mode that it has.
  const file = realpathSync(path);
  const whole = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(whole, text);
  chmodSync(whole, statSync(file).mode);
  renameSync(whole, file);
}

function withValue(text: string, traffic: YAMLMap, key: Key, value: string | number): string {
  const node = traffic.get(key, true);
  if (isScalar(node)) {
    const [start, end] = rangeOf(node);
    return node.value === value ? text : text.slice(0, start) + String(value) + text.slice(end);
  }
  if (value === defaults[key]) return text;
  const last = traffic.items.at(-1) as Pair<Scalar, Scalar>;
  const [, end] = rangeOf(last.value ?? last.key);
  if (traffic.flow) return `${text.slice(0, end)}, ${key}: ${value}${text.slice(end)}`;
  const [first] = rangeOf(last.key);
  const indent = text.slice(text.lastIndexOf("\n", first) + 1, first);
  const line = text.indexOf("\n", end);
  const at = line === -1 ? text.length : line;
  return `${text.slice(0, at)}\n${indent}${key}: ${value}${text.slice(at)}`;
}

function trafficNode(file: string, text: string, model: string): YAMLMap {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    throw fault(file, model, `can't be read, since the file isn't YAML: ${error.message}`);
  const node = document.getIn(["config", "gantry:models", model, "traffic"], true);
  if (!isMap(node) || node.items.length === 0)
    throw fault(file, model, "isn't written as a map of its own in this file; write it out");
  return node;
}

/** The file as values, with the model's traffic apart. */
function everything(text: string, model: string) {
  const document = parse(text);
  const { traffic } = document.config["gantry:models"][model] as { traffic: Record<string, unknown> };
  delete document.config["gantry:models"][model].traffic;
  return { traffic, others: document as unknown };
}

function rangeOf(node: Scalar): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

function fault(file: string, model: string, message: string): ConfigurationError {
  const problem: Problem = { path: `gantry:models.${model}.traffic`, value: undefined, message };
  return new ConfigurationError({ [file]: [problem] });
}

/** The traffic of a model in the file of a project's stack. */
export function stackFile(root: string, environment: string, model: string): TrafficFile {
  const name = `Pulumi.${environment}.yaml`;
  const path = join(root, name);
  const text = () => readFileSync(path, "utf8");
  return {
    name,
    text,
    read: () => trafficIn(name, text(), model),
    textWith: (traffic, other = text()) => withTraffic(name, other, model, traffic),
    replace: (changed) => replaceFile(path, changed),
  };
}

/**
 * A stack file of the configuration that was deployed last, from the stack's history.
 * @param unreadable the stack's file as it is: how secrets are encrypted is on lines of its own there
 */
export function deployedText(
  model: string,
  updates: readonly PastUpdate[],
  unreadable: string | undefined,
): string | undefined {
  const found = updates.find(({ config }) => Object.hasOwn(models(config), model));
  if (found === undefined) return undefined;
  const encryption = unreadable?.match(/^(secretsprovider|encryptedkey|encryptionsalt): .*$/gm) ?? [];
  return [...encryption, stringify({ config: found.config })].join("\n");
}

function models(config: PastUpdate["config"]): object {
  const value = config?.["gantry:models"];
  return typeof value === "object" && value !== null ? value : {};
}

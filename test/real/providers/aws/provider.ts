import { createHash } from "node:crypto";
import { isSecret, type Properties, secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import type { Cloud, CloudObject } from "../cloud.ts";
import { topLevel } from "../difference.ts";
import { milliseconds, underWay } from "../interruption.ts";
import type { Checking, Existing, Known, Made, Provider, Replacing, Subject } from "../provider.ts";
import { hasUnknown, list, notedDefaults, plain, record, text, withNotes } from "../values.ts";
import { cacheKinds } from "./cache.ts";
import { edgeKinds } from "./edge.ts";
import { eksKinds } from "./eks.ts";
import { callFunction } from "./functions.ts";
import { iamKinds } from "./iam.ts";
import type { Kind, Place } from "./kind.ts";
import { loadBalancingKinds } from "./load-balancing.ts";
import { messageKinds } from "./messages.ts";
import { networkKinds } from "./network.ts";
import { holder, missing } from "./references.ts";
import { storageKinds } from "./storage.ts";

const kinds: Readonly<Record<string, Kind>> = {
  ...networkKinds,
  ...iamKinds,
  ...eksKinds,
  ...loadBalancingKinds,
  ...storageKinds,
  ...messageKinds,
  ...cacheKinds,
  ...edgeKinds,
};

/** What the provider's schema calls sensitive: secret in every state, whatever the program says. */
const sensitive: readonly string[] = ["secretString", "secretBinary"];

export class AwsProvider implements Provider {
  private readonly cloud: Cloud;
  private config: Properties = {};

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  configure(config: Properties) {
    this.config = config;
    const allowed = list(parsed(config.allowedAccountIds)).map(text);
    const account = process.env.GANTRY_CLOUD_ACCOUNT;
    if (account !== undefined && allowed.length > 0 && !allowed.includes(account))
      throw new Error(`AWS account ID not allowed: ${account}`);
  }

  replacedByConfig(before: Properties, after: Properties): boolean {
    return before.region !== after.region;
  }

  check({ type, name, inputs, before, seed }: Checking): Properties {
    const kind = kindOf(type);
    const given = { ...kind.defaults, ...inputs };
    const filled = Object.keys(kind.defaults ?? {}).filter((key) => !(key in inputs));
    const named = autoNamed(kind, name, given, before, seed);
    if (kind.autoName !== undefined && !(kind.autoName[0] in given)) filled.push(kind.autoName[0]);
    return withNotes({ ...named, ...this.tags(kind, inputs) }, filled);
  }

  replacing({ type }: Subject, path: string): boolean {
    return kindOf(type).replacedBy?.includes(topLevel(path)) ?? false;
  }

  /** Two can't have one name, and a name that the program gives is the same twice. */
  deletesFirst({ subject, inputs }: Replacing): boolean {
    const [property] = kindOf(subject.type).autoName ?? [];
    return property !== undefined && !notedDefaults(inputs).includes(property);
  }

  previewCreate({ type }: Subject, inputs: Properties): Properties {
    const kind = kindOf(type);
    const values = plain(inputs);
    const computed = { ...kind.made(values, this.place()), ...this.shown(kind, values) };
    const unknowns = Object.keys(computed)
      .filter((key) => key !== "id" && !(key in values))
      .map((key) => [key, unknown]);
    return marked({ ...values, region: this.place().region, ...Object.fromEntries(unknowns) }, inputs);
  }

  async create(subject: Subject, inputs: Properties): Promise<Made> {
    const { type, urn } = subject;
    const kind = kindOf(type);
    const values = plain(inputs);
    const once = kind.once?.(values);
    const there =
      once === undefined ? undefined : this.cloud.ofType(type).find((other) => other.once === once);
    // Records have an option for it.
    const overwrites = kind.overwrites || values.allowOverwrite === true;
    const refusal = this.refusal(type, values, overwrites ? undefined : there);
    if (refusal !== undefined) throw this.refused("create", subject, refusal);
    const identity =
      there === undefined ? kind.made(values, this.place()) : { ...there.outputs, id: there.id };
    const { id, ...rest } = identity;
    const outputs = { ...values, region: this.place().region, ...rest, ...this.shown(kind, values) };
    for (const version of kind.versions ?? []) Object.assign(outputs, { [version]: 1 });
    // From here on the account has it, whatever becomes of the answer.
    const minutes = kind.minutes?.[0] ?? 0.2;
    const readyAt = Date.now() + milliseconds(minutes);
    this.cloud.put({ type, id, urn, ...(once !== undefined && { once }), inputs, outputs, readyAt });
    this.cloud.note({ kind: "create", stage: "begun", type, urn, id });
    await underWay(this.cloud, subject, minutes);
    this.cloud.note({ kind: "create", stage: "done", type, urn, id });
    return { id, outputs: marked(outputs, inputs) };
  }

  read({ type, urn, id }: Existing, known: Known) {
    const kind = kindOf(type);
    // With nothing in the state it is an import, which takes other ids and reads all inputs from the service.
    const imported = Object.keys(known.outputs).length === 0;
    const byImport = ({ inputs, id: own }: CloudObject) =>
      (kind.importedAs?.(plain(inputs), own) ?? own) === id;
    const found = imported ? this.cloud.ofType(type).find(byImport) : this.cloud.get(type, id);
    this.cloud.note({ kind: "read", stage: "done", type, urn, id });
    if (found === undefined || found.deleted) return undefined;
    const inputs = imported ? withNotes(plain(found.inputs), []) : found.inputs;
    const unfinished = Date.now() < (found.readyAt ?? 0) ? kind.unfinished : undefined;
    return { id: found.id, outputs: marked({ ...found.outputs, ...unfinished }, inputs), inputs };
  }

  previewUpdate({ type }: Existing, inputs: Properties, before: Properties): Properties {
    const kind = kindOf(type);
    const versions = (kind.versions ?? []).map((version) => [version, unknown]);
    return { ...marked(this.updated(kind, plain(inputs), before), inputs), ...Object.fromEntries(versions) };
  }

  async update(existing: Existing, inputs: Properties, before: Properties): Promise<Properties> {
    const { type, id, urn } = existing;
    const kind = kindOf(type);
    const object = this.cloud.get(type, id);
    const values = plain(inputs);
    if (object === undefined) throw this.refused("update", existing, `${id} does not exist`);
    const refusal = this.refusal(type, values, undefined);
    if (refusal !== undefined) throw this.refused("update", existing, refusal);
    const outputs = this.updated(kind, values, before);
    for (const version of kind.versions ?? [])
      Object.assign(outputs, { [version]: Number(object.outputs[version] ?? 0) + 1 });
    const once = kind.once?.(values);
    this.cloud.put({ ...object, ...(once !== undefined && { once }), inputs, outputs });
    this.cloud.note({ kind: "update", stage: "begun", type, urn, id });
    await underWay(this.cloud, existing, kind.minutes?.[0] ?? 0.2);
    this.cloud.note({ kind: "update", stage: "done", type, urn, id });
    return marked(outputs, inputs);
  }

  async delete(existing: Existing): Promise<void> {
    const { type, id, urn } = existing;
    const kind = kindOf(type);
    const object = this.cloud.get(type, id);
    // Services answer that it isn't there, which the provider takes for success.
    if (object === undefined || object.deleted) return;
    const holding = holder(this.cloud, object, kind);
    const refusal =
      kind.protects?.(plain(object.inputs)) ??
      (holding && `DependencyViolation: ${id} is in use by ${holding.type} ${holding.id}`);
    if (refusal !== undefined) throw this.refused("delete", existing, refusal);
    this.cloud.note({ kind: "delete", stage: "begun", type, urn, id });
    if (kind.lingers?.(plain(object.inputs))) this.cloud.put({ ...object, deleted: true });
    else this.cloud.remove(object);
    await underWay(this.cloud, existing, kind.minutes?.[1] ?? 0.1);
    this.cloud.note({ kind: "delete", stage: "done", type, urn, id });
  }

  invoke(token: string, args: Properties): Properties {
    return callFunction(token, args, this.place());
  }

  /** Why the service doesn't take it, beginning with what it can't know yet. */
  private refusal(type: string, inputs: Properties, there: CloudObject | undefined): string | undefined {
    if (hasUnknown(inputs)) return "ValidationException: a value is unknown";
    if (there?.deleted)
      return `InvalidRequestException: ${there.once} is scheduled for deletion and its name is taken until then`;
    if (there !== undefined) return `AlreadyExistsException: ${there.once} already exists`;
    return missing(this.cloud, { type, inputs });
  }

  private refused(kind: "create" | "update" | "delete", { type, urn }: Subject, reason: string): Error {
    this.cloud.note({ kind, stage: "refused", type, urn, reason });
    return new Error(`${kind.replace(/e$/, "")}ing ${type}: operation error: ${reason}`);
  }

  private updated(kind: Kind, values: Properties, before: Properties): Record<string, Wire> {
    const given = new Set(Object.keys(values));
    // What the inputs no longer say is gone, what only the service knows stays.
    const own = Object.keys({ ...kind.made(values, this.place()), ...kind.shown?.(values, this.place()) });
    const kept = Object.entries(plain(before)).filter(([key]) => own.includes(key) || key === "region");
    const identity = kept.filter(([key]) => !given.has(key));
    return { ...Object.fromEntries(identity), ...values, ...this.shown(kind, values) };
  }

  private shown(kind: Kind, values: Properties): Properties {
    const tags = kind.untagged ? {} : { tagsAll: { ...this.defaultTags(), ...record(values.tags) } };
    return { ...tags, ...kind.shown?.(values, this.place()) };
  }

  private tags(kind: Kind, { tags }: Properties): Properties {
    if (kind.untagged) return {};
    const all = { ...this.defaultTags(), ...record(tags) };
    return Object.keys(all).length === 0 ? {} : { tags: all, tagsAll: all };
  }

  private defaultTags(): Properties {
    return record(record(parsed(this.config.defaultTags)).tags);
  }

  private place(): Place {
    const account = text(list(parsed(this.config.allowedAccountIds))[0]) || "111122223333";
    const region = text(this.config.region);
    return {
      account,
      region,
      arn: (service, resource) => `arn:aws:${service}:${region}:${account}:${resource}`,
      globalArn: (service, resource) => `arn:aws:${service}::${account}:${resource}`,
    };
  }
}

/** Types that a stand-in knows. */
export const knownTypes: ReadonlySet<string> = new Set(Object.keys(kinds));

/** @throws Error for a type that no stand-in knows: to accept anything would be more lenient than AWS */
function kindOf(type: string): Kind {
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`no stand-in for ${type}: add it under test/real/providers/aws`);
  return kind;
}

/** Configuration of providers is text, in which objects are JSON. */
function parsed(value: Wire | undefined): Wire {
  return typeof value === "string" && /^[[{]/.test(value) ? (JSON.parse(value) as Wire) : (value ?? null);
}

/** The name of the resource and seven digits of the engine's seed; what has a name keeps it. */
function autoNamed(
  kind: Kind,
  name: string,
  given: Properties,
  before: Properties | undefined,
  seed: Uint8Array,
) {
  const [property, longest] = kind.autoName ?? [];
  if (property === undefined || longest === undefined || property in given) return given;
  const digits = createHash("sha256").update(seed).digest("hex").slice(0, 7);
  // A name that an import read, and so not Pulumi's own, isn't kept.
  const kept =
    before !== undefined && notedDefaults(before).includes(property) ? before[property] : undefined;
  return { ...given, [property]: kept ?? `${name.slice(0, longest - 8)}-${digits}` };
}

/** Outputs with the marks of secrets where the schema or the inputs have them. */
function marked(outputs: Properties, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      const hidden = sensitive.includes(key) || isSecret(inputs[key] ?? null);
      return [key, hidden && !isSecret(value) ? secret(value) : value];
    }),
  );
}

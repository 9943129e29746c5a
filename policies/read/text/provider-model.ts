import { isoDate } from "../../framework/iso-date.ts";

/** Whether a name is pinned to one model. */
export type PinStatus =
  /** `name` is how data tables know it: provider and id without Region or route. */
  | { readonly is: "pinned"; readonly name: string }
  /** An engine of ours, whose model other rules pin. */
  | { readonly is: "self-hosted" }
  /** `reason` ends a sentence that begins with the name. */
  | { readonly is: "unpinned" | "undecided"; readonly reason: string };

const notPinned = (reason: string): PinStatus => ({ is: "unpinned", reason });
const undecided = (reason: string): PinStatus => ({ is: "undecided", reason });

/**
 * What a model's name in a gateway's configuration pins, by the convention of its provider.
 * @param name as LiteLLM takes it, `provider/id`
 * @param baseModel the configured model behind a name that hides it
 */
export function providerModel(name: string, baseModel?: string): PinStatus {
  if (!/^[!-~]{1,200}$/.test(name)) return notPinned("is empty, too long or not printable ASCII");
  if (name.startsWith("os.environ/")) return notPinned("comes from a variable, so it may be any model");
  if (name.includes("*")) return notPinned("is a wildcard");
  const slash = name.indexOf("/");
  const provider = name.slice(0, Math.max(slash, 0));
  const id = name.slice(slash + 1);
  if (slash < 1 || id === "") return notPinned("names no provider, so LiteLLM guesses one");
  if (provider === "hosted_vllm") return { is: "self-hosted" };
  if (hides(provider, id)) return behind(provider, baseModel);
  if (!Object.hasOwn(conventions, provider))
    return undecided("has a provider of which no convention is known");
  return statusOf(provider, id);
}

/** What pins an id of one provider: nothing where it does, or why it doesn't. */
type Convention = (id: string) => PinStatus | undefined;

const conventions: Readonly<Record<string, Convention>> = {
  openai,
  azure: openai,
  anthropic,
  gemini: (id) => gemini(id, [2, 0]),
  vertex_ai: vertex,
  mistral,
  bedrock,
};

function statusOf(provider: string, id: string): PinStatus {
  const bare = provider === "bedrock" ? bedrockId(id) : id;
  if (!/^[a-z0-9][a-z0-9.:@-]*$/.test(bare)) return undecided("is written in no form of its provider");
  if (/(?:^|[-.@])(?:latest|default|exp|experimental)(?:[-.:]|$)/.test(bare))
    return notPinned("is an alias that its provider updates");
  return conventions[provider]?.(bare) ?? { is: "pinned", name: `${provider}/${bare}` };
}

/** Deployments, endpoints and profiles have names of their own, which don't tell what they lead to. */
function hides(provider: string, id: string): boolean {
  if (provider === "azure" || provider === "azure_ai" || provider.startsWith("sagemaker")) return true;
  if (provider === "vertex_ai") return /^(?:\d+|projects\/.*)$/.test(id);
  return provider === "bedrock" && bedrockId(id).startsWith("arn:");
}

function behind(provider: string, baseModel: string | undefined): PinStatus {
  if (baseModel === undefined) return undecided("hides its model, and no base_model says which it is");
  const [first = ""] = baseModel.split("/");
  const named = baseModel.includes("/") && Object.hasOwn(conventions, first);
  const [base, id] = named ? [first, baseModel.slice(first.length + 1)] : [provider, baseModel];
  if (!Object.hasOwn(conventions, base) || (base === "bedrock" && bedrockId(id).startsWith("arn:")))
    return undecided("hides its model behind a base_model that can't be evaluated");
  const status = statusOf(base, id);
  return status.is === "pinned" || status.is === "self-hosted"
    ? status
    : { ...status, reason: `hides its model behind a base_model that ${status.reason}` };
}

/** Dated snapshots; ids from before 2024 have month and day. [platform.openai.com/docs/models, /docs/deprecations] */
function openai(id: string): PinStatus | undefined {
  const date = /-(\d{4}-\d\d-\d\d)$/.exec(id)?.[1];
  if (date !== undefined) return isReal(date) ? undefined : undecided("ends in a date that doesn't exist");
  const monthDay = /^(?:gpt-3\.5|gpt-4|tts-1)-(?:[a-z0-9]+-)*?(\d\d)(\d\d)(?:-preview)?$/.exec(id);
  if (monthDay !== null)
    // A leap year, in which every day of a year exists.
    return isReal(`2024-${monthDay[1]}-${monthDay[2]}`)
      ? undefined
      : undecided("ends in a date that doesn't exist");
  return id.endsWith("-preview")
    ? notPinned("is a preview without a date")
    : undecided("ends in no date, and its provider may move it");
}

/** A date up to 4.5; from 4.6 on the id itself is the snapshot. [platform.claude.com/docs, model ids and versions] */
function anthropic(id: string): PinStatus | undefined {
  return claude(id, "-");
}

/** @param beforeDate the text between a Claude model and its date */
function claude(id: string, beforeDate: "-" | "@"): PinStatus | undefined {
  const [, model = "", date] = new RegExp(`^(claude-.+?)(?:${beforeDate}(\\d{8}))?$`).exec(id) ?? [];
  const version =
    /^claude(?:-[a-z]+)+-(\d{1,2})(?:-(\d{1,2}))?$/.exec(model) ??
    /^claude-(\d{1,2})(?:[-.](\d{1,2}))?(?:-[a-z][a-z0-9]*)*$/.exec(model) ??
    /^claude-instant-(\d)\.(\d)$/.exec(model);
  if (version === null || /-0\d/.test(model) || model.includes("preview"))
    return undecided("is not a Claude model of a known form");
  const undated = atLeast([Number(version[1]), Number(version[2] ?? 0)], [4, 6]);
  if (date === undefined)
    return undated ? undefined : notPinned("has no date, which Claude's ids need up to 4.5");
  if (undated) return undecided("has a date, which Claude's ids from 4.6 on don't");
  return isReal(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`)
    ? undefined
    : undecided("ends in a date that doesn't exist");
}

/**
 * Numbered and dated versions, and the bare names of generations that don't move.
 * [ai.google.dev/gemini-api/docs/models, cloud.google.com/vertex-ai, model versions]
 * @param stableFrom the first generation whose bare names stay what they are
 */
function gemini(id: string, stableFrom: readonly [number, number]): PinStatus | undefined {
  if (/^[a-z][a-z0-9.-]*-\d{3}$/.test(id)) return undefined;
  const preview = /-preview-(\d\d)-(20\d\d)$/.exec(id);
  if (preview !== null)
    return isReal(`${preview[2]}-${preview[1]}-01`)
      ? undefined
      : undecided("ends in a month that doesn't exist");
  if (/-preview(?:-|$)/.test(id)) return notPinned("is a preview without month and year");
  const bare = /^gemini-(\d{1,2})(?:\.(\d{1,2}))?(?:-[a-z]+)+$/.exec(id);
  if (bare === null) return undecided("is not a stable name of a Gemini model");
  return atLeast([Number(bare[1]), Number(bare[2] ?? 0)], stableFrom)
    ? undefined
    : notPinned("is an alias that Google updates to its newest version");
}

function vertex(id: string): PinStatus | undefined {
  return id.startsWith("claude-") ? claude(id, "@") : gemini(id, [2, 5]);
}

/** Year and month. [docs.mistral.ai, models overview] */
function mistral(id: string): PinStatus | undefined {
  const [, year, month] = /^[a-z][a-z0-9.-]*-(\d\d)(\d\d)$/.exec(id) ?? [];
  if (year === undefined) return undecided("ends in no year and month");
  return isReal(`20${year}-${month}-01`) && Number(year) >= 23
    ? undefined
    : undecided("ends in a year and month that don't exist");
}

/** Vendor, model and version. [docs.aws.amazon.com/bedrock, foundation models, inference profiles] */
function bedrock(id: string): PinStatus | undefined {
  const [, vendor, model = ""] = /^([a-z0-9]+)\.([a-z0-9.:-]+)$/.exec(id) ?? [];
  // Vendors' names are longer than those of geographies.
  if (vendor === undefined || /^(?:[a-z]{2}|apac|global)$/.test(vendor))
    return undecided("is not a vendor.model of Bedrock with at most one known geography prefix");
  const dates = [...model.matchAll(/-(\d{4})(\d\d)(\d\d)(?=[-:]|$)/g)];
  const months = vendor === "mistral" ? [...model.matchAll(/-(\d\d)(\d\d)(?=[-:]|$)/g)] : [];
  if (
    !dates.every(([, year, month, day]) => isReal(`${year}-${month}-${day}`)) ||
    !months.every(([, year, month]) => isReal(`20${year}-${month}-01`))
  )
    return undecided("holds a date that doesn't exist");
  if (/-v\d{1,3}(?::\d{1,3})?$/.test(model) || /-\d{1,3}:\d{1,3}$/.test(model)) return undefined;
  return vendor === "anthropic" && dates.length === 0
    ? anthropic(model)
    : notPinned("has no version, as in -v1:0");
}

/**
 * The model in an id of Bedrock: without LiteLLM's route, the ARN of a model that AWS names, and the geography of one
 * inference profile, which says where a request runs and not what runs it.
 */
function bedrockId(id: string): string {
  return id
    .replace(/^converse\//, "")
    .replace(/^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d*:(?:foundation-model|inference-profile)\//, "")
    .replace(/^(?:us|us-gov|eu|apac|jp|au|global)\./, "");
}

/** Whether a calendar of this century has the day. */
function isReal(date: string): boolean {
  return date.startsWith("20") && isoDate(date) !== undefined;
}

/** By number, not as strings: 4.10 comes after 4.6. */
function atLeast(version: readonly [number, number], minimum: readonly [number, number]): boolean {
  return version[0] > minimum[0] || (version[0] === minimum[0] && version[1] >= minimum[1]);
}

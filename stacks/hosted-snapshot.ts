import type { Provider } from "../components/gateway/providers.ts";

const tokens =
  /^(?:sk-|hf_|gsk_|xai-|AIza|nvapi-|pplx-|r8_|gh[opsur]_|github_pat_|glpat-|AKIA|ASIA|xox[a-z]-|eyJ)/;

/**
 * Why a name isn't pinned to one model, by its provider's own convention; undefined where it does. The
 * value isn't part of the reason, as it may be a key. [platform.openai.com/docs/models; docs.anthropic.com, models
 * overview; ai.google.dev/gemini-api/docs/models; docs.mistral.ai, models; docs.aws.amazon.com/bedrock, model ids;
 * docs.together.ai and console.groq.com/docs/models, 2026-11]
 */
export function movingSnapshot(provider: Provider, snapshot: string): string | undefined {
  if (tokens.test(snapshot))
    return "looks like a key: put it into Secrets Manager, change it, and name the model here";
  if (!forms[provider].test(snapshot)) return "isn't written in a form of its provider";
  if (/(?:^|[-.])(?:latest|default|exp|experimental)(?:[-.]|$)/.test(snapshot))
    return "is a name that its provider moves";
  return conventions[provider](snapshot);
}

const plain = /^[a-z0-9][a-z0-9.:-]{1,99}$/;
/** Names of open weights are their repository's, capital letters and organisation included. */
const openWeights = /^(?:[A-Za-z0-9][\w.-]{0,59}\/)?[A-Za-z0-9][\w.-]{1,99}$/;
const forms: Readonly<Record<Provider, RegExp>> = {
  openai: plain,
  anthropic: plain,
  gemini: plain,
  mistral: plain,
  together: openWeights,
  groq: openWeights,
  bedrock: plain,
};

const conventions: Readonly<Record<Provider, (id: string) => string | undefined>> = {
  openai(id) {
    const [, year, month, day] = /-(\d{4})-(\d{2})-(\d{2})$/.exec(id) ?? [];
    // Names from before 2024 have a month and a day, which a preview may follow.
    const [, olderMonth, olderDay] =
      /^(?:gpt-3\.5|gpt-4|tts-1)-(?:[a-z0-9]+-)*?(\d{2})(\d{2})(?:-preview)?$/.exec(id) ?? [];
    if (isDay(year, month, day) || isDay("2024", olderMonth, olderDay)) return undefined;
    return "has no date of its own: allowed is a dated name such as gpt-4o-2024-08-06";
  },
  anthropic(id) {
    const [, model = "", year, month, day] = /^(claude-.+?)(?:-(\d{4})(\d{2})(\d{2}))?$/.exec(id) ?? [];
    const version =
      /^claude(?:-[a-z]+)+-(\d{1,2})(?:-(\d{1,2}))?$/.exec(model) ??
      /^claude-(\d{1,2})(?:[-.](\d{1,2}))?(?:-[a-z][a-z0-9]*)*$/.exec(model) ??
      /^claude-instant-(\d)\.(\d)$/.exec(model);
    const [, major = 0, minor = 0] = version?.map((part) => Number(part ?? 0)) ?? [];
    // From 4.6 on the name without a date is the snapshot itself.
    const isUndated = major > 4 || (major === 4 && minor >= 6);
    const isKnown = version !== null && !/-0\d|preview/.test(model);
    if (isKnown && (year === undefined ? isUndated : !isUndated && isDay(year, month, day))) return undefined;
    return "is not a snapshot: allowed is a dated name such as claude-3-5-sonnet-20241022, or from 4.6 on one without a date";
  },
  gemini(id) {
    const [, month, year] = /-preview-(\d{2})-(20\d{2})$/.exec(id) ?? [];
    const [, generation] = /^gemini-(\d{1,2})(?:\.\d{1,2})?(?:-[a-z]+)+$/.exec(id) ?? [];
    const isStable = !/-preview(?:-|$)/.test(id) && Number(generation ?? 0) >= 2;
    if (/^[a-z][a-z0-9.-]*-\d{3}$/.test(id) || isDay(year, month, "01") || isStable) return undefined;
    return "may move: allowed is a numbered name such as gemini-2.0-flash-001, or a stable one from 2.0 on";
  },
  mistral(id) {
    const [, year, month] = /^[a-z][a-z0-9.-]*-(2[3-9])(\d{2})$/.exec(id) ?? [];
    if (isDay(`20${year}`, month, "01")) return undefined;
    return "has no year and month: allowed is a name such as mistral-large-2411";
  },
  together: openWeightsRelease,
  groq: openWeightsRelease,
  bedrock(id) {
    const bare = id.replace(/^(?:us|us-gov|eu|apac|jp|au|global)\./, "");
    const [, vendor, model = ""] = /^([a-z0-9]{3,})\.([a-z0-9.:-]+)$/.exec(bare) ?? [];
    const versioned = /-v\d{1,3}(?::\d{1,3})?$/.test(model) || /-\d{1,3}:\d{1,3}$/.test(model);
    const [, year, month, day] = /-(\d{4})(\d{2})(\d{2})(?=[-:]|$)/.exec(model) ?? [];
    const dated = year === undefined || isDay(year, month, day);
    if (vendor !== undefined && versioned && dated) return undefined;
    if (vendor === "anthropic" && conventions.anthropic(model) === undefined) return undefined;
    return "is not a version of a model: allowed is a name such as meta.llama3-3-70b-instruct-v1:0, a geography before it included";
  },
};

/** These providers serve published weights, which one version of one size, or the month of a release, names. */
function openWeightsRelease(id: string): string | undefined {
  const name = id.split("/").at(-1) ?? "";
  const [, year = "", month] = /-(\d{2})(\d{2})(?:-|$)/.exec(name) ?? [];
  const isMonth = isDay("2024", year, month) || isDay(`20${year}`, month, "01");
  const isSized = /(?:^|-)\d{1,4}(?:\.\d{1,3})?b(?:-|$)/i.test(name);
  const isVersioned = /(?:^|[a-z-])v?\d{1,2}(?:\.\d{1,2})?(?=-)/i.test(name) || /^gpt-oss-/.test(name);
  if (isMonth || (isSized && isVersioned)) return undefined;
  return "names no release of open weights: allowed is a name with version and size, such as meta-llama/Llama-3.3-70B-Instruct-Turbo, or with year and month";
}

function isDay(year = "", month = "", day = ""): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`);
}

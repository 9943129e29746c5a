/** Providers that a model can be hosted by. */
export type Provider = "openai" | "anthropic" | "gemini" | "mistral";

const tokens =
  /^(?:sk-|hf_|gsk_|xai-|AIza|nvapi-|pplx-|r8_|gh[opsur]_|github_pat_|glpat-|AKIA|ASIA|xox[a-z]-|eyJ)/;

/**
 * Why a name doesn't say which model answers tomorrow, by its provider's own convention; nothing where it does. The
 * value isn't part of the reason, as it may be a key. [platform.openai.com/docs/models; docs.anthropic.com, models
 * overview; ai.google.dev/gemini-api/docs/models; docs.mistral.ai, models, 2026-11]
 */
export function movingSnapshot(provider: Provider, snapshot: string): string | undefined {
  if (tokens.test(snapshot))
    return "looks like a key: put it into Secrets Manager, change it, and name the model here";
  if (!/^[a-z0-9][a-z0-9.:-]{1,99}$/.test(snapshot)) return "is written in no form of its provider";
  if (/(?:^|[-.])(?:latest|default|exp|experimental)(?:[-.]|$)/.test(snapshot))
    return "is a name that its provider moves";
  return conventions[provider](snapshot);
}

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
    return "is no snapshot: allowed is a dated name such as claude-3-5-sonnet-20241022, or from 4.6 on one without a date";
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
};

function isDay(year = "", month = "", day = ""): boolean {
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`);
}

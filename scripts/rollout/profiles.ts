import type { ShareGate, TimeGate } from "./gates.ts";

/** What a release changes: code or settings around the same model, or the model or prompt itself. */
export type ReleaseChange = "code" | "model";

/** A stage of a rollout: copies only, a share of the callers, or everyone. */
export interface Stage {
  readonly kind: "shadow" | "canary" | "switch";
  /** Of the requests that are copied, or of the callers that the canary answers. */
  readonly percent: number;
}

export interface Step extends Stage {
  /** How long it is watched before the next one. */
  readonly minutes: number;
}

/** How much worse than live a slot may be. A required gate that can't be measured holds the rollout. */
interface Limit {
  readonly required: boolean;
}

/** In percentage points of the answers. */
interface ShareLimit extends Limit {
  readonly points: number;
}

/** As percent of live's time, and never less than so many seconds: below that it isn't noticeable. */
export interface TimeLimit extends Limit {
  readonly percent: number;
  readonly seconds: number;
}

export type Thresholds = {
  /** Answers of each side below which a gate doesn't pass. */
  readonly samples: number;
} & { readonly [Gate in ShareGate]: ShareLimit } & { readonly [Gate in TimeGate]: TimeLimit };

/** How a new release is rolled out to a model's users. */
export interface Profile {
  readonly stages: readonly Stage[];
  /** How long all stages take together, by what changed. */
  readonly minutes: Readonly<Record<ReleaseChange, number>>;
  /** Absent where nothing is compared. */
  readonly thresholds?: Thresholds;
}

/**
 * What engines measure themselves is required everywhere. A point of errors or 30 % of time more is what a rollout
 * should find; less takes more requests to tell from chance than most models see in a step.
 */
const engineLimits = {
  samples: 100,
  errors: { required: true, points: 1 },
  latencyP50: { required: true, percent: 30, seconds: 0.2 },
  latencyP99: { required: true, percent: 50, seconds: 1 },
  firstToken: { required: true, percent: 30, seconds: 0.1 },
  speed: { required: true, percent: 25, seconds: 0.002 },
} as const;

/** Gates on the quality of answers. @param lostPoints of quality, on a scale of 100 */
function answerLimits(required: boolean, lostPoints: number) {
  return {
    refusals: { required, points: 2 },
    malformed: { required, points: 1 },
    quality: { required, points: lostPoints },
  };
}

/** Stages, waits and gates of a rollout by profile. */
export const profiles = {
  /** All gates run before a caller sees an answer, and at four traffic shares after that. */
  staged: {
    stages: [
      { kind: "shadow", percent: 5 },
      { kind: "canary", percent: 5 },
      { kind: "canary", percent: 25 },
      { kind: "canary", percent: 50 },
      { kind: "switch", percent: 100 },
    ],
    minutes: { code: 20, model: 60 },
    thresholds: { ...engineLimits, ...answerLimits(false, 5) },
  },
  /** An assistant that customers talk to. */
  "customer-facing": {
    stages: [
      { kind: "canary", percent: 5 },
      { kind: "canary", percent: 25 },
      { kind: "switch", percent: 100 },
    ],
    minutes: { code: 60, model: 60 },
    thresholds: { ...engineLimits, ...answerLimits(true, 3) },
  },
  /** A classifier whose answers colleagues or programs read. */
  internal: {
    stages: [
      { kind: "canary", percent: 5 },
      { kind: "switch", percent: 100 },
    ],
    minutes: { code: 30, model: 30 },
    thresholds: { ...engineLimits, ...answerLimits(true, 5) },
  },
  /** Work that is run again when its result is bad. */
  batch: {
    stages: [{ kind: "switch", percent: 100 }],
    minutes: { code: 0, model: 0 },
  },
  /** For the few clients behind a feature flag: it stays there until it is promoted or aborted by hand. */
  experimental: {
    stages: [{ kind: "canary", percent: 1 }],
    minutes: { code: 20, model: 60 },
    thresholds: { ...engineLimits, samples: 20, ...answerLimits(false, 5) },
  },
} as const satisfies Record<string, Profile>;

/** A profile's name, as `--profile` takes it. */
export type ProfileName = keyof typeof profiles;

/**
 * The steps of a rollout. All are watched equally long, the switched one included: until it has passed, the way back
 * is one write.
 */
export function steps({ stages, minutes }: Profile, change: ReleaseChange): readonly Step[] {
  return stages.map((stage) => ({ ...stage, minutes: minutes[change] / stages.length }));
}

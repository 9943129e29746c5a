import { it } from "vitest";

/** What the real engine does, where its source says so, and how that was checked. */
export interface Behaviour {
  readonly what: string;
  /** Repository, file and function. */
  readonly source: string;
  /**
   * `seen` with the Pulumi CLI 3.260 or 3.276 and the provider of pulumi-eks 4.3.0; `stand-in` where one that stands in for
   * the cloud's showed it to that CLI; or `read` in the source alone.
   */
  readonly checked: "seen" | "stand-in" | "read";
}

export const behaviours: Behaviour[] = [];

/** A behaviour of the real engine with the test that the embedded one has it too. */
export function behaviour(one: Behaviour, test: () => void | Promise<void>) {
  behaviours.push(one);
  it(one.what, test);
}

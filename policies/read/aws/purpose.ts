import { at, type Value } from "../../framework/value.ts";

/** The label of pods, and the tag of AWS resources, by which something says what it is for. */
export const purposeKey = "gantry.dev/purpose";

/** `application` serves no model; `node-agent` looks after the node that it runs on. */
const purposes = ["application", "node-agent"] as const;
/** What a team may declare a resource to be for, when it serves no model. */
export type Purpose = (typeof purposes)[number];

/** How a message tells the way out for what is no model. */
export const unlessApplication = `for what serves no model, the tag "${purposeKey}": "application"`;

/** What labels or tags say; nothing for what isn't a purpose that rules know. */
export function purposeOf(labels: Value): Purpose | undefined {
  const value = at(labels, purposeKey);
  return purposes.find((one) => one === value);
}

/** Whether an AWS resource says that it serves no model. */
export function isApplication({ props }: { readonly props: Value }): boolean {
  return purposeOf(at(props, "tags")) === "application";
}

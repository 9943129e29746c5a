import { at, isList, type Value } from "../../framework/value.ts";

/** The label of pods, and the tag of AWS resources, that declares its purpose. */
export const purposeKey = "gantry.dev/purpose";

/** `application` serves no model; `node-agent` looks after the node that it runs on. */
const purposes = ["application", "node-agent"] as const;
/** The purposes that a team may declare for a resource that serves no model. */
export type Purpose = (typeof purposes)[number];

/** The part of a message for resources that serve no model. */
export const unlessApplication = `for a resource that serves no model, the tag "${purposeKey}": "application"`;

/** The same for pods, whose label is on their template. */
export const unlessApplicationPods = `for a workload that serves no model, the label "${purposeKey}": "application" on its pods`;

/** The same for an object of Kubernetes that is about what the stack doesn't hold. */
export const unlessLabelled = `for an application that serves no model, the label "${purposeKey}": "application"`;

/** The purpose in labels or tags; undefined for an unknown one. */
export function purposeOf(labels: Value): Purpose | undefined {
  const value = at(labels, purposeKey);
  return purposes.find((one) => one === value);
}

/** Whether an AWS resource is declared to serve no model. Auto Scaling groups have a list of tags. */
export function isApplication({ props }: { readonly props: Value }): boolean {
  const tags = at(props, "tags");
  if (!isList(tags)) return purposeOf(tags) === "application";
  return tags.some((tag) => at(tag, "key") === purposeKey && at(tag, "value") === "application");
}

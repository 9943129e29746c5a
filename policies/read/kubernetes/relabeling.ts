import { at, elements, isFields, orUnknown, unknown, type Value } from "../../framework/value.ts";

/** Labels of metrics, each with the pod's label that it comes from. */
const identity = ["model", "colour"];
/** A metric that autoscalers, alerts and gates read. */
const telling = "vllm:num_requests_waiting";

/** Whether the relabelings of an endpoint drop a pod with these labels, or its metrics. [Prometheus, relabel_config] */
export function hidesMetrics(endpoint: Value, labels: Value): boolean {
  return (
    rulesOf(endpoint, "relabelings").some((rule) => drops(rule, (source) => podLabel(labels, source))) ||
    rulesOf(endpoint, "metricRelabelings").some((rule) =>
      drops(rule, (source) => (source === "__name__" ? telling : undefined)),
    )
  );
}

/** The first label of its identity that a pod's metrics get from elsewhere than the pod's own label. */
export function otherSource(endpoint: Value, labels: Value): string | undefined {
  const rules = [...rulesOf(endpoint, "relabelings"), ...rulesOf(endpoint, "metricRelabelings")];
  return identity.find((name) => {
    const own = at(labels, `gantry.dev/${name}`);
    return own !== undefined && rules.some((rule) => sets(rule, name) && given(rule, labels) !== own);
  });
}

function rulesOf(endpoint: Value, list: string): readonly Value[] {
  return orUnknown(elements(at(endpoint, list)));
}

function sets(rule: Value, label: string): boolean {
  return rule === unknown || at(rule, "targetLabel") === label;
}

/** The value that a rule gives its label; undefined where that takes more than one label of the pod. */
function given(rule: Value, labels: Value): Value {
  const [source, ...others] = orUnknown(elements(at(rule, "sourceLabels")));
  const plain = ["action", "regex", "replacement", "separator"].every((name) => at(rule, name) === undefined);
  return plain && others.length === 0 && typeof source === "string" ? podLabel(labels, source) : undefined;
}

/** Whether a rule drops what has such labels; one that can't be read does. */
function drops(rule: Value, labelled: (source: string) => Value): boolean {
  if (rule === unknown) return true;
  const action = at(rule, "action") ?? "replace";
  if (typeof action !== "string") return true;
  if (!/^(?:drop|keep)$/i.test(action)) return false;
  const sources = orUnknown(elements(at(rule, "sourceLabels")));
  const regex = at(rule, "regex") ?? "(.*)";
  if (typeof regex !== "string") return true;
  const matches = matcher(regex);
  if (matches === undefined) return true;
  const values = sources.map((source) => (typeof source === "string" ? labelled(source) : unknown));
  // Labels that only the cluster knows decide alone where every value is dropped.
  if (values.some((value) => typeof value !== "string"))
    return /^drop$/i.test(action) && ["", "a", "0"].every(matches);
  const separator = at(rule, "separator") ?? ";";
  return matches(values.join(String(separator))) === /^drop$/i.test(action);
}

/** Of more, or of repeated groups, no bound of the time is known that a match takes. */
const mostRepetitions = 3;

/** A regular expression of Prometheus matches whole values; undefined for one that can't be read. */
function matcher(regex: string): ((value: string) => boolean) | undefined {
  if (/\)[*+{]/.test(regex) || (regex.match(/[*+{]/g) ?? []).length > mostRepetitions) return undefined;
  try {
    const whole = new RegExp(`^(?:${regex})$`, "s");
    return (value) => whole.test(value);
  } catch {
    return undefined;
  }
}

/** The value of `__meta_kubernetes_pod_label_…`; undefined for other labels. */
function podLabel(labels: Value, source: string): Value {
  const name = /^__meta_kubernetes_pod_label_(\w+)$/.exec(source)?.[1];
  if (name === undefined) return undefined;
  const found = Object.entries(isFields(labels) ? labels : {}).find(
    ([label]) => label.replaceAll(/\W/g, "_") === name,
  );
  return found?.[1] ?? "";
}

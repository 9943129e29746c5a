import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import { at, isFields, isList, unknown, type Value } from "../../framework/value.ts";
import { addOns, chartReleases } from "../../read/kubernetes/cluster.ts";
import { yaml } from "../../read/text/yaml.ts";

const settings = {
  allowedValues: strings("Values that may override what a chart sets, each as release#path.", {
    pattern: "^[\\w.-]+#[\\w./-]+$",
    default: [],
  }),
} as const satisfies RuleSettings;

/** Keys of values that set an image or a part of its name. */
const imageKey =
  /^(?:(?:image|img)(?:repository|registry|tag|name)?|repository|registry|tag|digest|sha|\w*image(?:repository|registry|tag)?|\w*imageoverride)$/i;
/** Keys through which charts accept whole objects or containers. */
const extraKey =
  /^(?:extra|additional)(?:objects?|manifests?|deploy|containers?|initcontainers?|resources|templates?|podspec)|^(?:sidecars?|sidecarcontainers|initcontainers|extracontainers|rawresources|manifests|podtemplate|customcommand|command)$/i;
/** Values that give a pod access to its node, or anyone access to the cluster. */
const opening: ReadonlyMap<string, (value: Value) => boolean> = new Map([
  ["hostnetwork", isOn],
  ["hostpid", isOn],
  ["hostipc", isOn],
  ["privileged", isOn],
  ["allowprivilegeescalation", isOn],
  ["hostpath", isOn],
  ["clusteradmin", isOn],
  ["runasuser", (value: Value) => value === 0 || value === "0" || value === unknown],
  ["runasnonroot", (value: Value) => value === false || value === "false"],
  ["capabilities", (value: Value) => !isEmpty(at(value, "add") ?? "")],
  // One GPU is then handed to several pods, each of which counts on its memory. [NVIDIA device plugin, shared access]
  ["timeslicing", isOn],
  ["mps", (value: Value) => at(value, "resources") !== undefined],
  ["auth.anonymous", (value: Value) => isOn(at(value, "enabled"))],
]);

export const chartValuesKeepPins: ResourceRule<typeof settings> = {
  name: "chart-values-keep-pins",
  title: "Chart values change neither the chart's images nor its pods' privileges.",
  why: "A pinned chart pins its images and privileges; one line of values can set another image, add a container, or open the node or an anonymous login, and the rules about pods don't see rendered objects.",
  fix: "Remove the value, pin the image by digest, or list release#path in allowedValues after reading the chart.",
  severity: "high",
  relatedChecks: { none: "the studied tools check rendered objects, not a release's values" },
  resourceTypes: [...chartReleases, ...addOns],
  example: { good: "values: { replicas: 2 }", bad: "values: { image: { tag: latest } }" },
  config: settings,

  *check({ name, type, props }, { allowedValues }) {
    const path = addOns.includes(type) ? "configurationValues" : "values";
    for (const finding of changes(path, settingsOf(at(props, path))))
      if (!allowedValues.includes(`${name}#${finding.path}`)) yield finding;
  },
};

const allowed = "images with @sha256 and 64 hex digits, the chart's defaults, or a path in allowedValues";

/** An add-on's values are a document. [EKS API, CreateAddon] */
function settingsOf(values: Value): Value {
  if (typeof values !== "string") return values;
  const document = yaml(values);
  return "value" in document ? document.value : unknown;
}

function changes(path: string, value: Value): readonly Finding[] {
  if (value === unknown)
    return path === "values" || path === "configurationValues"
      ? [{ path, problem: "the values aren't known at preview", allowed }]
      : [];
  if (isList(value)) return value.flatMap((one, index) => changes(`${path}.${index}`, one));
  if (!isFields(value)) return [];
  const pinned = isPinned(value);
  if (grantsWidely(value))
    return [{ path, problem: "it gives pods more rights than the chart does", allowed }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = `${path}.${key}`;
    if (inner === undefined) return [];
    if (opening.get(key.toLowerCase())?.(inner))
      return [{ path: innerPath, problem: "it gives pods more privileges than the chart does", allowed }];
    if (isEmpty(inner)) return [];
    // Settings of a sidecar that the chart has, such as Grafana's: an image or a command among them is found below.
    if (extraKey.test(key) && !(/^sidecar$/i.test(key) && isFields(inner)))
      return [{ path: innerPath, problem: "it adds objects that no rule checks", allowed }];
    if (imageKey.test(key) && !isFields(inner) && !isList(inner) && !pinned && !holdsDigest(inner))
      return [{ path: innerPath, problem: "it changes an image that the chart or the add-on pins", allowed }];
    if (typeof inner === "string" && sharing.test(inner))
      return [{ path: innerPath, problem: "it hands one GPU to several pods", allowed }];
    return changes(innerPath, inner);
  });
}

/** The same in a document of the device plugin's. */
const sharing = /\b(?:timeSlicing|mps)["']?\s*:/;

/** Whether settings are a rule of a role that allows everything of a kind, or reads Secrets. */
function grantsWidely({ verbs, resources }: { readonly [key: string]: Value }): boolean {
  if (!isList(verbs) || !isList(resources)) return false;
  return [...verbs, ...resources].some((name) => name === "*" || name === "secrets" || name === "pods/exec");
}

/** An image with a digest next to its repository. */
function isPinned(fields: { readonly [key: string]: Value }): boolean {
  return ["digest", "sha"].some((key) => {
    const value = fields[key];
    return typeof value === "string" && /^(?:sha256:)?[0-9a-f]{64}$/.test(value);
  });
}

function holdsDigest(value: Value): boolean {
  return typeof value === "string" && /@sha256:[0-9a-f]{64}$/.test(value);
}

function isEmpty(value: Value): boolean {
  return (
    value === "" ||
    value === false ||
    (isList(value) && value.length === 0) ||
    (isFields(value) && Object.keys(value).length === 0)
  );
}

function isOn(value: Value): boolean {
  return value !== undefined && value !== false && value !== "false";
}

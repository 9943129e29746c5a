import type { Finding, ResourceRule } from "../../framework/rule.ts";
import { at, elements, isFields, unknown, type Value } from "../../framework/value.ts";
import { launchTemplate, nodeClass, nodeGroups } from "../../read/kubernetes/cluster.ts";
import { printable } from "../../read/text/printable.ts";

export const nodeImagePinned: ResourceRule = {
  name: "node-image-pinned",
  title: "Nodes run one exact machine image.",
  why: "An image that isn't pinned gives the next node another kernel and GPU driver, and Karpenter replaces every node of a pool when the alias resolves to a new image.",
  fix: "Use an alias with its version, such as al2023@v20260818, an image id, or releaseVersion on a managed node group.",
  severity: "high",
  relatedChecks: { none: "the studied tools don't check how a node's image is selected" },
  resourceTypes: [nodeClass, ...nodeGroups, launchTemplate],
  example: {
    good: "amiSelectorTerms: [{ alias: al2023@v20260818 }]",
    bad: "amiSelectorTerms: [{ alias: al2023@latest }]",
  },

  check({ type, props }) {
    switch (type) {
      case nodeClass:
        return selectorTerms(at(props, "spec", "amiSelectorTerms"));
      case launchTemplate:
        return templateImage(at(props, "imageId"));
      default:
        return releaseVersion(at(props, "releaseVersion"));
    }
  },
};

function selectorTerms(value: Value): Finding[] {
  const path = "spec.amiSelectorTerms";
  const allowed = "terms with only a versioned alias or an image id, known at preview";
  const terms = elements(value);
  if (terms === unknown || terms.length === 0)
    return [{ path, problem: "has no term known at preview", allowed }];
  return terms.flatMap((term, index) => {
    const problem = loose(term);
    return problem === undefined
      ? []
      : [{ path: `${path}.${index}`, problem: `term ${index} ${problem}`, allowed }];
  });
}

/** Why a term isn't pinned to one image. */
function loose(term: Value): string | undefined {
  if (!isFields(term)) return "is not known at preview";
  const [[key, value] = [], ...others] = Object.entries(term).filter(([, one]) => one !== undefined);
  if (others.length > 0 || (key !== "alias" && key !== "id"))
    return "doesn't select by exactly one alias or one id";
  const isPinned = key === "id" ? isImageId(value) : isVersionedAlias(value);
  return isPinned ? undefined : `has the ${key} ${printable("machineImage", value)}`;
}

/** Unset means the image of the node group's releaseVersion. [EKS, launch templates] */
function templateImage(image: Value): Finding[] {
  if (image === undefined || isImageId(image)) return [];
  return [
    {
      path: "imageId",
      problem: `imageId is ${printable("machineImage", image)}`,
      allowed:
        "an image id such as ami-0123456789abcdef0, known at preview, or unset under a managed node group",
    },
  ];
}

function releaseVersion(version: Value): Finding[] {
  if (typeof version === "string" && /^\d+\.\d+\.\d+-\w+$/.test(version)) return [];
  return [
    {
      path: "releaseVersion",
      problem:
        version === undefined
          ? "no releaseVersion is set, so the newest image is used"
          : `releaseVersion is ${printable("version", version)}`,
      allowed: "one release known at preview, such as 1.36.2-20260818",
    },
  ];
}

function isVersionedAlias(value: Value): boolean {
  return typeof value === "string" && /^[a-z0-9]+@v\d+(?:\.\d+)*$/.test(value);
}

function isImageId(value: Value): boolean {
  return typeof value === "string" && /^ami-[0-9a-f]{8,17}$/.test(value);
}

import type { ResourceRule } from "../../framework/rule.ts";
import type { Value } from "../../framework/value.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { images } from "../../read/kubernetes/images.ts";
import { imageReference } from "../../read/text/image-reference.ts";
import { printable } from "../../read/text/printable.ts";

const allowed = "repository@sha256:<64 hex>, known at preview";

export const imageDigestPinned: ResourceRule = {
  name: "image-digest-pinned",
  title: "Every container image is pinned by its digest.",
  why: "A tag can be overwritten: the next node would then run code that wasn't evaluated, and a rollback would not restore the old code.",
  fix: "Write the image as repository@sha256:<digest>; crane digest <image> prints the digest.",
  severity: "critical",
  relatedChecks: ["CKV_K8S_43", "gatekeeper:k8simagedigests", "kyverno:require-image-checksum"],
  resourceTypes: workloads,
  example: {
    good: "image: docker.io/vllm/vllm-openai@sha256:c1c9f6fd5c109ba7f0546a59f5b2f15fb87f64c77782e90a27b648b42a8e67c3",
    bad: "image: vllm/vllm-openai:v0.32.0",
  },

  *check(resource) {
    for (const { path, where, image } of images(resource)) {
      const problem = whyNotPinned(image);
      if (problem !== undefined) yield { path, where, problem, allowed };
    }
  },
};

/** Why an image isn't pinned; undefined for a pinned one. */
function whyNotPinned(image: Value): string | undefined {
  if (image === undefined) return "no image is set";
  if (typeof image !== "string") return "image is not a string known at preview";
  if (/^[^@\s\p{Cc}]+@sha256:[0-9a-f]{64}$/u.test(image)) return undefined;
  const reference = imageReference(image);
  const shown = printable("image", image);
  if (reference?.digest !== undefined)
    return `image ${shown} has a digest that is not 64 hex digits of SHA-256`;
  if (reference?.tag !== undefined) return `image ${shown} has a tag and no digest`;
  return `image ${shown} has no digest`;
}

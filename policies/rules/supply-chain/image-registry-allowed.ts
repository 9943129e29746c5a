import type { ResourceRule } from "../../framework/rule.ts";
import { type RuleSettings, strings } from "../../framework/settings.ts";
import type { Value } from "../../framework/value.ts";
import { workloads } from "../../read/kubernetes/containers.ts";
import { images } from "../../read/kubernetes/images.ts";
import { imageReference } from "../../read/text/image-reference.ts";
import { printable } from "../../read/text/printable.ts";

const settings = {
  allowedRepositories: strings(
    "Repositories that images may come from, host included; one that ends in / includes everything below it. Of registries, only an account's own is allowed as a whole.",
    {
      pattern:
        "^(?:[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(?:\\.cn)?/|[a-z0-9.-]+(?::[0-9]+)?(?:/[a-z0-9._-]+)+/?)$",
      minItems: 1,
      default: [
        "docker.io/ollama/ollama",
        "docker.io/vllm/vllm-openai",
        "ghcr.io/berriai/litellm",
        "ghcr.io/berriai/litellm-non_root",
        "ghcr.io/huggingface/text-generation-inference",
        "public.ecr.aws/aws-cli/aws-cli",
      ],
    },
  ),
} as const satisfies RuleSettings;

export const imageRegistryAllowed: ResourceRule<typeof settings> = {
  name: "image-registry-allowed",
  title: "Container images come from allowed repositories.",
  why: "A digest identifies the bytes, not the publisher: an image whose name only resembles the engine's would run with its rights.",
  fix: "Take the image from a listed repository, or add its repository to allowedRepositories after checking who publishes there.",
  severity: "high",
  relatedChecks: ["gatekeeper:k8sallowedrepos", "kyverno:restrict-image-registries"],
  resourceTypes: workloads,
  example: {
    good: "image: docker.io/vllm/vllm-openai@sha256:c1c9f6fd5c109ba7f0546a59f5b2f15fb87f64c77782e90a27b648b42a8e67c3",
    bad: "image: docker.io.example.com/vllm/vllm-openai@sha256:c1c9f6fd5c109ba7f0546a59f5b2f15fb87f64c77782e90a27b648b42a8e67c3",
  },
  config: settings,

  *check(resource, { allowedRepositories }) {
    for (const { path, where, image } of images(resource)) {
      if (isBelow(image, allowedRepositories)) continue;
      const problem =
        image === undefined
          ? "no image is set"
          : `image ${printable("image", image)} is from a repository that is not on the list`;
      yield { path, where, problem, allowed: `${allowedRepositories.join(", ")}; known at preview` };
    }
  },
};

/** Compared by path segment, so that a listed name doesn't match the prefix of a longer name or the end of a path. */
function isBelow(image: Value, allowed: readonly string[]): boolean {
  const reference = imageReference(image);
  if (reference === undefined) return false;
  const name = [reference.host.toLowerCase(), ...reference.repository].join("/");
  return allowed.some((entry) => (entry.endsWith("/") ? name.startsWith(entry) : name === entry));
}

import { describe, expect, it } from "vitest";
import { imageRegistryAllowed as rule } from "../../../../policies/rules/supply-chain/image-registry-allowed.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { cases } from "../../cases.ts";
import { deployment, digest, engine, everyWorkload, pinnedImage } from "../../workload.ts";

const withImage = (image: Wire) => deployment([{ ...engine, image }]);
const here = ["chat-blue#containers.engine.image"];
const config = { allowedRepositories: ["registry.example.com:5000/team/", "ghcr.io/acme/tool"] };
const alone = { allowedRepositories: { only: config.allowedRepositories } };

cases(rule, {
  passes: [
    ["the engine's own", withImage(pinnedImage)],
    ["the public host left out", withImage(`vllm/vllm-openai@sha256:${digest}`)],
    ["the public host by its other name", withImage(`index.docker.io/vllm/vllm-openai@sha256:${digest}`)],
    ["a tag", withImage("ghcr.io/berriai/litellm:v1.110.1")],
    ["a secret image", withImage(secret(pinnedImage))],
    ["a repository below a prefix", withImage("registry.example.com:5000/team/a/b:1"), { config }],
    ["no container", deployment([])],
  ],
  reports: [
    ["another host", withImage(`evil.example.com/vllm/vllm-openai@sha256:${digest}`), here],
    [
      "a listed host as the beginning of a longer one",
      withImage("docker.io.example.com/vllm/vllm-openai:1"),
      here,
    ],
    ["a listed name as the beginning of a longer one", withImage("vllm/vllm-openai-cpu:1"), here],
    ["a listed name deeper in the path", withImage("docker.io/mirror/vllm/vllm-openai:1"), here],
    ["something below a listed name", withImage("docker.io/vllm/vllm-openai/extra:1"), here],
    ["another port of the host", withImage("ghcr.io:5000/berriai/litellm:1"), here],
    ["a library image", withImage("nginx:1"), here],
    ["the parent of a prefix", withImage("registry.example.com:5000/team:1"), here, { config }],
    ["a prefix without its port", withImage("registry.example.com/team/a:1"), here, { config }],
    ["what the default allows when the list is another", withImage(pinnedImage), here, { config: alone }],
    ["steps up in the path", withImage("ghcr.io/acme/../acme/tool:1"), here, { config }],
    ["no image", deployment([{ name: "engine" }]), here],
    ["null", withImage(null), here],
    ["an unknown", withImage(unknown), here],
    ["a number", withImage(7), here],
    ["a list", withImage([pinnedImage]), here],
    ["unknown containers", deployment(unknown), ["chat-blue#containers.image"]],
    ["an unknown pod", { ...deployment([]), props: { spec: unknown } }, ["chat-blue#containers.image"]],
    [
      "each bad one of every list and of the volumes",
      deployment([engine, { name: "side", image: "nginx:1" }, unknown], {
        initContainers: [{ name: "first", image: "busybox:1" }],
        ephemeralContainers: [{ name: "debug", image: "busybox:1" }],
        volumes: [
          { name: "a", image: { reference: "acme/weights:1" } },
          { name: "b", image: { reference: pinnedImage } },
          { name: "c", emptyDir: {} },
        ],
      }),
      [
        "chat-blue#containers.side.image",
        "chat-blue#containers.2.image",
        "chat-blue#initContainers.first.image",
        "chat-blue#ephemeralContainers.debug.image",
        "chat-blue#volumes.0.image.reference",
      ],
    ],
    [
      "an entry that is no repository",
      withImage(pinnedImage),
      ["chat-blue#configuration.allowedRepositories"],
      { config: { allowedRepositories: ["https://ghcr.io/acme"] } },
    ],
  ],
});

describe("image-registry-allowed", () => {
  it("checks every kind of workload", async () => {
    const all = everyWorkload({ containers: [{ name: "engine", image: "nginx:1" }] });
    expect(await findings(rule, all)).toHaveLength(all.length);
  });

  it("shows no value that doesn't look like an image", async () => {
    const [found] = await judge(rule, withImage("sk-CANARY-1"));
    expect(found?.message).not.toContain("CANARY");
  });
});

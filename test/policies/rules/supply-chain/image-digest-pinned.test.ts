import { describe, expect, it } from "vitest";
import { imageDigestPinned as rule } from "../../../../policies/rules/supply-chain/image-digest-pinned.ts";
import { secret, unknown, type Wire } from "../../../../scripts/plan/wire.ts";
import { findings, judge } from "../../../support/policy.ts";
import { deployment, digest, engine, everyWorkload, pinnedImage } from "../../workload.ts";

const finding = (path: string) => `image-digest-pinned[chat-blue#${path}]`;
const withImage = (image: Wire | undefined) =>
  deployment([image === undefined ? { name: "engine" } : { ...engine, image }]);

describe("image-digest-pinned", () => {
  it.each([
    ["a digest", pinnedImage],
    ["a tag before the digest", `vllm/vllm-openai:v0.32.0@sha256:${digest}`],
    ["another registry with a port", `localhost:5000/vllm@sha256:${digest}`],
    ["a secret digest", secret(pinnedImage)],
  ])("accepts %s", async (_, image) => {
    expect(await findings(rule, withImage(image))).toEqual([]);
  });

  it.each<[string, Wire | undefined]>([
    ["latest", "repo:latest"],
    ["nightly", "repo:nightly"],
    ["a port that is no tag", "localhost:5000/vllm"],
    ["a digest of 3 hex", "repo@sha256:abc"],
    ["a digest of 65 hex", `repo@sha256:${digest}0`],
    ["a digest in capitals", `repo@sha256:${digest.toUpperCase()}`],
    ["another algorithm", `repo@sha512:${digest}`],
    ["two digests", `repo@sha256:${digest}@sha256:${digest}`],
    ["a line break", `repo@sha256:${digest}\n`],
    ["a space", `re po@sha256:${digest}`],
    ["nothing before the digest", `@sha256:${digest}`],
    ["an empty text", ""],
    ["no image", undefined],
    ["null", null],
    ["an unknown", unknown],
    ["a secret unknown", secret(unknown)],
    ["a number", 7],
    ["a list", [pinnedImage]],
  ])("reports %s", async (_, image) => {
    expect(await findings(rule, withImage(image))).toEqual([finding("containers.engine.image")]);
  });

  it("says what is wrong, what is allowed and what to do", async () => {
    const [found] = await judge(rule, withImage("vllm/vllm-openai:nightly"));
    expect(found).toMatchObject({
      id: finding("containers.engine.image"),
      level: "mandatory",
      where: "chat-blue, container engine",
      found: 'image "vllm/vllm-openai:nightly" has a tag and no digest',
      allowed: "repository@sha256:<64 hex>, known at preview",
      fix: rule.fix,
    });
  });

  it("finds the bad one beside a good one, in every list", async () => {
    const bad = [{ name: "side", image: "repo:latest" }];
    const workload = deployment([engine, ...bad], { initContainers: bad, ephemeralContainers: bad });
    expect(await findings(rule, workload)).toEqual([
      finding("containers.side.image"),
      finding("ephemeralContainers.side.image"),
      finding("initContainers.side.image"),
    ]);
  });

  it("finds it in every kind of workload", async () => {
    const workloads = everyWorkload({ containers: [{ name: "engine", image: "repo:latest" }] });
    const found = await findings(rule, workloads);
    expect(found).toHaveLength(workloads.length);
    expect(new Set(found)).toEqual(
      new Set([finding("containers.engine.image"), finding("workerTemplate.containers.engine.image")]),
    );
  });

  it.each<[string, Wire]>([
    ["unknown", unknown],
    ["a text", "engine"],
    ["an object", { engine }],
  ])("reports a list of containers that is %s", async (_, containers) => {
    expect(await findings(rule, deployment(containers))).toEqual([finding("containers.image")]);
  });

  it("reports a pod that is unknown, wherever that begins", async () => {
    for (const props of [
      { spec: unknown },
      { spec: { template: unknown } },
      { spec: { template: { spec: unknown } } },
    ])
      expect(await findings(rule, { ...deployment([]), props })).toEqual([finding("containers.image")]);
  });

  it("still reports a container beside one that is unknown", async () => {
    const workload = deployment([unknown, { name: "side", image: "repo:latest" }, engine]);
    expect(await findings(rule, workload)).toEqual([
      finding("containers.0.image"),
      finding("containers.side.image"),
    ]);
  });

  it("holds image volumes to the same", async () => {
    const volumes = [
      { name: "cache", emptyDir: {} },
      { name: "weights", image: { reference: pinnedImage } },
      { name: "tools", image: { reference: "tools:v1" } },
      { name: "more", image: unknown },
    ];
    expect(await findings(rule, deployment([engine], { volumes }))).toEqual([
      finding("volumes.2.image.reference"),
      finding("volumes.3.image.reference"),
    ]);
  });

  it("shows no value that doesn't look like an image", async () => {
    const [found] = await judge(rule, withImage(secret("sk-CANARY-1")));
    expect(found?.message).not.toContain("CANARY");
  });

  it("passes over other resources", async () => {
    expect(await findings(rule, { ...withImage("repo:latest"), type: "kubernetes:core/v1:Service" })).toEqual(
      [],
    );
  });

  it("can be exempted for one container, where and as long as the exemption holds", async () => {
    const bad = { name: "side", image: "repo:latest" };
    const workload = deployment([bad, { ...bad, name: "other" }]);
    const exemption = {
      finding: finding("containers.side.image"),
      environments: ["dev"],
      reason: "the vendor publishes no digest before December",
      owner: "serving",
      expires: "2026-12-01",
    };
    const both = [finding("containers.other.image"), finding("containers.side.image")];
    const today = "2026-11-20";
    expect(await findings(rule, workload, { exemptions: [exemption], today })).toEqual(both.slice(0, 1));
    expect(await findings(rule, workload, { exemptions: [exemption], today, environment: "prod" })).toEqual(
      both,
    );
    expect(await findings(rule, workload, { exemptions: [exemption], today: "2026-12-02" })).toEqual(both);
    const another = { ...exemption, finding: "image-digest-pinned[chat-green#containers.side.image]" };
    expect(await findings(rule, workload, { exemptions: [another], today })).toEqual(both);
  });
});

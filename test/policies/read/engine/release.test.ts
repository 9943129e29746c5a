import { describe, expect, it } from "vitest";
import { configure } from "../../../../policies/framework/settings.ts";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { releaseId, releaseSettings, served, unevaluated } from "../../../../policies/read/engine/release.ts";
import type { Container } from "../../../../policies/read/kubernetes/containers.ts";
import { pods } from "../../../../policies/read/kubernetes/kubernetes.ts";
import { stackResource } from "../../stack.ts";
import { pinnedImage } from "../../workload.ts";

const { config } = configure(releaseSettings, {});
const id = "a".repeat(64);
const carrying = (annotations: Value) => {
  const props: Value = { spec: { template: { metadata: { annotations }, spec: {} } } };
  const [found] = pods(stackResource("kubernetes:apps/v1:Deployment", props));
  if (found === undefined) throw new Error("no pods");
  return found;
};
const evaluated = (evaluation: Value, score: Value) =>
  carrying({
    "gantry.dev/release-id": id,
    "gantry.dev/evaluated-release-id": evaluation,
    "gantry.dev/evaluation-score": score,
  });

describe("a release", () => {
  it("has an id of 64 hex digits", () => {
    expect(releaseId(carrying({ "gantry.dev/release-id": id }))).toBe(id);
    const others: readonly Value[] = [undefined, unknown, id.slice(1), `${id}0`, id.toUpperCase(), 5];
    for (const other of others)
      expect(releaseId(carrying({ "gantry.dev/release-id": other }))).toBeUndefined();
    expect(releaseId(carrying(unknown))).toBeUndefined();
  });

  it.each<[string, Value, Value, string | undefined]>([
    ["enough", id, "0.8", undefined],
    ["everything", id, "1.0", undefined],
    ["too little", id, "0.799", "its evaluation scored 0.799"],
    ["more than everything", id, "1.1", "its evaluation scored 1.1"],
    ["a percentage", id, "80", "its evaluation has no score from 0 to 1"],
    ["nothing", id, undefined, "its evaluation has no score from 0 to 1"],
    ["something unknown", id, unknown, "its evaluation has no score from 0 to 1"],
    [
      "for another release",
      "b".repeat(64),
      "1",
      "its evaluation is for another release, or isn't known at preview",
    ],
    [
      "for an unknown release",
      unknown,
      "1",
      "its evaluation is for another release, or isn't known at preview",
    ],
    ["never", undefined, undefined, "its release was not evaluated"],
  ])("is evaluated or not: it scored %s", (_, evaluation, score, expected) => {
    expect(unevaluated(evaluated(evaluation, score), config)).toBe(expected);
  });
});

describe("what an engine serves", () => {
  const container = (fields: Value): Container => ({ path: "containers.a", where: "container a", fields });
  const text = (...args: readonly Value[]) =>
    served(container({ image: pinnedImage, args: ["/m", ...args] }), config);

  it("is the same whatever the order of the flags and wherever it runs", () => {
    const one = text("--max-num-seqs=8", "--max-model-len=8192", "--shutdown-timeout=75");
    expect(one).toBe(
      text("--max-model-len", "8192", "--max-num-seqs", "8", "--attention-backend=FLASHINFER"),
    );
  });

  it("differs by image, model and flags", () => {
    const all = [
      text(),
      text("--max-num-seqs=8"),
      text("--max-num-seqs=9"),
      served(container({ image: pinnedImage, args: ["/other"] }), config),
      served(container({ image: "vllm/vllm-openai:v0.31.0", args: ["/m"] }), config),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("isn't known where a part of it can't be read", () => {
    expect(text(unknown)).toBe(unknown);
    expect(served(container({ image: unknown, command: ["vllm", "serve"], args: ["/m"] }), config)).toBe(
      unknown,
    );
    expect(served(container(unknown), config)).toBe(unknown);
    expect(served(container({ image: "envoy:1" }), config)).toBe(unknown);
  });
});

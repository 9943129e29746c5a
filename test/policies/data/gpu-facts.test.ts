import { describe, expect, it } from "vitest";
import { attentionBackends } from "../../../components/capacity/attention-backend.ts";
import { gpus } from "../../../components/capacity/gpus.ts";
import { instanceType, instanceTypeNames } from "../../../components/capacity/instances.ts";
import { kvElementBytes } from "../../../components/capacity/kv-dtype.ts";
import { quantizationMethods } from "../../../components/capacity/quantization.ts";
import { knownVersions } from "../../../components/serving/engine-vocabulary.ts";
import { releaseSchema } from "../../../components/serving/release.ts";
import { shapeText } from "../../../components/serving/shape-annotation.ts";
import { type GpuKind, gpuInstances, gpuKinds } from "../../../policies/data/gpus.ts";
import { models } from "../../../policies/data/models.ts";
import { engineSupport } from "../../../policies/data/quantization.ts";
import { supportOf } from "../../../policies/read/engine/engine-facts.ts";
import { annotatedShape } from "../../../policies/read/engine/model-shape.ts";
import { readReleases } from "../../../stacks/config.ts";
import { fixtureRoot } from "../../support/plan.ts";

/** The pack shares no code with what it checks, so each number stands in two places: here they are held together. */
describe("the pack's tables say what the planner's say", () => {
  it("of GPUs", () => {
    expect(Object.keys(gpuKinds)).toEqual(Object.keys(gpus));
    for (const [name, { memoryGiB, capability }] of Object.entries(gpuKinds))
      expect([name, memoryGiB, capability]).toEqual([
        name,
        gpus[name as GpuKind].visibleGiB,
        gpus[name as GpuKind].computeCapability,
      ]);
  });

  it("of instance types", () => {
    const planned = instanceTypeNames().flatMap((name) => {
      const gpu = instanceType(name)?.gpu;
      return gpu === undefined ? [] : [{ name, kind: gpu.name, gpus: gpu.count }];
    });
    const order = (one: { readonly name: string }, other: { readonly name: string }) =>
      one.name < other.name ? -1 : 1;
    expect([...gpuInstances].sort(order)).toEqual(planned.sort(order));
  });

  it.each(Object.entries(readReleases(fixtureRoot)))("of the model of %s", (_, file) => {
    const { model } = releaseSchema.parse(file);
    const row = models[`${model.repository}@${model.revision}`];
    expect(row).toMatchObject({
      weightsGiB: model.weightsGiB,
      layers: model.layers,
      heads: model.heads,
      kvHeads: model.kvHeads,
      headDimension: model.headDimension,
    });
    expect(row?.quantization.startsWith(model.quantization)).toBe(true);
  });

  it.each(Object.entries(readReleases(fixtureRoot)))("of what the pods of %s say", (_, file) => {
    const release = releaseSchema.parse(file);
    const { model } = release;
    const shape = annotatedShape(shapeText(release));
    // One name for several schemes says too little: such a model needs its row.
    if (model.quantization === "compressed-tensors") expect(shape).toBeUndefined();
    else expect(shape?.facts).toMatchObject(models[`${model.repository}@${model.revision}`] ?? {});
  });

  const [vllm] = engineSupport;
  it.each(Object.entries(vllm?.formats ?? {}))("of weights in %s", (name, format) => {
    const method = quantizationMethods[name === "nvfp4" ? "modelopt_fp4" : name];
    expect(method?.runsFrom).toBe(format.runsFrom);
    if (method?.native !== undefined) expect(format.nativeFrom).toBe(method.native.from);
  });

  it.each(Object.entries(vllm?.caches ?? {}))("of a KV cache in %s", (name, { bytes, backends }) => {
    expect(kvElementBytes(name)).toBe(bytes);
    for (const kind of Object.keys(gpuKinds) as GpuKind[]) {
      const able = Object.entries(backends).filter(([, from]) => gpuKinds[kind].capability >= from);
      const planned = attentionBackends({ headDimension: 128 }, name, gpus[kind]);
      expect(able.map(([backend]) => backend)).toEqual(planned.filter((one) => one !== "FLEX_ATTENTION"));
    }
  });

  it("of every version of the engine that a release may name", () => {
    for (const version of knownVersions())
      expect([version, supportOf("vllm", undefined, version)]).toEqual([version, vllm]);
  });
});

it("names formats that it has", () => {
  for (const { formats, methods } of engineSupport)
    for (const format of Object.values(methods).flat()) expect(Object.keys(formats)).toContain(format);
  for (const { quantization } of Object.values(models))
    expect(Object.keys(engineSupport[0]?.formats ?? {})).toContain(quantization);
});

it("names models by repository and commit", () => {
  for (const name of Object.keys(models)) expect(name).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
});

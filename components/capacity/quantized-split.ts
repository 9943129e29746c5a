import type { Gpu } from "./gpus.ts";
import type { ModelShape } from "./model-shape.ts";

export interface QuantizedSplit {
  readonly model: ModelShape;
  readonly tensorParallel: number;
  /** Of vLLM, three numbers with dots. */
  readonly engineVersion: string;
  readonly gpu: Gpu;
}

/** A width that tensor parallelism shares out. */
interface Width {
  readonly name: string;
  /** On one GPU. */
  readonly width: number;
}

/** Kernels that take scales of smaller blocks than the file's don't take any below this. [vLLM 0.31 fused_moe/oracle/fp8.py] */
const smallestRefinedBlock = 32;
/** Triton's FP8 kernels, the only ones that take refined blocks, need FP8 tensor cores. [vLLM 0.31 experts/triton_moe.py] */
const refinedFrom = 89;

/**
 * Why the quantized weights can't be shared out like this: a block or group of weights has one scale, so each GPU needs
 * whole ones. Checked as far as the release states the shapes.
 * [vLLM 0.31: quantization/utils/fp8_utils.py `validate_fp8_block_shape`, distributed/utils.py
 * `verify_group_size_divides_partition`, quantization/auto_awq.py]
 */
export function quantizedSplitProblems(split: QuantizedSplit): string[] {
  const { model } = split;
  const dense = denseWidths(split);
  const unit = model.weightBlock ? "block" : "group";
  const size = model.weightBlock ?? model.weightGroup;
  if (size === undefined) return [];
  // Rows belong to one GPU where the output is shared out; columns where the input is.
  const shared = split.tensorParallel > 1 ? dense.inputs : [];
  const whole = model.weightBlock ? [...dense.outputs, ...shared] : shared;
  return [
    ...unique(whole.filter(({ width }) => width % size !== 0)).map(
      ({ name, width }) =>
        `${name} of ${width} on each GPU isn't a whole number of ${unit}s of ${size} weights`,
    ),
    ...expertProblems(split, unit, size),
  ].map((problem) => `${problem} (tensorParallel ${split.tensorParallel}); take a smaller tensorParallel`);
}

function denseWidths({ model, tensorParallel }: QuantizedSplit) {
  const { heads, kvHeads, headDimension, feedForwardSize } = model;
  const name = "a feed-forward layer";
  const feedForward =
    feedForwardSize === undefined ? [] : [{ name, width: feedForwardSize / tensorParallel }];
  const queries =
    heads === undefined ? [] : [{ name: "attention", width: (heads / tensorParallel) * headDimension }];
  // Latent attention has projections of other widths.
  if (model.attention?.kind === "mla") return { inputs: [...queries, ...feedForward], outputs: feedForward };
  const keys = { name: "keys and values", width: Math.max(1, kvHeads / tensorParallel) * headDimension };
  return { inputs: [...queries, ...feedForward], outputs: [...queries, keys, ...feedForward] };
}

function expertProblems(split: QuantizedSplit, unit: string, size: number): string[] {
  const { model, tensorParallel } = split;
  if (model.expertSize === undefined) return [];
  const width = model.expertSize / tensorParallel;
  if (width % size === 0 || adaptsTo(split, width, size)) return [];
  return [`an expert of ${width} on each GPU isn't a whole number of ${unit}s of ${size} weights`];
}

/** Whether the engine's version can compute with smaller blocks or groups than the file has, on this GPU. */
function adaptsTo({ model, engineVersion, gpu }: QuantizedSplit, width: number, size: number): boolean {
  if (!Number.isInteger(width)) return false;
  const common = greatestCommonDivisor(greatestCommonDivisor(size, width), model.hiddenSize ?? size);
  if (common < smallestRefinedBlock) return false;
  if (model.quantization.startsWith("compressed-tensors")) return false;
  // AWQ and GPTQ go to the kernel for 16-bit activations, which halves the groups. [vLLM 0.31 moe_wna16.py]
  if (model.weightGroup !== undefined) return true;
  return knowsRefinement(engineVersion) && gpu.computeCapability >= refinedFrom;
}

/** 0.28 hasn't the function that later versions have; those between weren't read. */
function knowsRefinement(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 0 || minor >= 31;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function unique(widths: readonly Width[]): readonly Width[] {
  return [...new Map(widths.map((one) => [`${one.name} ${one.width}`, one])).values()];
}

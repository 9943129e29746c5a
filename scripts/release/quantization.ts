import type { Release } from "../../components/serving/release.ts";
import { type ModelConfig, UnsupportedModelError } from "./model-config.ts";

type Quantization = Pick<Release["model"], "quantization" | "weightBlock" | "weightGroup">;
type Fields = Readonly<Record<string, unknown>>;

/**
 * How the weights are stored, by the engine's name. [vLLM 0.31 model_executor/layers/quantization; compressed-tensors,
 * quantization/quant_config.py and CompressionFormat]
 * @param modelOpt `hf_quant_config.json`, which NVIDIA's Model Optimizer writes next to `config.json`
 * @throws UnsupportedModelError for a scheme whose bits the planner doesn't know
 */
export function quantizationOf(config: ModelConfig, modelOpt: unknown): Quantization {
  const fields = config.quantization_config ?? config.text_config?.quantization_config;
  if (fields === undefined || fields === null)
    return modelOpt === undefined ? { quantization: "none" } : modelOptimizer(modelOpt);
  const method = String(fields.quant_method ?? "");
  switch (method) {
    case "awq":
    case "gptq":
      return { quantization: ofFourBits(method, fields.bits), ...grouped(fields.group_size) };
    case "fp8":
      return { quantization: "fp8", ...blocked(fields.weight_block_size) };
    case "mxfp4":
    case "fbgemm_fp8":
      return { quantization: method };
    case "compressed-tensors":
      return compressedTensors(fields);
    case "modelopt":
      return modelOptimizer({ quantization: fields });
    default:
      throw new UnsupportedModelError(
        `its weights are quantized by "${method}", of which the planner has no figures`,
      );
  }
}

function ofFourBits(method: string, bits: unknown): string {
  if (bits === 4) return method;
  throw new UnsupportedModelError(`its ${method} weights have ${String(bits)} bits; the planner knows 4`);
}

function modelOptimizer(file: unknown): Quantization {
  const algorithm = String((file as { quantization?: Fields } | null)?.quantization?.quant_algo ?? "");
  if (algorithm === "FP8") return { quantization: "modelopt" };
  if (algorithm === "NVFP4") return { quantization: "modelopt_fp4" };
  throw new UnsupportedModelError(
    `its weights are quantized by Model Optimizer's "${algorithm}"; known: FP8, NVFP4`,
  );
}

/** One scheme for all layers; its name in the planner has bits and type. */
function compressedTensors({ config_groups: groups, format }: Fields): Quantization {
  const all = Object.values((groups ?? {}) as Record<string, Fields>);
  const names = new Set(all.map(schemeName));
  const [name] = names;
  if (name === undefined || names.size > 1)
    throw new UnsupportedModelError(
      `its compressed-tensors weights have ${names.size} schemes (format ${String(format)}); the planner takes one`,
    );
  const [weights] = all.map((group) => group.weights as Fields);
  return {
    quantization: name,
    ...grouped(weights?.group_size),
    ...(weights?.strategy === "block" ? blocked(weights.block_structure ?? "of unknown size") : {}),
  };
}

function schemeName(group: Fields): string {
  const weights = (group.weights ?? {}) as Fields;
  const inputs = group.input_activations as Fields | null | undefined;
  const scheme = `${String(weights.type)}${String(weights.num_bits)}/${inputs ? `${String(inputs.type)}${String(inputs.num_bits)}` : "16"}`;
  switch (scheme) {
    case "float8/float8":
    case "float8/16":
      return "compressed-tensors-fp8";
    case "int4/16":
      return "compressed-tensors-w4a16";
    case "int8/16":
      return "compressed-tensors-w8a16";
    case "int8/int8":
      return "compressed-tensors-w8a8-int8";
    case "int4/float8":
      return "compressed-tensors-w4a8-fp8";
    default:
      throw new UnsupportedModelError(
        `its compressed-tensors weights are ${scheme}, of which the planner has no figures`,
      );
  }
}

function grouped(size: unknown): Pick<Quantization, "weightGroup"> {
  return typeof size === "number" && size > 0 ? { weightGroup: size } : {};
}

/** Blocks of 128 × 128 in all public checkpoints. */
function blocked(size: unknown): Pick<Quantization, "weightBlock"> {
  if (size === undefined || size === null) return {};
  const [rows, columns] = Array.isArray(size) ? (size as unknown[]) : [];
  if (typeof rows === "number" && rows === columns) return { weightBlock: rows };
  throw new UnsupportedModelError(`its blocks of weights are ${JSON.stringify(size)}, not square`);
}

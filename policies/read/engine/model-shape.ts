import type { Attention, ModelFacts } from "../../data/models.ts";
import type { Value } from "../../framework/value.ts";

/** The annotation with the shape of a pod's model in JSON, for a model that the tables don't have. */
export const shapeAnnotation = "gantry.dev/model-shape";

/** Bits of a weight by how it is stored, scales included, as far as they add to the name. */
const bits: Readonly<Record<string, number>> = {
  none: 16,
  awq: 4.16,
  gptq: 4.16,
  fp8: 8,
  "compressed-tensors-fp8": 8,
  "compressed-tensors-w4a16": 4.16,
  "compressed-tensors-w8a8-int8": 8,
  "compressed-tensors-w4a8-fp8": 4.16,
  mxfp4: 4.25,
  nvfp4: 4.5,
};

/** A model's shape from a pod's annotation, with the model as `repository@commit`. */
export interface AnnotatedShape {
  readonly model: string;
  readonly facts: ModelFacts;
}

/** The shape in a pod's annotation; undefined where it is unreadable, incomplete or inconsistent. */
export function annotatedShape(annotation: Value): AnnotatedShape | undefined {
  if (typeof annotation !== "string") return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(annotation);
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const fields = parsed as Readonly<Record<string, unknown>>;
  const { model, quantization } = fields;
  const [weightsGiB, parametersB, hiddenSize] = ["weightsGiB", "parametersB", "hiddenSize"].map((name) =>
    positive(fields[name]),
  );
  const [layers, heads, kvHeads, headDimension] = ["layers", "heads", "kvHeads", "headDimension"].map(
    (name) => whole(fields[name]),
  );
  const attention = fields.attention === undefined ? undefined : attentionOf(fields.attention);
  if (typeof model !== "string" || typeof quantization !== "string") return undefined;
  if (!weightsGiB || !parametersB || !hiddenSize || !layers || !heads || !kvHeads || !headDimension)
    return undefined;
  if (fields.attention !== undefined && attention === undefined) return undefined;
  if (!agrees({ quantization, weightsGiB, parametersB })) return undefined;
  const facts = { quantization, weightsGiB, layers, heads, kvHeads, headDimension };
  return { model, facts: attention === undefined ? facts : { ...facts, attention } };
}

/** A digit that is missing makes a model fit that doesn't. Some matrices stay in 16 bits, so files may be heavier. */
function agrees(said: {
  readonly quantization: string;
  readonly weightsGiB: number;
  readonly parametersB: number;
}) {
  const each = Object.hasOwn(bits, said.quantization) ? bits[said.quantization] : undefined;
  if (each === undefined) return false;
  const least = (said.parametersB * 1e9 * each) / 8 / 2 ** 30;
  return said.weightsGiB >= 0.8 * least && said.weightsGiB <= 2 * least;
}

function attentionOf(value: unknown): Attention | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const [elements, tokens, layers] = ["elements", "tokens", "layers"].map((name) => whole(fields[name]));
  const stateMiB = positive(fields.stateMiB);
  if (fields.kind === "latent" && elements) return { kind: "latent", elements };
  if (fields.kind === "window" && tokens && layers) return { kind: "window", tokens, layers };
  if (fields.kind === "state" && layers && stateMiB) return { kind: "state", layers, stateMiB };
  return undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 && value < 1e9 ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return Number.isInteger(value) ? positive(value) : undefined;
}

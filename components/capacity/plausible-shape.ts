import { type ModelShape, widths } from "./model-shape.ts";
import { quantizationMethods } from "./quantization.ts";

/** A value in a shape that contradicts its other values. */
export interface ShapeProblem {
  /** The field, such as `weightsGiB`. */
  readonly field: keyof ModelShape;
  readonly value: unknown;
  readonly message: string;
}

/** Weights by parameters and bits are within these shares of the files': scales, and layers that stay in 16 bits. */
const weightShares = { least: 0.8, most: 1.5 };
/** Parameters of the layers by the rule of 12 × hidden² for each, as a share of what that gives. Public models: 0.8 to 2.3. */
const layerShares = { least: 0.4, most: 2.6 };
/** Width of all query heads by the hidden size. Public models: 0.8 to 2.3. */
const headShares = { least: 0.4, most: 4 };

/**
 * Contradictions within a shape: a missing digit would make a model fit that doesn't.
 * Only what the release names is compared, nothing that is derived from it.
 */
export function shapeProblems(model: ModelShape): ShapeProblem[] {
  return [...weightsProblem(model), ...layersProblem(model), ...headsProblem(model)];
}

function weightsProblem(model: ModelShape): ShapeProblem[] {
  const bits = quantizationMethods[model.quantization]?.bitsPerWeight;
  if (model.parametersB === undefined || bits === undefined) return [];
  const { hidden, vocabulary, parameters } = widths(model);
  // The vocabulary's two matrices stay in 16 bits.
  const kept = Math.min(parameters / 2, 2 * vocabulary * hidden);
  const expected = (kept * 16 + (parameters - kept) * bits) / 8 / 2 ** 30;
  const share = model.weightsGiB / expected;
  if (share >= weightShares.least && share <= weightShares.most) return [];
  return [
    {
      field: "weightsGiB",
      value: model.weightsGiB,
      message: `${model.parametersB} billion parameters in ${model.quantization} take about ${expected.toFixed(1)} GiB; correct weightsGiB, parametersB or quantization`,
    },
  ];
}

function layersProblem(model: ModelShape): ShapeProblem[] {
  if (model.hiddenSize === undefined) return [];
  const { hidden, vocabulary, activeParameters } = widths(model);
  const inLayers = activeParameters - Math.min(activeParameters / 2, 2 * vocabulary * hidden);
  const perLayer = 12 * hidden ** 2;
  const share = inLayers / (model.layers * perLayer);
  if (share >= layerShares.least && share <= layerShares.most) return [];
  return [
    {
      field: "layers",
      value: model.layers,
      message: `${(activeParameters / 1e9).toFixed(1)} billion parameters for each token and a hiddenSize of ${hidden} make about ${Math.round(inLayers / perLayer)} layers; correct layers, hiddenSize, weightsGiB or parametersB`,
    },
  ];
}

function headsProblem({ heads, kvHeads, headDimension, hiddenSize }: ModelShape): ShapeProblem[] {
  if (heads === undefined) return [];
  if (heads % kvHeads !== 0)
    return [
      {
        field: "kvHeads",
        value: kvHeads,
        message: `each key-value head serves the same number of query heads, and ${heads} don't divide by ${kvHeads}`,
      },
    ];
  const share = hiddenSize === undefined ? 1 : (heads * headDimension) / hiddenSize;
  if (share >= headShares.least && share <= headShares.most) return [];
  return [
    {
      field: "heads",
      value: heads,
      message: `${heads} heads of ${headDimension} elements don't go with a hiddenSize of ${hiddenSize}; correct heads, headDimension or hiddenSize`,
    },
  ];
}

import { widths } from "../capacity/model-shape.ts";
import type { Release } from "./release.ts";

/**
 * What a model takes of a GPU, as JSON on its pods: policies check with it whether it fits, without a table of their own
 * for each model.
 */
export function shapeText({ model }: Release): string {
  const { hidden, parameters } = widths(model);
  return JSON.stringify({
    model: `${model.repository}@${model.revision}`,
    quantization: model.quantization,
    weightsGiB: model.weightsGiB,
    parametersB: Number((parameters / 1e9).toPrecision(4)),
    hiddenSize: Math.round(hidden),
    layers: model.layers,
    heads: model.heads ?? Math.max(1, Math.round(hidden / model.headDimension)),
    kvHeads: model.kvHeads,
    headDimension: model.headDimension,
    attention: attention(model),
  });
}

function attention({ attention: kept }: Release["model"]): object | undefined {
  switch (kept?.kind) {
    case "mla":
      return { kind: "latent", elements: kept.latentDimension };
    case "sliding-window":
      return { kind: "window", tokens: kept.window, layers: kept.slidingLayers };
    case "hybrid":
      return { kind: "state", layers: kept.attentionLayers, stateMiB: kept.stateMiBPerSequence };
    default:
      return undefined;
  }
}

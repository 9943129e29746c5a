import { providerModels, type Retirement } from "../../data/provider-models.ts";
import { at, type Value } from "../../framework/value.ts";
import { printable } from "../text/printable.ts";
import { providerModel } from "../text/provider-model.ts";
import { gatewayModels } from "./gateway-config.ts";

/** A model of an outside provider that a configuration pins. */
export interface PinnedModel {
  /** Of its name, as `model_list.0.litellm_params.model`. */
  readonly path: string;
  readonly where: string;
  /** As it may be shown. */
  readonly name: string;
  /** What is known about its retirement; undefined where its provider's pages weren't read for it. */
  readonly retirement: Retirement | undefined;
}

/** The pinned models of a configuration, and unreadable names in their place; provider-model-pinned checks others. */
export function pinnedModels(root: Value): readonly PinnedModel[] {
  return gatewayModels(root).flatMap(({ path, where, params, info }) => {
    const model = at(params, "model");
    const base = at(info, "base_model");
    const found = { path: `${path}.litellm_params.model`, where };
    if (typeof model !== "string") return [{ ...found, name: "a model", retirement: undefined }];
    const reference = providerModel(model, typeof base === "string" ? base : undefined);
    if (reference.is !== "pinned") return [];
    const name = printable("providerModel", reference.name);
    return [{ ...found, name, retirement: providerModels.get(reference.name) }];
  });
}

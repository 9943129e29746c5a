import { type Colour, colours } from "../components/serving/traffic.ts";
import type { ModelSettings, SlotSettings } from "./schema.ts";

/** A slot that a model has. */
export interface ConfiguredSlot {
  readonly colour: Colour;
  readonly slot: SlotSettings;
}

/** The slots of a model, blue before green. */
export function slotsOf(model: Pick<ModelSettings, Colour>): ConfiguredSlot[] {
  return colours.flatMap((colour) => {
    const slot = model[colour];
    return slot === undefined ? [] : [{ colour, slot }];
  });
}

/** The generation of the key that a slot's engines take. */
export function keyGeneration({ keyGeneration = 1 }: SlotSettings): number {
  return keyGeneration;
}

import { engineKey } from "../../components/secrets/secret-names.ts";
import { other } from "../../components/serving/traffic.ts";
import { own } from "../../components/shared/own.ts";
import type { Config } from "../../stacks/config.ts";
import { keyGeneration, slotsOf } from "../../stacks/slots.ts";
import { read, up } from "./commands.ts";
import type { RotationArgs, RotationStep } from "./rotation-step.ts";

/** The standby gets a new key and then the traffic; the gateway holds both keys. */
export async function modelStep(
  config: Config,
  model: string,
  { finish, exists }: RotationArgs,
): Promise<RotationStep> {
  const { environment, models } = config;
  const settings = own(models, model);
  if (settings === undefined) throw new RangeError(`no model ${model}`);
  const { live } = settings.traffic;
  const standby = settings[other(live)];
  const generation = (slot = settings[live]) => (slot === undefined ? 0 : keyGeneration(slot));
  const again = `npm run rotate -- ${environment} models/${model}`;
  const path = (colour: string) => ["models", model, colour, "keyGeneration"];
  const [now, waiting] = [generation(), generation(standby)];
  const newest = Math.max(
    ...Object.values(models)
      .flatMap(slotsOf)
      .map(({ slot }) => keyGeneration(slot)),
  );
  // Models share keys: one that another model has already comes before a further one, since the gateway holds two.
  const next = newest > now ? newest : now + 1;
  if (standby === undefined)
    return {
      after: [
        `Pulumi.${environment}.yaml: add models.${model}.${other(live)}, a copy of ${live} with keyGeneration: ${next}; an engine takes one key, so with another one in the only slot callers would be refused while its replicas are replaced`,
        `${again}: the next step`,
        `when the rotation is over: take the slot out again that isn't live`,
      ],
    };
  if (waiting === now && finish)
    return {
      after: [`both slots of ${model} take key ${now}: the rotation is over once ${up(environment)} has run`],
    };
  if (waiting === now)
    return {
      edit: { path: path(other(live)), value: next },
      after: [
        `${up(environment)}: gives ${model}'s ${other(live)} slot key ${next}; the gateway sends both`,
        `${again}: the next step`,
      ],
    };
  if (waiting > now) {
    const name = `gantry/${environment}/${engineKey(waiting)}`;
    const made = await exists(name);
    return {
      after: [
        ...(made
          ? [
              `give clients that bypass the gateway the new key as well as the previous one: ${read(config, name)}`,
            ]
          : [`${up(environment)}: gives ${model}'s ${other(live)} slot key ${waiting}`]),
        `npm run switch -- ${environment} ${model} ${other(live)}: sends the traffic to the slot with the new key`,
        `${again} --finish: when no rollback is wanted any more`,
      ],
    };
  }
  if (!finish)
    return {
      after: [
        `${again} --finish: when no rollback is wanted any more; key ${waiting} opens nothing after it`,
      ],
    };
  return {
    edit: { path: path(other(live)), value: now },
    after: [`${up(environment)}: from then on key ${waiting} opens nothing of ${model}`],
  };
}

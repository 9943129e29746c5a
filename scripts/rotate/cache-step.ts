import { cachePassword } from "../../components/secrets/secret-names.ts";
import type { Config } from "../../stacks/config.ts";
import { passwordsOf } from "../../stacks/generated-secrets.ts";
import { up } from "./commands.ts";
import type { RotationArgs, RotationStep } from "./rotation-step.ts";

/** The cache takes two passwords at once, until all pods of the gateway have the new one. */
export async function cacheStep(
  { environment }: Config,
  cache: NonNullable<Config["cache"]["create"]>,
  { finish, exists }: RotationArgs,
): Promise<RotationStep> {
  const passwords = passwordsOf(cache);
  const path = ["cache", "create", "passwords"];
  const newest = passwords.at(-1) ?? 1;
  const again = `npm run rotate -- ${environment} redis`;
  const made = await exists(`gantry/${environment}/${cachePassword(newest)}`);
  const makes = (number: number) =>
    `${up(environment)}: adds password ${number} to the cache in addition to the previous one, and replaces the gateway's pods`;
  if (passwords.length === 1) {
    if (finish && !made)
      throw new Error(`password ${newest} has no value yet: ${up(environment)}, first. Nothing was changed`);
    if (finish)
      return {
        after: [
          `the cache has one password, number ${newest}: the rotation is over once ${up(environment)} has run`,
        ],
      };
    return {
      edit: { path, value: [newest, newest + 1] },
      after: [makes(newest + 1), `${again} --finish: once it has run to its end`],
    };
  }
  if (!made) return { after: [makes(newest), `${again} --finish: once it has run to its end`] };
  if (!finish)
    return {
      after: [
        "kubectl --namespace gateway rollout status deployment gateway: when it reports success, all pods have the new password",
        `${again} --finish: the one before is revoked`,
      ],
    };
  return {
    edit: { path, value: [newest] },
    after: [`${up(environment)}: from then on the cache takes password ${newest} alone`],
  };
}

import { tenantKey } from "../../components/secrets/secret-names.ts";
import { own } from "../../components/shared/own.ts";
import type { Config } from "../../stacks/config.ts";
import { read, up } from "./commands.ts";
import type { RotationArgs, RotationStep } from "./rotation-step.ts";

/** Two keys of a tenant are valid at once, until the one before is revoked. */
export async function tenantStep(
  config: Config,
  tenant: string,
  { finish, exists }: RotationArgs,
): Promise<RotationStep> {
  const { environment } = config;
  const keys = own(config.tenants, tenant)?.keys ?? [1];
  const path = ["tenants", tenant, "keys"];
  const newest = Math.max(...keys);
  const name = `gantry/${environment}/${tenantKey(tenant, newest)}`;
  const again = `npm run rotate -- ${environment} tenants/${tenant}`;
  if (keys.length === 1) {
    if (finish && !(await exists(name)))
      throw new Error(`${name} has no value yet: ${up(environment)}, first. Nothing was changed`);
    if (finish)
      return {
        after: [
          `${tenant} has one key, number ${newest}: the rotation is over once ${up(environment)} has run`,
        ],
      };
    return {
      edit: { path, value: [newest, newest + 1] },
      after: [`${up(environment)}: makes key ${newest + 1}; both are valid`, `${again}: the next step`],
    };
  }
  if (!(await exists(name)))
    return { after: [`${up(environment)}: makes key ${newest}; both are valid`, `${again}: the next step`] };
  if (!finish)
    return {
      after: [
        `give ${tenant} its new key: ${read(config, name)}`,
        `and its new key for signing, if its servers sign users: ${read(config, `${name}/signing`)}`,
        `${again} --finish: when all its clients send the new one; the one before is revoked`,
      ],
    };
  return {
    edit: { path, value: [newest] },
    after: [`${up(environment)}: revokes ${keys.filter((key) => key !== newest).join(", ")} within a minute`],
  };
}

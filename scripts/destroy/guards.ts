import { urnName } from "../plan/resource.ts";
import type { Exported } from "../recover/state.ts";

/** Why the stack's file doesn't let an environment be destroyed, and what to do first; or undefined. */
export function heldByFile({
  environment,
  protect,
}: {
  readonly environment: string;
  readonly protect: boolean;
}): string | undefined {
  if (!protect) return undefined;
  const lift = `pulumi config set --stack ${environment} gantry:protect false`;
  return `Pulumi.${environment}.yaml has gantry:protect: true. Lift it in a reviewed change: ${lift}, and pulumi up (docs/operations/take-down.md). Nothing was deleted`;
}

/** Why the stack's state doesn't let it, and what to do first; or undefined. */
export function heldByState(environment: string, { deployment }: Exported): string | undefined {
  const resources = deployment.resources ?? [];
  const held = resources.filter((resource) => (resource as { readonly protect?: boolean }).protect === true);
  if (held.length > 0)
    return `${held.length} of ${environment}'s resources ${held.length === 1 ? "is" : "are"} still protected, such as ${held
      .slice(0, 3)
      .map(({ urn }) => urnName(urn))
      .join(
        ", ",
      )}: run pulumi up --stack ${environment} first, so that the lifted protection reaches them. Nothing was deleted`;
  const pending = deployment.pending_operations ?? [];
  if (pending.length > 0)
    return `${pending.length} of ${environment}'s operations ${pending.length === 1 ? "isn't" : "aren't"} finished: where an update is running, wait for its end; one that was interrupted is settled by npm run recover -- ${environment}, or what it made stays behind. Nothing was deleted`;
  return undefined;
}

import { access } from "./changes/access.ts";
import type { Change } from "./changes/change.ts";
import { inAccount } from "./changes/in-account.ts";
import { inCluster } from "./changes/in-cluster.ts";
import { platform } from "./changes/platform.ts";
import { teamServices } from "./changes/services.ts";

/** What a platform team adds that has nothing to do with models. */
export const changes: readonly Change[] = [
  ...inCluster,
  ...inAccount,
  ...access,
  ...platform,
  ...teamServices,
];

import { z } from "zod";
import type { CapacityType } from "../capacity/cost.ts";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import type { Given } from "../shared/exactly-one.ts";
import { strict } from "../shared/problems.ts";
import { disk, whole } from "../shared/schema-fields.ts";

/** GPUs of a pool: more can only be a slip, and each is placed one by one. */
const mostGpus = 10_000;
const reservationId = z.string().regex(/^cr-[0-9a-f]+$/, "a capacity reservation's id such as cr-0a1b2c3d");
/** The Pulumi CLI reads a day without quotes as a time, and writes it as Go does. */
const day = z
  .string("a day such as 2027-01-15")
  .transform((value) => value.replace(/ 00:00:00 \+0000 UTC$/, ""))
  .pipe(z.iso.date("a day such as 2027-01-15"));

const pool = strict({
  instanceTypes: z.array(z.string()).min(1, "at least one instance type"),
  /** Where instances come from. Karpenter takes reserved before spot before on-demand, whatever the order here. */
  capacity: z
    .array(z.enum(["reserved", "spot", "on-demand"], 'allowed: "reserved", "spot", "on-demand"'))
    .min(1, "at least one of reserved, spot, on-demand"),
  /** Capacity reservations that `reserved` may use. One that ends, such as a Capacity Block, is warned of a week before. */
  reservations: z
    .array(z.union([reservationId, strict({ id: reservationId, ends: day })]))
    .min(1, "at least one, or leave it out")
    .optional(),
  maxGpus: whole(1, "GPUs").max(mostGpus, `at most ${mostGpus} GPUs`),
  /** Root disk of a node, for the system and its logs; images are on the instance store. @default 100 */
  diskGiB: disk(100).optional(),
});

type Reserved = Given<z.infer<typeof pool>, "capacity" | "reservations">;
/** Without reservations nothing is reserved. */
interface Unreserved {
  readonly capacity: readonly Exclude<CapacityType, "reserved">[];
  readonly reservations?: undefined;
}

/** One kind of GPU node. */
export type GpuPoolSettings = DeepReadonly<
  Omit<z.infer<typeof pool>, keyof Reserved> & (Reserved | Unreserved)
>;

/** One kind of GPU node, which has reservations if and only if its capacity includes them. */
export const gpuPoolSchema = pool.superRefine(({ capacity, reservations }, { addIssue }) => {
  const reserved = capacity.includes("reserved");
  if (reserved === (reservations !== undefined)) return;
  addIssue(
    reserved
      ? {
          code: "custom",
          path: ["reservations"],
          message: "capacity has reserved, so name the capacity reservations (cr-…), or take reserved out",
        }
      : {
          code: "custom",
          path: ["capacity"],
          message: "add reserved, or the reservations are paid and not used",
        },
  );
}) as unknown as z.ZodType<GpuPoolSettings>;

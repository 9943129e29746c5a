import { instanceType } from "../../components/capacity/instances.ts";
import type { Config } from "../../stacks/config.ts";
import type { PreflightFinding } from "./finding.ts";
import { minimumGpus } from "./quotas.ts";

type Found = Omit<PreflightFinding, "check">;

/** Zones in which each instance type is offered, by its name; as ids and as names. */
export type Offerings = Readonly<Record<string, readonly string[]>>;

/** Whether every instance type is offered where the environment's subnets are. @param zones ids or names */
export function offeringFindings(config: Config, zones: readonly string[], offered: Offerings): Found[] {
  const { region } = config.account;
  const used = [
    ...Object.entries(config.pools).map(([pool, { instanceTypes }]) => ({
      by: `pool ${pool}`,
      types: instanceTypes,
    })),
    { by: "system nodes", types: [config.cluster.systemNodes.instanceType] },
  ];
  return used.flatMap(({ by, types }) =>
    types.flatMap((type): Found[] => {
      const where = offered[type] ?? [];
      const missing = zones.filter((zone) => !where.includes(zone));
      if (missing.length === 0) return [];
      const level = missing.length === zones.length && types.length === 1 ? "fault" : "warning";
      const fix = `aws ec2 describe-instance-type-offerings --location-type availability-zone-id --filters Name=instance-type,Values=${type} --region ${region}`;
      const elsewhere =
        where.length > 0 ? `; ${region} offers it in ${where.join(", ")}` : `; ${region} doesn't offer it`;
      return [{ level, message: `${by}: ${type} isn't offered in ${missing.join(", ")}${elsewhere}`, fix }];
    }),
  );
}

/** A capacity reservation, as EC2 describes it. */
export interface ReservationFacts {
  readonly id: string;
  readonly state: string;
  readonly type: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly total: number;
  readonly available: number;
  /** In the form `YYYY-MM-DD`. */
  readonly ends: string | undefined;
}

const soonDays = 7;

/** Whether reservations are live, of the pool's type, in its zones, and hold what the slots need. */
export function reservationFindings(
  config: Config,
  zones: readonly string[],
  found: readonly ReservationFacts[],
): Found[] {
  const look = (id: string) =>
    `aws ec2 describe-capacity-reservations --capacity-reservation-ids ${id} --region ${config.account.region}`;
  return Object.entries(config.pools).flatMap(([pool, { reservations = [], instanceTypes }]) => {
    const ids = reservations.map((each) => (typeof each === "string" ? each : each.id));
    const ours = ids.map((id) => found.find((each) => each.id === id));
    const fault = (id: string, what: string): Found => ({
      level: "fault",
      message: `pool ${pool}: ${id} ${what}`,
      fix: look(id),
    });
    const each = ids.flatMap((id, index): Found[] => {
      const one = ours[index];
      if (one === undefined) return [fault(id, "isn't a reservation of this account and region")];
      const { state, type, zone, zoneId, ends } = one;
      const soon = new Date(Date.parse(config.today) + soonDays * 86_400_000).toISOString().slice(0, 10);
      return [
        ...(state === "active" ? [] : [fault(id, `is ${state}, not active`)]),
        ...(instanceTypes.includes(type)
          ? []
          : [fault(id, `holds ${type}, the pool takes ${instanceTypes.join(", ")}`)]),
        ...(zones.includes(zone) || zones.includes(zoneId)
          ? []
          : [fault(id, `is in ${zoneId} (${zone}), the subnets are in ${zones.join(", ")}`)]),
        ...(ends !== undefined && ends <= soon && state === "active"
          ? [{ level: "warning", message: `pool ${pool}: ${id} ends on ${ends}`, fix: look(id) } as const]
          : []),
      ];
    });
    const held = ours.reduce(
      (sum, one) => sum + (one?.total ?? 0) * (instanceType(one?.type ?? "")?.gpu?.count ?? 0),
      0,
    );
    const needed = minimumGpus(config, pool);
    const isShort = ids.length > 0 && each.length === 0 && held < needed;
    return [
      ...each,
      ...(isShort
        ? [fault(ids.join(", "), `holds ${held} GPUs, all slots at min replicas take ${needed}`)]
        : []),
    ];
  });
}

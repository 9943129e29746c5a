/** A capacity reservation that a pool may use: its id, and the day on which it ends where it has one. */
export type Reservation = string | { readonly id: string; readonly ends: string };

/** A reservation whose end is known. */
export interface EndingReservation {
  readonly id: string;
  /** The day on which it ends, UTC, as `YYYY-MM-DD`: a Capacity Block at 11:30, its instances from 11:00 on. [EC2, Capacity Blocks] */
  readonly ends: string;
}

/** Days before its end from which a reservation is worth a warning: a Capacity Block is extended by days or weeks, and only while AWS has room. */
export const reservationWarningDays = 7;

const secondsPerDay = 86_400;

/** The ids of capacity reservations, such as `cr-0123456789abcdef0`, in their order. */
export function reservationIds(reservations: readonly Reservation[]): string[] {
  return reservations.map((reservation) => (typeof reservation === "string" ? reservation : reservation.id));
}

/** The reservations that end on a known date, such as capacity blocks. */
export function endingReservations(reservations: readonly Reservation[] = []): EndingReservation[] {
  return reservations.flatMap((reservation) => (typeof reservation === "string" ? [] : [reservation]));
}

/** Seconds since 1970 at which the day of its end begins, UTC. */
export function endSeconds({ ends }: EndingReservation): number {
  return Date.parse(`${ends}T00:00:00Z`) / 1000;
}

/**
 * The message for a reservation that ends within a week or has ended.
 * @param today in the form `YYYY-MM-DD`
 * @returns `undefined` where there is time
 */
export function reservationWarning(reservation: EndingReservation, today: string): string | undefined {
  const { id, ends } = reservation;
  const days = (endSeconds(reservation) - endSeconds({ id, ends: today })) / secondsPerDay;
  if (days > reservationWarningDays) return undefined;
  if (days < 0) {
    return `reservation ${id} ended on ${ends}: AWS has terminated its instances; name another one, or remove it`;
  }
  const when = days === 0 ? "today" : days === 1 ? "tomorrow" : `in ${days} days`;
  return `reservation ${id} ends ${when} (${ends}): AWS terminates its instances; extend it and update its date, add another one, or move the pool's models`;
}

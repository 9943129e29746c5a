/** Errors by which a service says that something isn't there. */
const absent =
  /NotFound|NoSuch|NonExistent|InvalidVpcID|InvalidSubnetID|InvalidCapacityReservationId|^ParameterNotFound$/;

/** What a service answers, or `undefined` where it says that there is no such thing. */
export async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: Error) => {
    if (absent.test(error.name)) return undefined;
    throw error;
  });
}

/** A date as `YYYY-MM-DD`. */
export function day(date: Date | undefined): string | undefined {
  return date?.toISOString().slice(0, 10);
}

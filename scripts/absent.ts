/** Errors by which a service of AWS says that something isn't there. */
const anyAbsent =
  /NotFound|NoSuch|NonExistent|InvalidVpcID|InvalidSubnetID|InvalidCapacityReservationId|^ParameterNotFound$/;

/**
 * What a service answers, or `undefined` where it says that there is no such thing.
 * @param absent matches the names of the errors that say so
 */
export async function unlessAbsent<T>(answer: Promise<T>, absent = anyAbsent): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && absent.test(error.name)) return undefined;
    throw error;
  }
}

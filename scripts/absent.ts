/** Errors with which an AWS service reports that a resource doesn't exist. */
const anyAbsent =
  /NotFound|NoSuch|NonExistent|InvalidVpcID|InvalidSubnetID|InvalidCapacityReservationId|^ParameterNotFound$/;

/**
 * A service's answer, or `undefined` if the resource doesn't exist.
 * @param absent matches the names of the errors that mean so
 */
export async function unlessAbsent<T>(answer: Promise<T>, absent = anyAbsent): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && absent.test(error.name)) return undefined;
    throw error;
  }
}

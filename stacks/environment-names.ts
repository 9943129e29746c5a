/** An environment's name in AWS, such as `gantry-dev`. */
export function environmentName(environment: string): string {
  return `gantry-${environment}`;
}

/** The tags on all that AWS bills for an environment, by which it is found again. */
export function environmentTags(environment: string): Readonly<Record<string, string>> {
  return { Project: "gantry", Environment: environment, ManagedBy: "pulumi" };
}

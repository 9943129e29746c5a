/** Whether a change of a file can change an environment's plan, or the policies that check it. */
export function concerns(file: string, environment: string): boolean {
  if (/^(?:docs|test|\.github|\.ci)\/|^[^/]+\.md$/.test(file)) return false;
  const only = /^(?:Pulumi\.(.+)\.yaml|policies\/config\/(.+)\.json)$/.exec(file);
  return only === null || only.slice(1).includes(environment);
}

/** Whether a change of a file can change the policies' findings for the same resources. */
export function isOfPolicies(file: string): boolean {
  return /^(?:policies\/|package(?:-lock)?\.json$)/.test(file);
}

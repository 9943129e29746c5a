/** Whether a change of a file can change what an environment plans, or what its plan is judged by. */
export function concerns(file: string, environment: string): boolean {
  if (/^(?:docs|test|\.github|\.ci)\/|^[^/]+\.md$/.test(file)) return false;
  const only = /^(?:Pulumi\.(.+)\.yaml|policies\/config\/(.+)\.json)$/.exec(file);
  return only === null || only.slice(1).includes(environment);
}

/** Whether a change of a file can change what policies say of the same resources. */
export function isOfPolicies(file: string): boolean {
  return /^(?:policies\/|package(?:-lock)?\.json$)/.test(file);
}

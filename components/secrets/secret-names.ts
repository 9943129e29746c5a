/** A value that the program generates: only the readers of its secret need it. */
export interface GeneratedSecret {
  /** What follows the environment's prefix in its name, as `engine-api-key`. */
  readonly subject: string;
  /** The prefix of the value, so that people and scanners recognize a leaked one. */
  readonly beginsWith?: string;
  /** Whether taking it out of the configuration revokes it, immediately and for good. @default guarded according to `protect` */
  readonly revocable?: true;
}

/** Generated secrets other than the engines' and the tenants' keys. */
export const grafanaAdmin = "grafana-admin";
export const gatewayMasterKey = "gateway-master-key";
/** The key that Prometheus sends to the gateway, valid for metrics only. */
export const gatewayMetricsKey = "gateway-metrics-key";
/** A password of the cache. @param number of those that were generated, from 1 */
export function cachePassword(number: number): string {
  return number === 1 ? "redis" : `redis-${number}`;
}

/** The key of engines of a generation, from 1. */
export function engineKey(generation: number): string {
  return generation === 1 ? "engine-api-key" : `engine-api-key-${generation}`;
}

/** The key that a tenant sends. @param number of its generated keys, from 1 */
export function tenantKey(tenant: string, number: number): string {
  return `tenants/${tenant}/${number}`;
}

/** The key with which a tenant's server vouches for its users: it never leaves that server, as the other one may. */
export function tenantSigningKey(tenant: string, number: number): string {
  return `${tenantKey(tenant, number)}/signing`;
}

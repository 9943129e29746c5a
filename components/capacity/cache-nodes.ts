/**
 * Node types of ElastiCache for Valkey with their on-demand price in us-east-1, in US dollars an hour: those for Redis
 * OSS as known on 2026-11-20, less the 20 % by which AWS prices Valkey below them. [aws.amazon.com/elasticache/pricing]
 */
export const cacheNodeTypes: Readonly<Record<string, number>> = {
  "cache.t4g.micro": 0.0128,
  "cache.t4g.small": 0.0256,
  "cache.t4g.medium": 0.052,
  "cache.m7g.large": 0.1264,
  "cache.m7g.xlarge": 0.252,
  "cache.r7g.large": 0.1752,
  "cache.r7g.xlarge": 0.3496,
};

/** AWS resources that accept passwords among their arguments. [@pulumi/aws 7.48, sensitive arguments] */
export const withPasswords = [
  "aws:apigateway/stage:Stage",
  "aws:apigatewayv2/stage:Stage",
  "aws:cloudwatch/eventConnection:EventConnection",
  "aws:cognito/identityProvider:IdentityProvider",
  "aws:dms/endpoint:Endpoint",
  "aws:docdb/cluster:Cluster",
  "aws:elasticache/user:User",
  "aws:memorydb/user:User",
  "aws:mq/broker:Broker",
  "aws:opensearch/domain:Domain",
  "aws:redshift/cluster:Cluster",
];

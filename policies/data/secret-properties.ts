/**
 * Properties whose value is a secret by design, by resource type. Such a value is checked by its origin, since
 * a generated key has the shape of a key once it is known. Write-only properties aren't kept by the provider, but
 * Pulumi keeps all inputs in its state. [github.com/pulumi/pulumi-terraform-bridge/issues/3201]
 */
export const secretProperties: Readonly<Record<string, readonly string[]>> = {
  "aws:secretsmanager/secretVersion:SecretVersion": ["secretString", "secretBinary", "secretStringWo"],
  "aws:ssm/parameter:Parameter": ["value", "valueWo", "insecureValue"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["authToken", "authTokenWo"],
};

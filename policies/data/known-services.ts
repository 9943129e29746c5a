/** Providers whose resources rules read, or that make nothing that runs. */
const providers = ["eks", "gantry", "kubernetes", "pulumi", "random"];

/**
 * Services of AWS that run no program of ours, or whose programs rules read: `ec2`, `ecs`, `batch` and `lambda` are for
 * compute-runs-no-model. The others can run a model, or anything that a template defines, and are refused until someone lists
 * them: SageMaker, Bedrock, App Runner, Lightsail, EMR, Glue, CodeBuild, GameLift, Elastic Beanstalk, CloudFormation,
 * Cloud Control and their like. So are those that let others in by means that no rule reads: chat channels with a role,
 * roles for foreign certificates, shares with other accounts, registries that everyone may read, and MemoryDB, which the rules for caches don't read. [@pulumi/aws 7.48, modules; AWS service pages, 2026-11]
 */
const awsServices =
  "accessanalyzer account acm acmpca alb amp apigateway apigatewayv2 appautoscaling appconfig appsync athena " +
  "auditmanager autoscaling backup batch budgets ce cfg cloudfront cloudtrail cloudwatch codeartifact " +
  "codecommit codeconnections codedeploy codepipeline codestarnotifications cognito computeoptimizer costexplorer " +
  "costoptimizationhub cur datasync dax detective devopsguru directconnect directoryservice dlm dms docdb drs dsql " +
  "dynamodb ebs ec2 ec2clientvpn ec2transitgateway ecr ecs efs eks elasticache elasticsearch elb fis fms fsx " +
  "glacier globalaccelerator grafana guardduty iam identitystore inspector inspector2 keyspaces kinesis kms " +
  "lakeformation lambda lb licensemanager macie2 mq msk neptune networkfirewall networkmanager " +
  "networkmonitor notifications oam observabilityadmin opensearch organizations pipes rbin rds redshift " +
  "redshiftserverless resiliencehub resourceexplorer resourcegroups route53 route53domains " +
  "route53recoverycontrol route53recoveryreadiness rum s3 s3control s3tables savingsplans scheduler schemas " +
  "secretsmanager securityhub securitylake servicediscovery servicequotas ses sesv2 sfn shield signer sns sqs ssm " +
  "ssmcontacts ssmincidents ssoadmin storagegateway swf timestreaminfluxdb timestreamquery timestreamwrite transfer " +
  "verifiedaccess verifiedpermissions vpc vpclattice vpn waf wafregional wafv2 xray";

/**
 * Types of these services that run what no rule reads: controllers that AWS hosts, commands on instances, tasks and
 * machine images of other forms than those that rules read; and those that let in others' machines. [@pulumi/aws 7.48; the services' user guides, 2026-11]
 */
export const unreadTypes: ReadonlySet<string> = new Set([
  "aws:cfg/conformancePack",
  "aws:cfg/organizationConformancePack",
  "aws:codepipeline/pipeline",
  "aws:ecs/daemonTaskDefinition",
  "aws:ecs/expressGatewayService",
  "aws:eks/capability",
  "aws:lambda/microvmsImage",
  "aws:opensearch/serverlessSecurityPolicy",
  "aws:ssm/activation",
  "aws:ssm/association",
  "aws:ssm/document",
  "aws:ssm/maintenanceWindowTask",
  "aws:ssm/quicksetupConfigurationManager",
]);

/** Each as a provider, or as a provider and one of its services. */
export const knownServices: readonly string[] = [
  ...providers,
  ...awsServices.split(" ").map((service) => `aws:${service}`),
];

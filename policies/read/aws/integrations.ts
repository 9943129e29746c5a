import { at, isFields, isList, type Value } from "../../framework/value.ts";

/** Where resources name the service that they call, by their type. */
const callers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "aws:sfn/stateMachine:StateMachine": [["definition"]],
  "aws:scheduler/schedule:Schedule": [["target", "arn"]],
  "aws:pipes/pipe:Pipe": [["target"], ["enrichment"]],
  "aws:cloudwatch/eventTarget:EventTarget": [["arn"]],
  "aws:apigateway/integration:Integration": [["uri"]],
  "aws:apigatewayv2/integration:Integration": [["integrationUri"]],
  "aws:appsync/dataSource:DataSource": [["type"], ["httpConfig", "endpoint"]],
  "aws:budgets/budgetAction:BudgetAction": [["definition", "ssmActionDefinition", "actionSubType"]],
  "aws:cfg/remediationConfiguration:RemediationConfiguration": [["targetType"]],
  "aws:fis/experimentTemplate:ExperimentTemplate": [["actions"]],
  "aws:ssmincidents/responsePlan:ResponsePlan": [["action", "ssmAutomations"]],
};

/** Modules of the provider for services that have another name in ARNs. [@pulumi/aws 7.48; IAM, service prefixes] */
const modules: ReadonlyMap<string, string> = new Map([
  ["elasticloadbalancing", "lb"],
  ["es", "opensearch"],
  ["events", "cloudwatch"],
  ["eventbridge", "cloudwatch"],
  ["execute-api", "apigateway"],
  ["firehose", "kinesis"],
  ["logs", "cloudwatch"],
  ["cloudwatchlogs", "cloudwatch"],
  ["sesv2", "ses"],
  ["states", "sfn"],
]);
/** Integrations of Step Functions that call no service of AWS, or none in particular. */
const plain = ["activity", "http"];
/** Actions of covered services that create pods, machines or functions, or run commands on machines. */
const starting =
  /^(?:eks:(?:runJob|call|create\w+|injectKubernetesCustomResource)|ec2:(?:runInstances|runScheduledInstances|createFleet|createLaunchTemplate\w*|request\w+)|autoscaling:(?:create|update)\w+|ssm:(?:sendCommand|startAutomationExecution|startSession|create(?:Association|Document|Activation)\w*)|iam:(?:add|attach|create|put|set|update)\w+|lambda:(?:createFunction|updateFunctionCode)|ecs:registerTaskDefinition|batch:registerJobDefinition)$/i;

/** A service's action that a resource calls without a program of its own. */
export interface Integration {
  readonly path: string;
  /** Such as `aws:service`, or as `aws:service/action` for one that starts a program. */
  readonly name: string;
}

/** What a state machine, a schedule, a pipe or an event rule calls. */
export function integrations({
  type,
  props,
}: {
  readonly type: string;
  readonly props: Value;
}): Integration[] {
  return (callers[type] ?? []).flatMap((path) => {
    const value = at(props, ...path);
    const names = new Set(
      strings(value).flatMap((text) => [...called(text), ...calledOtherwise(type, path, text)]),
    );
    return [...names].map((name) => ({ path: path.join("."), name }));
  });
}

/** Models behind an address of AWS's. [Bedrock and SageMaker, endpoints] */
const models: ReadonlyMap<RegExp, string> = new Map([
  [/(?:^|[./:])bedrock(?:-[a-z-]+)?[.:]|AMAZON_BEDROCK/, "aws:bedrock"],
  [/(?:^|[./:])(?:runtime|api)\.sagemaker\b/, "aws:sagemaker"],
]);

/** Calls that have other names than ARNs of services. [API Gateway, integrations; AppSync, data sources; FIS, actions] */
function calledOtherwise(type: string, path: readonly string[], text: string): string[] {
  const found = [...models].flatMap(([shape, name]) => (shape.test(text) ? [name] : []));
  switch (path.at(-1)) {
    case "uri":
    case "integrationUri":
    case "type":
    case "endpoint":
      return found;
    case "actions": {
      // As `aws:ssm:send-command`.
      const [, service = "", action = ""] = /^aws:([\w-]+):([\w-]+)$/.exec(text) ?? [];
      const name = action.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      return starting.test(`${service}:${name}`) ? [`aws:${service}/${name}`] : [];
    }
    case "targetType":
    case "actionSubType":
      return text === "SSM_DOCUMENT" || path.at(-1) === "actionSubType"
        ? ["aws:ssm/startAutomationExecution"]
        : [];
    case "ssmAutomations":
      return ["aws:ssm/startAutomationExecution"];
    default:
      // An event or a schedule that runs a document of Systems Manager.
      return /^arn:aws[\w-]*:ssm:[^:]*:\d*:(?:document|automation-definition)\//.test(text) &&
        type.startsWith("aws:cloudwatch/")
        ? ["aws:ssm/sendCommand"]
        : [];
  }
}

/** `arn:aws:states:::aws-sdk:service:action`, the same of a schedule, or the ARN of what is started. */
function called(text: string): string[] {
  return [
    ...text.matchAll(/arn:aws[\w-]*:([\w-]+):[\w-]*:\d*:(?:aws-sdk:)?([\w-]*)(?::([A-Za-z]\w*))?/g),
  ].flatMap(([whole, service = "", first = "", action = ""]) => {
    const isCall = (service === "states" || service === "scheduler") && /:::/.test(whole);
    const name = isCall ? first : service;
    if (isCall && plain.includes(name)) return [];
    if (isCall && starting.test(`${name}:${action}`)) return [`aws:${name}/${action}`];
    return [`aws:${modules.get(name) ?? name}`];
  });
}

function strings(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap(strings);
  return isFields(value) ? Object.values(value).flatMap(strings) : [];
}

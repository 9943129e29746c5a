import { at, isFields, isList, type Value } from "../../framework/value.ts";

/** Where resources name the service that they call, by their type. */
const callers: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "aws:sfn/stateMachine:StateMachine": [["definition"]],
  "aws:scheduler/schedule:Schedule": [["target", "arn"]],
  "aws:pipes/pipe:Pipe": [["target"], ["enrichment"]],
  "aws:cloudwatch/eventTarget:EventTarget": [["arn"]],
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
  /^(?:eks:(?:runJob|call|create\w+)|ec2:(?:runInstances|createFleet|request\w+)|ssm:(?:sendCommand|startAutomationExecution)|lambda:(?:createFunction|updateFunctionCode)|ecs:registerTaskDefinition|batch:registerJobDefinition)$/i;

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
    const names = new Set(strings(value).flatMap(called));
    return [...names].map((name) => ({ path: path.join("."), name }));
  });
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

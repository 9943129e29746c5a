import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Serving {
  /** As `http://127.0.0.1:1234`. */
  readonly address: string;
  close(): void;
}

/** Serves on a free port of this machine. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<Serving> {
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A listener rule in the form of its Pulumi resource. */
interface StandingRule {
  readonly id: string;
  readonly listenerArn?: unknown;
  readonly priority?: unknown;
  readonly conditions?: unknown;
  readonly actions?: unknown;
}

/** A load balancer's rules, wherever a stand-in cloud keeps them. */
export interface StandingRules {
  all(): readonly StandingRule[];
  remove(id: string): void;
}

/**
 * What of AWS the traffic commands ask: the health of target groups, by the beginning of their name; one secret; and
 * the rules of a listener, a page of two at a time.
 */
export function awsStandIn(
  states: Readonly<Record<string, readonly string[]>>,
  rules: StandingRules = { all: () => [], remove: () => undefined },
): Promise<Serving> {
  return serve(async (request, response) => {
    const body = await text(request);
    if (request.headers["x-amz-target"] !== undefined) {
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify({ Name: "key", SecretString: "sk-canary" }));
      return;
    }
    const asked = new URLSearchParams(body);
    const action = asked.get("Action") ?? "";
    const result = loadBalancing(action, asked, states, rules);
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
  });
}

function loadBalancing(
  action: string,
  asked: URLSearchParams,
  states: Readonly<Record<string, readonly string[]>>,
  rules: StandingRules,
): string {
  if (action === "DescribeRules") {
    const listener = rules.all().filter(({ listenerArn }) => listenerArn === asked.get("ListenerArn"));
    const from = Number(asked.get("Marker") ?? "0");
    const next = from + 2 < listener.length ? `<NextMarker>${from + 2}</NextMarker>` : "";
    return `<Rules>${listener
      .slice(from, from + 2)
      .map(ruleXml)
      .join("")}</Rules>${next}`;
  }
  if (action === "DeleteRule") {
    rules.remove(asked.get("RuleArn") ?? "");
    return "";
  }
  const arn = asked.get("TargetGroupArn") ?? "";
  const group = arn.split("/")[1] ?? "";
  const [, found = []] =
    Object.entries(states).find(([name]) => group === name || group.startsWith(`${name}-`)) ?? [];
  const members = found.map(
    (state) => `<member><TargetHealth><State>${state}</State></TargetHealth></member>`,
  );
  return `<TargetHealthDescriptions>${members.join("")}</TargetHealthDescriptions>`;
}

interface Condition {
  readonly hostHeader?: { readonly values: readonly string[] };
  readonly pathPattern?: { readonly values: readonly string[] };
  readonly httpHeader?: { readonly httpHeaderName: string; readonly regexValues: readonly string[] };
}

interface RuleAction {
  readonly forward: { readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[] };
}

/** As AWS answers: a rule with one group has it a second time, outside of the list. [ELB API reference, Action] */
function ruleXml({ id, priority, conditions, actions }: StandingRule): string {
  const members = (tag: string, values: readonly string[]) =>
    `<${tag}>${values.map((value) => `<member>${value}</member>`).join("")}</${tag}>`;
  const condition = ({ hostHeader, pathPattern, httpHeader }: Condition) => {
    if (hostHeader !== undefined)
      return `<Field>host-header</Field><HostHeaderConfig>${members("Values", hostHeader.values)}</HostHeaderConfig>`;
    if (pathPattern !== undefined)
      return `<Field>path-pattern</Field><PathPatternConfig>${members("Values", pathPattern.values)}</PathPatternConfig>`;
    const { httpHeaderName = "", regexValues = [] } = httpHeader ?? {};
    return `<Field>http-header</Field><HttpHeaderConfig><HttpHeaderName>${httpHeaderName}</HttpHeaderName>${members("RegexValues", regexValues)}</HttpHeaderConfig>`;
  };
  const action = ({ forward: { targetGroups } }: RuleAction) => {
    const groups = targetGroups.map(
      ({ arn, weight }) => `<TargetGroupArn>${arn}</TargetGroupArn><Weight>${weight}</Weight>`,
    );
    const [only] = targetGroups.length === 1 ? targetGroups : [];
    const again = only === undefined ? "" : `<TargetGroupArn>${only.arn}</TargetGroupArn>`;
    return `<Type>forward</Type>${again}<ForwardConfig>${members("TargetGroups", groups)}</ForwardConfig>`;
  };
  return [
    `<member><RuleArn>${id}</RuleArn><Priority>${priority}</Priority>`,
    members("Conditions", (conditions as readonly Condition[]).map(condition)),
    members("Actions", (actions as readonly RuleAction[]).map(action)),
    "</member>",
  ].join("");
}

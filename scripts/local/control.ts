import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { difference } from "../plan/difference.ts";
import { type Plan, planEnvironment, planProgram } from "../plan/plan.ts";
import { typeOf, urnName } from "../plan/resource.ts";
import type { Deployed, PastUpdate, PlannedStep } from "../traffic/deployed-stack.ts";
import { ruleType } from "../traffic/model-rules.ts";
import { modelOutputs } from "../traffic/pulumi-stack.ts";
import type { TargetHealth } from "../traffic/target-health.ts";
import type { DataPath } from "./data-path.ts";
import { groupArns, type ListenerRule } from "./listener-rules.ts";
import { closeAtOnce } from "./loopback.ts";

/** What `npm run switch` and `npm run rollout` ask of the data path on this machine. */
const localRequest = z.discriminatedUnion("verb", [
  z.object({ verb: z.literal("read") }),
  z.object({ verb: z.literal("health"), group: z.string() }),
  z.object({ verb: z.literal("secret"), name: z.string() }),
  z.object({ verb: z.literal("preview"), text: z.string() }),
  z.object({ verb: z.literal("update"), message: z.string(), text: z.string().optional() }),
]);
export type LocalRequest = z.infer<typeof localRequest>;

/** What is in effect on this machine, in place of a stack's state, its history and its load balancer. */
export interface LocalState {
  readonly deployed: Deployed;
  readonly history: readonly PastUpdate[];
  readonly rules: readonly ListenerRule[];
}

export interface ControlArgs {
  readonly root: string;
  readonly environment: string;
  readonly path: DataPath;
}

/** How long a target may take to become healthy. */
const healthMilliseconds = 5000;

/** Answers the traffic commands on a socket in the data path's own folder, which no other user may enter. */
export class Control {
  private readonly args: ControlArgs;
  private readonly history: PastUpdate[] = [];
  private readonly server = createServer((request, response) => void this.handle(request, response));

  constructor(args: ControlArgs) {
    this.args = args;
  }

  async listen(socket: string): Promise<void> {
    await new Promise<void>((listening, failed) => {
      this.server.once("error", failed);
      this.server.listen(socket, listening);
    });
  }

  async close(): Promise<void> {
    await closeAtOnce(this.server);
  }

  private async handle(request: IncomingMessage, response: ServerResponse) {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? null));
    await this.answer(request).then(
      (body) => say(200, body),
      (error: Error) => say(500, error.message),
    );
  }

  private async answer(request: IncomingMessage): Promise<unknown> {
    const asked = localRequest.parse(await json(request));
    switch (asked.verb) {
      case "read":
        return this.state();
      case "health":
        return this.health(asked.group);
      case "secret":
        return this.args.path.secrets.named(asked.name);
      case "preview":
        return this.preview(asked.text);
      case "update":
        return this.update(asked.message, asked.text);
    }
  }

  private state(): LocalState {
    const { path } = this.args;
    return { deployed: deployedBy(path.plan), history: this.history, rules: path.modelRules };
  }

  /** As health checks of the load balancer would find it at this moment. */
  private async health(group: string): Promise<TargetHealth> {
    const targets = this.args.path.fleet.targets[group] ?? [];
    const healthy = await Promise.all(
      targets.map(({ host, port }) =>
        fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(healthMilliseconds) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    const count = healthy.filter((one) => one).length;
    const unhealthy = targets.length - count;
    return {
      healthy: count,
      states: { ...(count > 0 && { healthy: count }), ...(unhealthy > 0 && { unhealthy }) },
    };
  }

  /** Like the CLI's preview: what would change, checked by the policies. */
  private async preview(text: string): Promise<PlannedStep[]> {
    const { root, environment, path } = this.args;
    const [plan, { policyReport }] = await Promise.all([
      planProgram({ root, environment, text, outputs: groupArns }),
      planEnvironment({ root, environment, text }),
    ]);
    const violations = policyReport.diagnostics.filter(({ level }) => level === "mandatory");
    if (violations.length > 0)
      throw new Error(
        violations.map(({ rule, urn = "", message }) => `${rule} ${urnName(urn)}: ${message}`).join("\n"),
      );
    const before = path.plan ?? { resources: [] };
    const inputs = ({ resources }: Pick<Plan, "resources">, urn: string) =>
      resources.find((each) => each.urn === urn)?.inputs;
    return difference(before, plan).map(({ urn, kind, fields }) => ({
      ...{ urn, type: typeOf(urn), name: urnName(urn), operation: kind, fields },
      before: inputs(before, urn),
      after: inputs(plan, urn),
    }));
  }

  private async update(message: string, text: string | undefined): Promise<void> {
    const { path } = this.args;
    const at = () => new Date().toISOString();
    try {
      await path.reload(text);
      this.history.unshift({ message, at: at(), succeeded: true, config: path.plan?.config });
    } catch (error) {
      this.history.unshift({ message, at: at(), succeeded: false });
      throw error;
    }
  }
}

/** Where a rule is on this machine, in place of its listener's ARN. */
const listener = "local";

/** Rules and target groups of a plan, as if a state had them. */
function deployedBy(plan: Plan | undefined): Deployed {
  const kinds = [ruleType, "aws:lb/targetGroup:TargetGroup"];
  return {
    ...modelOutputs(plan?.stackOutputs),
    resources: (plan?.resources ?? [])
      .filter(({ type }) => kinds.includes(type))
      .map(({ urn, type, name, inputs, parent, provider }) => ({
        ...{ urn, type, name, id: name, parent, provider },
        outputs: type === ruleType ? { ...inputs, listenerArn: listener } : inputs,
      })),
    pending: [],
  };
}

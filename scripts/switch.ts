import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Colour, everybodyOn } from "../components/serving/traffic.ts";
import { wayBack } from "../components/serving/traffic-steps.ts";
import { exitWith } from "./exit-code.ts";
import { runRollout } from "./rollout/command.ts";
import { takeHold } from "./traffic/command.ts";
import { shown } from "./traffic/traffic-writer.ts";

const usage = `npm run switch -- <environment> <model> <colour> [options]
npm run switch -- <environment> <model> [<colour>] --rollback

Sends a model's requests to its other slot: looks whether that one is healthy and answers, edits the stack's file,
shows what would change, writes it, and goes back by itself when the gates break while it watches.

  --bake        minutes to watch; 0 doesn't watch and needs no Prometheus   (20)
  --prometheus  address of Prometheus, as http://127.0.0.1:9090             (its address in the cluster)
  --through     a tunnel to the load balancer, as http://127.0.0.1:8080     (the models' own hosts)
  --rollback    back at once, without any gate: to <colour>, or to where the traffic came from`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bake: { type: "string", default: "20" },
      prometheus: { type: "string" },
      through: { type: "string" },
      rollback: { type: "boolean", default: false },
    },
  });
  const [environment, model, colour, ...more] = positionals;
  if (environment === undefined || model === undefined || more.length > 0) throw new Error(usage);
  if (values.rollback) return rollBack(environment, model, colour);
  if (colour === undefined) throw new Error(usage);
  const minutes = Number(values.bake);
  if (!(minutes >= 0 && minutes <= 24 * 60))
    throw new Error(`--bake "${values.bake}" is no number of minutes from 0 to 1440`);
  return runRollout({
    root,
    environment,
    model,
    colour,
    profile: "switch",
    steps: () => [{ kind: "switch", percent: 100, minutes }],
    prometheus: values.prometheus,
    through: values.through,
  });
}

/** One write, whatever the gates, the health or a preview would say. */
async function rollBack(environment: string, model: string, colour: string | undefined): Promise<number> {
  const began = performance.now();
  const hold = await takeHold(
    { root, environment, model, colour, through: undefined, urgent: true },
    new AbortController().signal,
  );
  try {
    const { writer } = hold;
    const before = writer.traffic;
    const back = colour === undefined ? wayBack(before) : everybodyOn(colour as Colour);
    if (hold.config.models[model]?.[back.live] === undefined)
      throw new Error(`${model} has no ${back.live} slot to go back to; it stays as it is: ${shown(before)}`);
    await writer.write(back, "rollback");
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `${environment} ${model}: ${shown(before)} -> ${shown(back)}, ${seconds} s after the command`,
    );
    return 0;
  } finally {
    hold.release();
  }
}

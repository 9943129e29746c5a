import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { booleanOption, numberOption, patienceHours } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { runRolloutCommand } from "./rollout/command.ts";
import { runRollbackCommand } from "./traffic/rollback.ts";

const usage = `npm run switch -- <environment> <model> <colour> [options]
npm run switch -- <environment> <model> [<colour>] --rollback [--yes]

Sends a model's requests to its other slot: checks that it is healthy, large enough and answers, edits the stack's file,
previews and applies the change, verifies it at the load balancer, and rolls back when a gate fails during the bake time.

  --bake        minutes to evaluate the slot; 0 needs no Prometheus           (20)
  --prometheus  address of Prometheus, such as http://127.0.0.1:9090          (its address in the cluster)
  --through     a tunnel to the load balancer, such as http://127.0.0.1:8080  (the models' own hosts)
  --patience    hours to wait for answers beyond --bake                       (24)
  --rollback    rolls back immediately, without gates and regardless of the stack's file: to <colour>, or to the slot
                that was live before the last recorded switch or rollout. Stops a switch or rollout of the model that is
                running. Running it twice changes nothing more
  --yes         confirms the cleanup after an interrupted update: dropping the Pulumi lock that it left on this machine,
                importing a rule that the state doesn't know, or removing it
  --local       moves the traffic of npm run local on this machine. It edits the stack's file as well: revert there what
                must not be deployed (git diff shows it)`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      bake: { type: "string", default: "20" },
      prometheus: { type: "string" },
      through: { type: "string" },
      rollback: booleanOption,
      yes: booleanOption,
      local: booleanOption,
      patience: { type: "string" },
    },
  });
  const [environment, model, colour, ...more] = positionals;
  const { yes, local } = values;
  if (environment === undefined || model === undefined || more.length > 0) throw new Error(usage);
  if (values.rollback) return runRollbackCommand({ root, environment, model, colour, yes, local });
  if (colour === undefined) throw new Error(usage);
  const allowed = "a number of minutes from 0 to 1440";
  const minutes = numberOption("bake", values.bake, allowed, (value) => value >= 0 && value <= 24 * 60);
  return runRolloutCommand({
    patienceHours: patienceHours(values.patience),
    ...{ root, environment, model, colour, yes, local },
    profile: "switch",
    steps: () => [{ kind: "switch", percent: 100, minutes }],
    prometheus: values.prometheus,
    through: values.through,
    typed: ["switch", ...process.argv.slice(2)],
  });
}

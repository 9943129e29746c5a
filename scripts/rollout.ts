import { fileURLToPath } from "node:url";
import { suggestion } from "../components/shared/problems.ts";
import { booleanOption, patienceHours, readCommand } from "./arguments.ts";
import { exitWith } from "./exit-code.ts";
import { runRolloutCommand } from "./rollout/command.ts";
import { type Profile, type ProfileName, profiles, steps } from "./rollout/profiles.ts";

const usage = `npm run rollout -- <environment> <model> <colour> [options]

Promotes a model's other slot step by step, compares both slots at each step, and rolls back in one write when a gate
fails. Started again after an interruption, it continues from where the stack is. Exits with 0 when the slot is
promoted, 1 when it was rolled back or another command took over, 2 when there were too few answers to decide, 130 when
it was interrupted.

  --profile         ${Object.keys(profiles).join(", ")}        (staged)
  --prometheus      address of Prometheus, such as http://127.0.0.1:9090          (its address in the cluster)
  --through         a tunnel to the load balancer, such as http://127.0.0.1:8080  (the models' own hosts)
  --patience        hours that a step may wait for answers beyond its time        (24)
  --yes             confirms the cleanup after an interrupted update, as in npm run switch
  --without-shadow  skips the shadow step, for callers that bypass the gateway, which copies the requests
  --local           promotes what npm run local runs on this machine, as in npm run switch`;

const root = fileURLToPath(new URL("..", import.meta.url));

await exitWith(main, { usage });

async function main(): Promise<number> {
  const { values, ...named } = readCommand(usage, ["environment", "model", "colour"], {
    profile: { type: "string", default: "staged" },
    prometheus: { type: "string" },
    through: { type: "string" },
    patience: { type: "string" },
    yes: booleanOption,
    local: booleanOption,
    "without-shadow": booleanOption,
  });
  const patience = patienceHours(values.patience);
  const names = Object.keys(profiles);
  if (!names.includes(values.profile))
    throw new Error(`no profile "${values.profile}"${suggestion(values.profile, names)}`);
  const profile: Profile = profiles[values.profile as ProfileName];
  const stages = profile.stages.filter(({ kind }) => kind !== "shadow" || !values["without-shadow"]);
  return runRolloutCommand({
    root,
    ...named,
    profile: values.profile,
    steps: (change) => steps({ ...profile, stages }, change),
    thresholds: profile.thresholds,
    yes: values.yes,
    local: values.local,
    patienceHours: patience,
    prometheus: values.prometheus,
    through: values.through,
    typed: ["rollout", ...process.argv.slice(2)],
  });
}

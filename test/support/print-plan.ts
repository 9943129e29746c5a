import { planEnvironment } from "../../scripts/plan/plan.ts";

/** Prints the judged plan of an environment as JSON. Arguments: the project's folder, the environment. */
const [root = "", environment = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await planEnvironment({ root, environment })));

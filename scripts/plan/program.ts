import { startEngine } from "./engine.ts";
import { launch, within } from "./launch.ts";
import type { PreviewEngineArgs } from "./registrations.ts";
import type { PlannedResource } from "./resource.ts";
import type { Properties } from "./wire.ts";

export interface ProgramArgs extends PreviewEngineArgs {
  readonly root: string;
  /** Configuration by full key, as the Pulumi CLI hands it over: text, objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
}

/** A program that couldn't be planned, with its output. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

const longestRunSeconds = 600;
/** The launcher's exit code for an error that was already shown. */
const alreadyShown = 32;

/**
 * Runs the real program through Pulumi's own launcher, as a preview.
 * @throws ProgramError with the program's own words when it fails
 */
export async function runProgram(args: ProgramArgs): Promise<{
  resources: readonly PlannedResource[];
  implied: readonly PlannedResource[];
  stackOutputs: Properties;
  warnings: readonly string[];
}> {
  const engine = await startEngine(args);
  try {
    const program = launch(
      "run",
      [
        ...["--monitor", engine.address, "--engine", engine.address],
        ...["--project", args.project, "--stack", args.stack, "--organization", args.organization],
        ...["--root-directory", args.root, "--pwd", args.root],
        ...["--dry-run", "--parallel", "16"],
        ".",
      ],
      {
        folder: args.root,
        environment: { PULUMI_CONFIG: JSON.stringify(args.config), PULUMI_CONFIG_SECRET_KEYS: "[]" },
      },
    );
    const code = await within(longestRunSeconds, "the program", program.ended);
    if (engine.errors.length > 0) throw new ProgramError([...new Set(engine.errors)].join("\n"));
    if (code !== 0) {
      const end = code === alreadyShown ? "failed" : `ended with code ${code}`;
      throw new ProgramError(`the program ${end}\n${program.output()}`.trimEnd());
    }
    return {
      resources: engine.resources,
      implied: engine.implied,
      stackOutputs: engine.outputs,
      warnings: engine.warnings,
    };
  } finally {
    engine.close();
  }
}

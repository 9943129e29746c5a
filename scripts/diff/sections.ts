import { typeOf, urnName } from "../plan/resource.ts";
import type { ChangedResource, Comparison, Money } from "./comparison.ts";
import type { EnvironmentDiff } from "./plans.ts";
import { isLimit, type SettingChange } from "./settings.ts";

/** One section of an environment's report, the most important first. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The sections with content; the first has no title. */
export function sectionsOf(outcome: EnvironmentDiff): readonly Section[] {
  if ("isGone" in outcome)
    return [
      {
        title: "",
        lines: [
          `its stack file was removed, which destroys nothing: run npm run destroy -- ${outcome.environment} before removing it`,
        ],
      },
    ];
  if ("problem" in outcome) return [{ title: "can't be planned", lines: outcome.problem.split("\n") }];
  const { comparison, baseProblem } = outcome;
  const { blastRadius, traffic, slots, settings, policies, exemptions, evaluations, irreversible, notes } =
    comparison;
  const signed = (added: readonly string[], gone: readonly string[]) => [
    ...added.map((line) => `new: ${line}`),
    ...gone.map((line) => `gone: ${line}`),
  ];
  return [
    {
      title: "",
      lines: [...(blastRadius ? [`blast radius: ${blastRadius.line}`] : []), ...moneyLines(comparison)],
    },
    { title: "the base can't be planned, so only the head is shown", lines: baseProblem?.split("\n") ?? [] },
    { title: "not undone by a revert", lines: irreversible },
    { title: "notes", lines: notes },
    { title: "traffic", lines: traffic },
    { title: "slots", lines: slots },
    {
      title: `policies (${policies.violations} violated)`,
      lines: signed(policies.added.map(finding), policies.gone.map(finding)),
    },
    {
      title: "exemptions",
      lines: signed(
        exemptions.added.map(({ finding, expires }) => `${finding}, until ${expires}`),
        exemptions.gone.map(({ finding, expires }) => `${finding}, until ${expires}`),
      ),
    },
    { title: "evaluations", lines: signed(evaluations.added, evaluations.gone) },
    { title: "tenants and limits", lines: settings.filter(isLimit).map(settingLine) },
    {
      title: "settings",
      lines: settings.filter((setting) => !isLimit(setting)).map(settingLine),
    },
    { title: "resources", lines: resourceLines(comparison.resources) },
  ].filter(({ lines }) => lines.length > 0);
}

function moneyLines({ money: { before, after, budget } }: Comparison): string[] {
  const dollars = (amount: number) => `$${Math.round(amount).toLocaleString("en-US")}`;
  const range = ({ minimum, maximum }: Money) => `${dollars(minimum)} to ${dollars(maximum)}`;
  const isSame = before !== undefined && range(before) === range(after);
  const change = before === undefined || isSame ? range(after) : `${range(before)} → ${range(after)}`;
  return [`cost per month: ${change}${isSame ? ", as before" : ""}; budget ${dollars(budget)}`];
}

function finding({ violation, found, rule, urn }: Comparison["policies"]["added"][number]): string {
  const at = urn === undefined ? "" : ` at ${typeOf(urn).split(":").at(-1)} ${urnName(urn)}`;
  return `${violation ? "violation" : "warning"} of ${rule}${at}: ${found.split("\n")[0] ?? ""}`;
}

function settingLine({ path, before, after }: SettingChange): string {
  const shown = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  return `${path}: ${shown(before)} → ${shown(after)}`;
}

const order = ["delete", "replace", "update", "create"] as const;

function resourceLines(resources: readonly ChangedResource[]): string[] {
  const components = Map.groupBy(resources, ({ component }) => component);
  return [...components].flatMap(([component, changes]) => [
    `${component === "" ? "the environment" : component}:`,
    ...order
      .flatMap((kind) => changes.filter((change) => change.kind === kind))
      .map((change) => `  ${resourceLine(change)}`),
  ]);
}

function resourceLine({
  kind,
  type,
  name,
  formerName,
  properties,
  forcedBy,
  unknown,
}: ChangedResource): string {
  const details = [
    formerName === undefined ? [] : `was ${formerName}`,
    properties.length === 0 ? [] : properties.join(", "),
    forcedBy.length === 0 ? [] : `forced by ${forcedBy.join(", ")}`,
    unknown.length === 0 ? [] : `possibly replaced because of ${unknown.join(", ")}`,
  ].flat();
  return `${kind} ${type} ${name}${details.length === 0 ? "" : ` (${details.join("; ")})`}`;
}

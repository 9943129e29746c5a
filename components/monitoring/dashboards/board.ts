import {
  AnnotationQueryBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import type { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { type Indicator, reading } from "../metrics/indicator.ts";
import { slotIndicators } from "../metrics/slots.ts";
import { type BoardFrame, emptyDashboard, emptyPanel, refId } from "./frame.ts";

/** Labels that a reader narrows a dashboard by. */
export type BoardVariable = "environment" | "model" | "colour" | "release" | "route" | "tenant";

/** A graph of one or more indicators of the same unit. */
export interface Graph {
  readonly title: string;
  readonly shows: readonly Indicator[];
  /** What each line is called, such as `{{model}} {{colour}}`. */
  readonly legend: string;
  /** Labels that its series have and a reader narrows it by. */
  readonly by: readonly BoardVariable[];
  /** Alerts whose runbooks it links. */
  readonly alerts?: readonly string[];
}

/** A dashboard: rows of graphs, and the variables above them. */
export interface Board extends BoardFrame {
  readonly rows: Readonly<Record<string, readonly Graph[]>>;
}

/** The chart's own data source. [kube-prometheus-stack, grafana.sidecar.datasources.uid] */
const datasource = { type: "prometheus", uid: "prometheus" };
/** Where a variable's values are read. */
const values: Readonly<Record<BoardVariable, string>> = {
  environment: "label_values(up, environment)",
  model: 'label_values(slot:requests:rate5m{environment=~"$environment"}, model)',
  colour: 'label_values(slot:requests:rate5m{environment=~"$environment",model=~"$model"}, colour)',
  release: 'label_values(slot:requests:rate5m{environment=~"$environment",model=~"$model"}, release)',
  route: 'label_values(route:requests:rate5m{environment=~"$environment"}, route)',
  tenant: 'label_values(tenant:limit_used:ratio{environment=~"$environment"}, tenant)',
};

/** Matchers by which a reader narrows a query; `All` matches series without the label, too. */
function matchers(by: readonly BoardVariable[]): string {
  return by.map((label) => `${label}=~"$${label}"`).join(",");
}

/** A dashboard as Grafana reads it. @param runbookBase a URL under which runbooks can be opened */
export function grafanaDashboard(board: Board, runbookBase: string): object {
  const builder = emptyDashboard(board, "30s").annotation(switches);
  for (const variable of variablesOf(board)) builder.withVariable(picker(variable));
  for (const [title, graphs] of Object.entries(board.rows)) {
    builder.withRow(new RowBuilder(title));
    for (const graph of graphs) builder.withPanel(panel(graph, runbookBase));
  }
  return builder.build();
}

/** Those that a graph of the board is narrowed by, in the order of the type. */
function variablesOf({ rows }: Board): BoardVariable[] {
  const used = new Set(Object.values(rows).flatMap((graphs) => graphs.flatMap(({ by }) => by)));
  return (Object.keys(values) as BoardVariable[]).filter((variable) => used.has(variable));
}

/** Marks each moment at which another colour of a model took most of the requests. */
const switches = new AnnotationQueryBuilder()
  .name("Switches")
  .datasource(datasource)
  .enable(true)
  .iconColor("purple")
  .expr(reading(slotIndicators.switched))
  .step("30s")
  .titleFormat("{{model}}: most requests go to {{colour}}");

function picker(variable: BoardVariable): QueryVariableBuilder {
  return new QueryVariableBuilder(variable)
    .label(variable)
    .datasource(datasource)
    .query(values[variable])
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue(".*");
}

function panel({ title, shows, legend, by, alerts = [] }: Graph, runbookBase: string): PanelBuilder {
  const limit = shows.find(({ threshold }) => threshold !== undefined)?.threshold;
  const built = emptyPanel(
    {
      title,
      means: shows.map(({ means }) => means),
      unit: shows[0]?.unit ?? "short",
      ...(limit !== undefined && { limit: { above: limit } }),
      alerts,
    },
    runbookBase,
  ).datasource(datasource);
  for (const [index, one] of shows.entries())
    built.withTarget(
      new DataqueryBuilder()
        .expr(reading(one, matchers(by)))
        .legendFormat(shows.length > 1 ? `${legend} ${index + 1}` : legend)
        .refId(refId(index)),
    );
  return built;
}

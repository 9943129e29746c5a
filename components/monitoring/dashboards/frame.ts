import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Limit } from "../metrics/cloud.ts";
import type { Unit } from "../metrics/indicator.ts";
import { runbook } from "../runbooks.ts";

export interface BoardFrame {
  /** Its name in URLs, which stays. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
}

export interface PanelFrame {
  readonly title: string;
  /** A sentence for each thing that it shows. */
  readonly means: readonly string[];
  readonly unit: Unit;
  readonly limit?: Limit;
  /** Alerts whose runbooks it links. */
  readonly alerts: readonly string[];
}

const graphWidth = 8;
const graphHeight = 8;

/** A dashboard of Gantry's without its rows. @param refresh how often it reloads while it is open, as `30s` */
export function emptyDashboard({ uid, title, description }: BoardFrame, refresh: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["gantry"])
    .refresh(refresh)
    .time({ from: "now-3h", to: "now" })
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder("Gantry")
        .type(DashboardLinkType.Dashboards)
        .tags(["gantry"])
        .includeVars(true)
        .keepTime(true),
    );
}

/** A panel without its queries, red beyond its limit. @param runbookBase a URL under which runbooks can be opened */
export function emptyPanel(
  { title, means, unit, limit, alerts }: PanelFrame,
  runbookBase: string,
): PanelBuilder {
  const built = new PanelBuilder()
    .title(title)
    .description(means.join("\n\n"))
    .unit(unit)
    .height(graphHeight)
    .span(graphWidth)
    .links(
      alerts.map((name) =>
        new DashboardLinkBuilder(name)
          .type(DashboardLinkType.Link)
          .url(runbook({ name }, runbookBase))
          .targetBlank(true),
      ),
    );
  if (limit === undefined) return built;
  return built
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps(limit)))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
}

/** The name of a panel's query: A, B, and so on. */
export function refId(index: number): string {
  return String.fromCharCode(65 + index);
}

/** Each colour holds from its value on. */
function steps(limit: Limit): Threshold[] {
  const [from, before, after] =
    "above" in limit ? [limit.above, "green", "red"] : [limit.below, "red", "green"];
  return [
    { value: null, color: before },
    { value: from, color: after },
  ];
}

/** How Grafana writes a value. [Grafana, standard units] */
export type Unit =
  | "s"
  | "percentunit"
  | "percent"
  | "reqps"
  | "short"
  | "currencyUSD"
  | "celsius"
  | "watt"
  | "decmbytes"
  | "decbytes"
  | "d"
  | "bool";

/** One PromQL expression, and what a reader of its alert or panel needs to know. */
export interface Indicator {
  readonly unit: Unit;
  /** One sentence: its meaning, and over which time. */
  readonly means: string;
  /** `$where` is in each selector that a dashboard can narrow. */
  readonly expr: string;
  /** The recording rule that keeps it, as `level:metric:operation`, where it is read often. */
  readonly record?: string;
  /** The value beyond which an alert fires. */
  readonly threshold?: number;
}

/** A rule that keeps an expression as a series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * PromQL that computes an indicator from what exporters publish.
 * @param where label matchers for each selector, such as `model="chat"`
 */
export function promql({ expr }: Indicator, where = ""): string {
  return expr
    .replaceAll("$where", where)
    .replaceAll(/,\s*\}/g, "}")
    .replaceAll("{}", "");
}

/** PromQL that reads an indicator: from its recording rule, where it has one. */
export function reading(indicator: Indicator, where = ""): string {
  const { record } = indicator;
  if (record === undefined) return promql(indicator, where);
  return where === "" ? record : `${record}{${where}}`;
}

/** `rate` of a counter that a dashboard can narrow. @param matchers such as `status="5xx"` */
export function rateOf(counter: string, matchers = "", window = "5m"): string {
  return `rate(${counter}{${matchers}${matchers === "" ? "" : ","}$where}[${window}])`;
}

/** A quantile of a histogram. @param labels to group by */
export function quantileOf(quantile: number, histogram: string, labels: string, window = "5m"): string {
  return `histogram_quantile(${quantile}, sum by (${labels}, le) (${rateOf(`${histogram}_bucket`, "", window)}))`;
}

/** A share that is absent instead of 0/0, and 0 where only the part is absent. */
export function shareOf(part: string, whole: string): string {
  return `(${part} or 0 * ${whole}) / (${whole} > 0)`;
}

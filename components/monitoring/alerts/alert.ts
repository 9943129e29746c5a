/** An alert, which requires someone to act. */
export interface Alert {
  readonly name: string;
  /** PromQL; each series that it yields is one alert. */
  readonly expr: string;
  /** How long it has to hold, such as `5m`. */
  readonly for: string;
  /** `critical` pages, `warning` waits for the morning. */
  readonly severity: "critical" | "warning";
  /** One line; labels in `{{ $labels.model }}`. */
  readonly summary: string;
  readonly description: string;
}

import { resources } from "../cluster/system-pods.ts";
import { claims, volumeClaimTemplate } from "./disks.ts";
import { monitoringPods } from "./monitoring-pods.ts";
import type { MonitoringSettings } from "./monitoring-settings.ts";
import type { MonitoredCounts } from "./prometheus-memory.ts";

export interface AlertmanagerValuesArgs extends Pick<MonitoringSettings, "slack" | "pagerDuty"> {
  readonly region: string;
  /** The maximum number of monitored nodes and engines. */
  readonly watched: MonitoredCounts;
  /** Where alerts go. */
  readonly topicArn: string;
  /** Topic of Alertmanager's heartbeat. */
  readonly heartbeatArn: string;
  /** Keep the disks when the release is deleted. */
  readonly protect: boolean;
}

type Party = "slack" | "pagerduty";

/** The Kubernetes Secret with what a third party gave, in its entry `key`. */
export const partySecret = (party: Party) => `alerts-${party}`;
const folderOf = (party: Party) => `/etc/alertmanager/${partySecret(party)}`;
const fileOf = (party: Party) => `${folderOf(party)}/key`;

const subject = "{{ .Status }}: {{ .CommonLabels.alertname }} {{ .CommonLabels.model }}";
const message =
  "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ with .Annotations.panel }}{{ . }}\n{{ end }}{{ .Annotations.runbook_url }}\n\n{{ end }}";

/** The chart's values of Alertmanager: its pods, routes and receivers. */
export function alertmanagerValues(args: AlertmanagerValuesArgs) {
  const { slack, pagerDuty, watched, protect } = args;
  const parties: Party[] = [
    ...(slack ? ["slack" as const] : []),
    ...(pagerDuty ? ["pagerduty" as const] : []),
  ];
  const pods = monitoringPods(watched).alertmanager;
  return {
    // Two, so that an alert about a node isn't lost with the node.
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    alertmanagerSpec: {
      replicas: pods.replicas,
      podAntiAffinity: "hard",
      priorityClassName: pods.priorityClassName,
      persistentVolumeClaimRetentionPolicy: claims(protect),
      storage: { volumeClaimTemplate: volumeClaimTemplate(2) },
      resources: resources(pods),
      // Optional: a key that is yet to be put keeps no other alert from people.
      ...(parties.length > 0 && {
        volumes: parties.map((party) => ({
          name: partySecret(party),
          secret: { secretName: partySecret(party), optional: true },
        })),
        volumeMounts: parties.map((party) => ({
          name: partySecret(party),
          mountPath: folderOf(party),
          readOnly: true,
        })),
      }),
    },
    config: {
      route: {
        receiver: "people",
        group_by: ["alertname", "model", "colour"],
        group_wait: "30s",
        group_interval: "5m",
        repeat_interval: "4h",
        routes: [
          // The chart's Watchdog always fires: a heartbeat, whose absence CloudWatch alarms on.
          {
            receiver: "heartbeat",
            matchers: ['alertname="Watchdog"'],
            group_wait: "0s",
            group_interval: "1m",
            repeat_interval: "5m",
          },
          // InfoInhibitor and `info` are for dashboards.
          { receiver: "none", matchers: ['severity=~"none|info"'] },
          // An alert that a route has taken doesn't reach the default receiver any more.
          ...(pagerDuty
            ? [
                { receiver: "pager", matchers: ['severity="critical"'], continue: true },
                { receiver: "people", matchers: [] },
              ]
            : []),
        ],
      },
      receivers: receivers(args),
      inhibit_rules: inhibitions,
    },
  };
}

function receivers({ region, topicArn, heartbeatArn, slack, pagerDuty }: AlertmanagerValuesArgs) {
  const sigv4 = { region };
  return [
    { name: "none" },
    {
      name: "heartbeat",
      sns_configs: [
        { topic_arn: heartbeatArn, sigv4, send_resolved: false, subject: "alive", message: "alive" },
      ],
    },
    {
      name: "people",
      sns_configs: [{ topic_arn: topicArn, sigv4, send_resolved: true, subject, message }],
      ...(slack !== undefined && {
        slack_configs: [
          {
            api_url_file: fileOf("slack"),
            channel: slack.channel,
            send_resolved: true,
            title: subject,
            text: message,
          },
        ],
      }),
    },
    ...(pagerDuty
      ? [
          {
            name: "pager",
            pagerduty_configs: [
              {
                routing_key_file: fileOf("pagerduty"),
                send_resolved: true,
                severity: "critical",
                description: subject,
                details: { alerts: message },
              },
            ],
          },
        ]
      : []),
  ];
}

const inhibitions = [
  // A route that burns its error budget is also over its objective.
  {
    source_matchers: ['alertname="RouteErrorBudgetBurning"'],
    target_matchers: ['alertname=~"RouteErrors|RouteErrorBudgetShrinking"'],
    equal: ["route"],
  },
  // 100 % of a limit is also 80 % of it.
  {
    source_matchers: ['alertname="TenantAtLimit"'],
    target_matchers: ['alertname="TenantNearLimit"'],
    equal: ["tenant", "limit"],
  },
  // The chart's own, which this list replaces: some alerts warn first and are critical later.
  {
    source_matchers: ['severity="critical"'],
    target_matchers: ['severity="warning"'],
    equal: ["namespace", "alertname"],
  },
  // A slot that is down also waits and is slow: one message is enough.
  {
    source_matchers: ['alertname="SlotWithoutReplicas"'],
    target_matchers: ['severity="warning"'],
    equal: ["model", "colour"],
  },
];

import { hex } from "../cloud.ts";
import { record, text } from "../values.ts";
import type { Kind } from "./kind.ts";

/** Queues, topics, events, logs, alarms and budgets. Most of these services take a second create as an update of the first. */
export const messageKinds: Readonly<Record<string, Kind>> = {
  "aws:cloudwatch/logGroup:LogGroup": {
    autoName: ["name", 512],
    once: ({ name }) => text(name),
    replacedBy: ["logGroupClass", "name"],
    defaults: { skipDestroy: false },
    made: ({ name }, place) => ({
      id: text(name),
      arn: place.arn("logs", `log-group:${name}`),
      logGroupClass: "STANDARD",
      namePrefix: "",
    }),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    autoName: ["name", 64],
    once: ({ name }) => text(name),
    overwrites: true,
    replacedBy: ["eventBusName", "name"],
    defaults: { eventBusName: "default", forceDestroy: false },
    made: ({ name }, place) => ({ id: text(name), arn: place.arn("events", `rule/${name}`), namePrefix: "" }),
    shown: ({ state }) => ({ state: state ?? "ENABLED" }),
    heldBy: ["aws:cloudwatch/eventTarget:EventTarget"],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    untagged: true,
    autoName: ["targetId", 64],
    once: ({ rule, targetId }) => `${rule} ${targetId}`,
    overwrites: true,
    replacedBy: ["eventBusName", "rule", "targetId"],
    defaults: { eventBusName: "default", forceDestroy: false },
    made: ({ rule, targetId }) => ({ id: `${rule}-${targetId}` }),
    importedAs: ({ rule, targetId }) => `${rule}/${targetId}`,
  },
  // The provider looks for an alarm of the name first, since PutMetricAlarm would overwrite it.
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    autoName: ["name", 255],
    once: ({ name }) => text(name),
    replacedBy: ["name"],
    defaults: { actionsEnabled: true, treatMissingData: "missing" },
    made: ({ name }, place) => ({ id: text(name), arn: place.arn("cloudwatch", `alarm:${name}`) }),
    shown: ({ datapointsToAlarm, evaluateLowSampleCountPercentiles }) => ({
      datapointsToAlarm: datapointsToAlarm ?? 0,
      evaluateLowSampleCountPercentiles: evaluateLowSampleCountPercentiles ?? "",
    }),
  },
  "aws:sqs/queue:Queue": {
    autoName: ["name", 80],
    once: ({ name }) => text(name),
    overwrites: true,
    replacedBy: ["fifoQueue", "name"],
    defaults: {
      delaySeconds: 0,
      fifoQueue: false,
      maxMessageSize: 262144,
      receiveWaitTimeSeconds: 0,
      visibilityTimeoutSeconds: 30,
    },
    made: ({ name }, place) => {
      const url = `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
      return { id: url, url, arn: place.arn("sqs", text(name)), namePrefix: "" };
    },
    shown: ({ policy }) => ({ policy: policy ?? "", kmsDataKeyReusePeriodSeconds: 300 }),
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    untagged: true,
    once: ({ queueUrl }) => text(queueUrl),
    overwrites: true,
    replacedBy: ["queueUrl"],
    made: ({ queueUrl }) => ({ id: text(queueUrl) }),
  },
  "aws:sns/topic:Topic": {
    autoName: ["name", 256],
    once: ({ name }) => text(name),
    overwrites: true,
    replacedBy: ["fifoTopic", "name"],
    defaults: { contentBasedDeduplication: false, fifoTopic: false },
    made: ({ name }, place) => {
      const arn = place.arn("sns", text(name));
      return { id: arn, arn, owner: place.account, namePrefix: "", beginningArchiveTime: "" };
    },
    shown: ({ policy }) => ({ policy: policy ?? "{}" }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    untagged: true,
    once: ({ arn }) => text(arn),
    overwrites: true,
    replacedBy: ["arn"],
    made: ({ arn }, place) => ({ id: text(arn), owner: place.account }),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    untagged: true,
    once: ({ topic, protocol, endpoint }) => `${topic} ${protocol} ${endpoint}`,
    overwrites: true,
    replacedBy: ["endpoint", "protocol", "topic"],
    defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
    made: ({ topic }, place) => {
      const arn = `${topic}:${hex(8)}`;
      return {
        id: arn,
        arn,
        ownerId: place.account,
        pendingConfirmation: true,
        confirmationWasAuthenticated: false,
      };
    },
  },
  "aws:budgets/budget:Budget": {
    autoName: ["name", 100],
    once: ({ name }) => text(name),
    replacedBy: ["accountId", "name"],
    made: ({ name }, place) => ({
      id: `${place.account}:${name}`,
      arn: `arn:aws:budgets::${place.account}:budget/${name}`,
      accountId: place.account,
      namePrefix: "",
      timePeriodStart: "2026-11-01_00:00",
    }),
    shown: ({ costTypes, timePeriodEnd }) => ({
      costTypes: { includeCredit: true, includeTax: true, ...record(costTypes) },
      timePeriodEnd: timePeriodEnd ?? "2087-06-15_00:00",
    }),
  },
};

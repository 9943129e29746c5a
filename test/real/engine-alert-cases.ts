import type { Series } from "../support/promtool.ts";
import { type AlertCase, chat, deployment, engine, labelled } from "./alert-series.ts";

/** Requests' latency as vLLM counts it: `count` a minute with a sum of `seconds`. */
const latency = (seconds: number, count: number): Series => ({
  [engine("vllm:e2e_request_latency_seconds_sum")]: `0+${seconds}x60`,
  [engine("vllm:e2e_request_latency_seconds_count")]: `0+${count}x60`,
});
const waiting = (values: string, pod = "a"): Series => ({
  [engine("vllm:num_requests_waiting", pod)]: values,
});
const of = (metric: string, colour: string, more = "", model = "chat"): string =>
  `${metric}{model="${model}", colour="${colour}", release="r-${colour}", pod="${colour}"${more}}`;
/** Answers a minute, and those of them that fail. */
const answers = (colour: string, all: number, failed: number): Series => ({
  [of("http_requests_total", colour, ', handler="/v1/chat/completions", status="2xx"')]:
    `0+${all - failed}x60`,
  ...(failed > 0 && {
    [of("http_requests_total", colour, ', handler="/v1/chat/completions", status="5xx"')]: `0+${failed}x60`,
  }),
  [of("vllm:request_success_total", colour, ', finished_reason="stop"')]: `0+${all - failed}x60`,
});
/** Requests that two colours finished, a minute of each second value, for a day. */
const split = (blue: string, green: string): Series => ({
  [of("vllm:request_success_total", "blue", ', finished_reason="stop"')]: blue,
  [of("vllm:request_success_total", "green", ', finished_reason="stop"')]: green,
});
const busy = (tokens: string, queue: string): Series => ({
  [engine("vllm:generation_tokens_total")]: tokens,
  [engine("vllm:num_requests_running")]: "32x400",
  [engine("vllm:num_requests_waiting")]: queue,
});

/** Cases of alerts about slots. */
export const engineCases: Readonly<Record<string, readonly AlertCase[]>> = {
  RequestsSlow: [
    { when: "requests take 40 s on average", series: latency(400, 10), fires: 1, labels: chat },
    { when: "requests take 20 s on average", series: latency(200, 10), fires: 0 },
    { when: "there are no requests, so that there is no average", series: latency(0, 0), fires: 0 },
    { when: "an engine publishes no latency", series: waiting("0x60"), fires: 0 },
  ],
  QueueLong: [
    {
      when: "120 wait in two queues",
      series: { ...waiting("60x60"), ...waiting("60x60", "b") },
      fires: 1,
      labels: chat,
    },
    { when: "80 wait", series: waiting("80x60"), fires: 0 },
    { when: "200 waited for three minutes", series: waiting("0x57 200x3"), fires: 0 },
    { when: "no engine is read", series: {}, fires: 0 },
    {
      when: "TGI's queue is long",
      series: { [engine("tgi_queue_size")]: "101x60" },
      fires: 1,
    },
  ],
  ThroughputDegraded: [
    {
      when: "requests wait and tokens come at a third of the rate of hours before",
      series: busy("0+60000x300 18000000+20000x100", "5x400"),
      minutes: 400,
      fires: 1,
      labels: chat,
    },
    {
      when: "there is little to do",
      series: busy("0+60000x300 18000000+20000x100", "5x300 0x100"),
      minutes: 400,
      fires: 0,
    },
    {
      when: "it is as fast as before",
      series: busy("0+60000x400", "5x400"),
      minutes: 400,
      fires: 0,
    },
    {
      when: "the slot is new, so that there is no past",
      series: busy("0+20000x40", "5x40"),
      minutes: 40,
      fires: 0,
    },
  ],
  ColoursDiffer: [
    {
      when: "green fails 3 points more often",
      series: { ...answers("blue", 100, 1), ...answers("green", 50, 2) },
      fires: 1,
      labels: 'model="chat"',
    },
    {
      when: "green fails every request",
      series: { ...answers("blue", 100, 0), ...answers("green", 50, 50) },
      fires: 1,
      labels: 'model="chat"',
    },
    {
      when: "both fail alike",
      series: { ...answers("blue", 100, 2), ...answers("green", 50, 1) },
      fires: 0,
    },
    { when: "only one colour answers", series: answers("blue", 100, 5), fires: 0 },
    {
      when: "the standby answers two smoke tests a minute, and one fails",
      series: { ...answers("blue", 100, 0), ...answers("green", 2, 1) },
      fires: 0,
    },
  ],
  CanaryUnfinished: [
    {
      when: "a tenth of the requests has gone to green for a day",
      series: split("0+90x1440", "0+10x1440"),
      minutes: 1440,
      fires: 1,
      labels: 'model="chat"',
    },
    {
      when: "a canary began six hours ago",
      series: split("0+90x1440", "0x1080 0+10x360"),
      minutes: 1440,
      fires: 0,
    },
    { when: "all requests go to blue", series: split("0+100x1440", "0x1440"), minutes: 1440, fires: 0 },
    { when: "there are no requests", series: split("5x1440", "5x1440"), minutes: 1440, fires: 0 },
  ],
  SlotShortOfReplicas: [
    {
      when: "one of two replicas is away",
      series: deployment("chat-green", "1x60", 0, "2x60"),
      fires: 1,
      labels: 'model="chat", colour="green"',
    },
    { when: "all are there", series: deployment("chat-green", "2x60", 0, "2x60"), fires: 0 },
    {
      when: "it scaled out twenty minutes ago",
      series: deployment("chat-green", "1x60", 0, "1x40 2x20"),
      fires: 0,
    },
    { when: "the slot sleeps", series: deployment("chat-green", "0x60", 0, "0x60"), fires: 0 },
  ],
  EngineMetricsMissing: [
    { when: "a ready slot isn't read", series: deployment("chat-blue", "1x60"), fires: 1, labels: chat },
    {
      when: "it is read",
      series: { ...deployment("chat-blue", "1x60"), [engine("vllm:num_requests_running")]: "0x60" },
      fires: 0,
    },
    {
      when: "Ollama runs, which publishes none",
      series: { ...deployment("chat-blue", "1x60"), ...labelled("a", "chat", "blue", "ollama") },
      fires: 0,
    },
    {
      when: "another slot is read",
      series: {
        ...deployment("chat-blue", "1x60"),
        ...deployment("chat-green", "1x60"),
        [engine("vllm:num_requests_running")]: "0x60",
      },
      fires: 1,
      labels: 'colour="green"',
    },
  ],
};

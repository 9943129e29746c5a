import type { Series } from "../support/promtool.ts";
import { type AlertCase, gpu, ofGateway } from "./alert-series.ts";

/** Requests of the route `assistant` that ended with a code. */
const requests = (values: string, code = "ok", more = 'cache="none"', pod = "gateway-a"): Series => ({
  [ofGateway(
    "gantry_gateway_requests_total",
    `tenant="web", route="assistant", model="chat", code="${code}", ${more}`,
    pod,
  )]: values,
});
/** 60 streams a minute, of which so many have their first token within half a second, 5 s, 30 s. */
const firstToken = (half: number, five: number, thirty = 60): Series =>
  Object.fromEntries(
    [
      ["0.5", half],
      ["5.0", five],
      ["30.0", thirty],
      ["+Inf", thirty],
    ].map(([le, count]) => [
      ofGateway("gantry_gateway_first_token_seconds_bucket", `route="assistant", model="chat", le="${le}"`),
      `0+${count}x60`,
    ]),
  );
const route = 'route="assistant"';
const fallbacks = (values: string): Series => ({
  [ofGateway("gantry_gateway_fallbacks_total", 'route="assistant", model="gpt-4o"')]: values,
});
const degraded = (values: string, pod = "gateway-a"): Series => ({
  [ofGateway("gantry_gateway_provider_degraded", 'provider="openai"', pod)]: values,
});
const used = (values: string, limit = "budget_month", pod = "gateway-a"): Series => ({
  [ofGateway("gantry_gateway_limit_used_ratio", `tenant="web", limit="${limit}"`, pod)]: values,
});
const lost = (values: string, reason = "refused"): Series => ({
  [ofGateway("gantry_gateway_records_lost_total", `reason="${reason}"`)]: values,
});

/** Cases of alerts about routes, tenants and providers. */
export const gatewayCases: Readonly<Record<string, readonly AlertCase[]>> = {
  RouteFirstTokenSlow: [
    { when: "2 of 100 first tokens take 5 to 30 s", series: firstToken(50, 58), fires: 1, labels: route },
    { when: "most take more than half a second", series: firstToken(10, 60), fires: 1, labels: route },
    { when: "most are there in half a second and all in five", series: firstToken(50, 60), fires: 0 },
    {
      when: "there are no streams, so that the quantile isn't a number",
      series: firstToken(0, 0, 0),
      fires: 0,
    },
    { when: "there was no stream yet", series: requests("0+60x60"), fires: 0 },
  ],
  RouteErrors: [
    {
      when: "2 of 100 fail in the model",
      series: { ...requests("0+98x60"), ...requests("0+2x60", "provider_error") },
      fires: 1,
      labels: route,
    },
    {
      when: "1 of 200 fails",
      series: { ...requests("0+199x60"), ...requests("0+1x60", "timeout") },
      fires: 0,
    },
    {
      when: "a tenth is refused by the tenant's own limit, and a tenth is wrong",
      series: {
        ...requests("0+80x60"),
        ...requests("0+10x60", "rate_limited"),
        ...requests("0+10x60", "invalid_request"),
      },
      fires: 0,
    },
    { when: "no requests: 0/0", series: { ...requests("50x60"), ...requests("9x60", "timeout") }, fires: 0 },
    {
      when: "the failure is over for eight minutes",
      series: { ...requests("0+60x60"), ...requests("0+20x52 1040x8", "timeout") },
      fires: 0,
    },
  ],
  RouteErrorBudgetBurning: [
    {
      when: "a quarter fails",
      series: { ...requests("0+75x60"), ...requests("0+25x60", "no_healthy_model") },
      fires: 1,
      labels: route,
    },
    {
      when: "8 of 100 fail for six hours",
      series: { ...requests("0+92x400"), ...requests("0+8x400", "timeout") },
      minutes: 400,
      fires: 1,
    },
    {
      when: "2 of 100 fail",
      series: { ...requests("0+98x60"), ...requests("0+2x60", "timeout") },
      fires: 0,
    },
    {
      when: "everything failed for five minutes, forty minutes ago",
      series: { ...requests("0+60x15 900x5 900+60x40"), ...requests("0x15 0+60x5 300x40", "timeout") },
      fires: 0,
    },
    {
      when: "one of a quiet hour's three requests fails",
      series: { ...requests("1x20 2x20 3x20"), ...requests("0x55 1x5", "timeout") },
      fires: 0,
    },
    {
      when: "a quiet route fails every request for an hour, one in five minutes",
      series: requests("1x4 2x4 3x4 4x4 5x4 6x4 7x4 8x4 9x4 10x4 11x4 12x4", "no_healthy_model"),
      minutes: 60,
      fires: 1,
    },
    { when: "no request of the route is known", series: {}, fires: 0 },
  ],
  RouteErrorBudgetShrinking: [
    {
      when: "4 of 100 fail for a day",
      series: { ...requests("0+96x1440"), ...requests("0+4x1440", "timeout") },
      minutes: 1440,
      fires: 1,
      labels: route,
    },
    {
      when: "2 of 100 fail for a day",
      series: { ...requests("0+98x1440"), ...requests("0+2x1440", "timeout") },
      minutes: 1440,
      fires: 0,
    },
    {
      when: "it failed in the morning and is well for three hours",
      series: { ...requests("0+96x1440"), ...requests("0+9x1260 11340x180", "timeout") },
      minutes: 1440,
      fires: 0,
    },
    {
      when: "there were no requests for a day",
      series: { ...requests("7x1440"), ...requests("7x1440", "timeout") },
      minutes: 1440,
      fires: 0,
    },
  ],
  FallbackInUse: [
    {
      when: "a third is answered by the hosted model",
      series: { ...requests("0+60x60"), ...fallbacks("0+20x60") },
      fires: 1,
      labels: route,
    },
    { when: "one in a hundred is", series: { ...requests("0+100x60"), ...fallbacks("0+1x60") }, fires: 0 },
    {
      when: "at night the one request of ten minutes is",
      series: { ...requests("5x50 6x10"), ...fallbacks("0x50 1x10") },
      fires: 0,
    },
    { when: "there was never a fallback", series: requests("0+60x60"), fires: 0 },
    { when: "no requests: 0/0", series: { ...requests("60x60"), ...fallbacks("20x60") }, fires: 0 },
  ],
  ProviderDegraded: [
    { when: "a provider says so", series: degraded("0x30 1x30"), fires: 1, labels: 'provider="openai"' },
    { when: "two pods read it", series: { ...degraded("1x60"), ...degraded("1x60", "gateway-b") }, fires: 1 },
    { when: "it said so for three minutes", series: degraded("0x50 1x3 0x7"), fires: 0 },
    { when: "all is well", series: degraded("0x60"), fires: 0 },
  ],
  CacheHitRateFallen: [
    {
      when: "hits fall from 40 to 5 of 100",
      series: {
        ...requests("0+60x400 24000+95x200"),
        ...requests("0+40x400 16000+5x200", "ok", 'cache="exact"'),
      },
      minutes: 600,
      fires: 1,
      labels: route,
    },
    {
      when: "they stay at 40 of 100",
      series: { ...requests("0+60x600"), ...requests("0+40x600", "ok", 'cache="exact"') },
      minutes: 600,
      fires: 0,
    },
    {
      when: "there were never many",
      series: {
        ...requests("0+98x400 39200+100x200"),
        ...requests("0+2x400 800x200", "ok", 'cache="exact"'),
      },
      minutes: 600,
      fires: 0,
    },
    {
      when: "requests stopped: 0/0",
      series: { ...requests("0+60x400 24000x200"), ...requests("0+40x400 16000x200", "ok", 'cache="exact"') },
      minutes: 600,
      fires: 0,
    },
  ],
  TenantNearLimit: [
    {
      when: "85 % of the budget is spent",
      series: { ...used("0.85x60"), ...requests("0+1x60") },
      fires: 1,
      labels: 'tenant="web", limit="budget_month"',
    },
    {
      when: "two pods know different shares",
      series: { ...used("0.7x60"), ...used("0.81x60", "budget_month", "gateway-b"), ...requests("0+1x60") },
      fires: 1,
    },
    {
      when: "half of the day's tokens are used",
      series: { ...used("0.5x60", "tokens_day"), ...requests("0+1x60") },
      fires: 0,
    },
    {
      when: "it was full, and the tenant asks no more",
      series: { ...used("1x180"), ...requests("0+1x60 60x120") },
      minutes: 180,
      fires: 0,
    },
  ],
  TenantAtLimit: [
    {
      when: "the day's requests are used up and more come",
      series: { ...used("1x60", "requests_day"), ...requests("0+5x60", "daily_limit") },
      fires: 1,
      labels: 'tenant="web", limit="requests_day"',
    },
    {
      when: "budget and tokens are",
      series: { ...used("1x60"), ...used("1x60", "tokens_day"), ...requests("0+5x60", "budget_exceeded") },
      fires: 2,
    },
    { when: "99 % are used", series: { ...used("0.99x60"), ...requests("0+1x60") }, fires: 0 },
    {
      when: "it is another tenant that asks",
      series: {
        ...used("1x60"),
        [ofGateway(
          "gantry_gateway_requests_total",
          'tenant="shop", route="assistant", model="chat", code="ok", cache="none"',
        )]: "0+5x60",
      },
      fires: 0,
    },
  ],
  RecordsLost: [
    { when: "S3 refuses three records a minute", series: lost("0+3x60"), fires: 1 },
    { when: "some were lost an hour ago", series: lost("7x60"), fires: 0 },
    { when: "S3 never refused any", series: requests("0+60x60"), fires: 0 },
    {
      when: "it refuses and falls behind",
      series: { ...lost("0+3x60"), ...lost("0+9x60", "dropped") },
      fires: 1,
    },
  ],
};

const memory = (used: number, free: number, index = "0"): Series => ({
  ...gpu("DCGM_FI_DEV_FB_USED", `${used}x60`, index),
  ...gpu("DCGM_FI_DEV_FB_FREE", `${free}x60`, index),
});

/** Cases of alerts about GPUs. */
export const gpuCases: Readonly<Record<string, readonly AlertCase[]>> = {
  GpuMemoryHigh: [
    {
      when: "100 MiB of 23 GiB are free",
      series: memory(22400, 100),
      fires: 1,
      labels: 'gpu="0", Hostname="n"',
    },
    { when: "vLLM has its 90 % and a bit", series: memory(21000, 1500), fires: 0 },
    { when: "one of two is full", series: { ...memory(22450, 50), ...memory(21000, 1500, "1") }, fires: 1 },
    { when: "the driver says nothing of it", series: gpu("DCGM_FI_DEV_GPU_UTIL", "99x60"), fires: 0 },
  ],
  GpuMemoryErrors: [
    {
      when: "an error couldn't be corrected",
      series: gpu("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "0x50 1x10"),
      fires: 1,
      labels: 'gpu="0"',
    },
    { when: "there was one an hour ago", series: gpu("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "1x60"), fires: 0 },
    { when: "there was none", series: gpu("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "0x60"), fires: 0 },
    {
      when: "two GPUs have some",
      series: {
        ...gpu("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "0x50 2x10"),
        ...gpu("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "1x50 2x10", "1"),
      },
      fires: 2,
    },
  ],
};

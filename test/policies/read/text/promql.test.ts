import { describe, expect, it } from "vitest";
import { unknown, type Value } from "../../../../policies/framework/value.ts";
import { metricsOf } from "../../../../policies/read/text/promql.ts";

describe("the metrics of an expression", () => {
  it.each<[string, readonly string[]]>([
    ["up", ["up"]],
    ["up == 0", ["up"]],
    ["vllm:num_requests_running > 0", ["vllm:num_requests_running"]],
    ['up{job="a", pod=~"b|c", x!="", y!~"z"}', ["up"]],
    ["rate(requests_total[5m]) > 1e-3", ["requests_total"]],
    ["max_over_time(up[1h:5m] offset 1h30m) @ start()", ["up"]],
    ["sum by (pod, le) (a) / on (pod) group_left (model) b", ["a", "b"]],
    ["sum(a) by (pod) > bool 0x1f", ["a"]],
    ["a * ON (pod) GROUP_LEFT b UNLESS c", ["a", "b", "c"]],
    ["a and b or c unless d", ["a", "b", "c", "d"]],
    ["time() - process_start_time_seconds > Inf", ["process_start_time_seconds"]],
    ["histogram_quantile(.9, sum without (pod) (rate(a_bucket[2m])))", ["a_bucket"]],
    ['label_replace(a, "x", "$1", "y", "(.+)-(b|c)")', ["a"]],
    ["vector(1)", []],
    ["a # and b\n> 1", ["a"]],
    ['{__name__="a", job="b"}', ["a"]],
    ["{'a'}", ["a"]],
    ['{"a.b", job="c"}', ["a.b"]],
    ['{job="c", `a`}', ["a"]],
    ['a{"quoted.label"="b"}', ["a"]],
    ["count_values('v', a)", ["a"]],
    ["", []],
  ])("%s", (expr, metrics) => {
    expect([...(metricsOf(expr) as ReadonlySet<string>)].sort()).toEqual([...metrics].sort());
  });

  it.each<[string, Value]>([
    ["an unknown", unknown],
    ["no text", 1],
    ["nothing", undefined],
    ["a selector without a name", '{job="a"}'],
    ["a selector of everything", "{}"],
    ["a name by pattern", '{__name__=~"a.*"}'],
    ["a name that isn't", '{__name__!="a"}'],
    ["a name with escapes", '{__name__="a\\u0062"}'],
    ["a selector without an end", 'up{job="a"'],
    ["a text without an end", 'up{job="a}'],
    ["a range without an end", "rate(up[5m"],
    ["a variable of a dashboard", "rate(up[$interval])$x"],
    ["a bracket too many", "up)"],
    ["a bracket too few", "(up"],
    ["labels that never end", ") sum by (pod"],
    ["another language", "SELECT up; "],
  ])("aren't known for %s", (_, expr) => {
    expect(metricsOf(expr)).toBe(unknown);
  });

  it("are read in one go, however long the expression is", () => {
    for (const part of ['"', "(", "{", "a{", "by (", `"${"a".repeat(100_000)}`])
      expect(metricsOf(part.repeat(Math.ceil(100_001 / part.length)))).toBe(unknown);
    expect(metricsOf(`${"up + ".repeat(50_000)}up`)).toEqual(new Set(["up"]));
  });
});

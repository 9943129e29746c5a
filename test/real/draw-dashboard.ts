import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A panel's title, Grafana's name of its unit, its lines (seconds since 1970 and values), and what it marks. */
export interface DrawnPanel {
  readonly title: string;
  readonly unit: string;
  /** The value beyond which an alert fires. */
  readonly threshold: number | undefined;
  /** Seconds since 1970 at which traffic was switched. */
  readonly switches: readonly number[];
  readonly lines: readonly {
    readonly name: string;
    readonly values: readonly (readonly [seconds: number, value: number])[];
  }[];
}

const colours = ["#5794f2", "#73bf69", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff"];
const size = { width: 440, height: 190 };

/** Draws a dashboard's queries as plots, by uPlot in Chromium, three beside each other. */
export function drawDashboard(title: string, file: string, panels: readonly DrawnPanel[]) {
  const folder = mkdtempSync(join(tmpdir(), "gantry-dashboard-"));
  const page = join(folder, "page.html");
  writeFileSync(page, html(title, panels));
  mkdirSync(dirname(file), { recursive: true });
  const height = 70 + Math.ceil(panels.length / 3) * (size.height + 90);
  try {
    execFileSync(
      "chromium",
      [
        "--headless",
        "--no-sandbox",
        "--hide-scrollbars",
        `--user-data-dir=${join(folder, "profile")}`,
        `--window-size=1420,${height}`,
        "--virtual-time-budget=3000",
        `--screenshot=${file}`,
        `file://${page}`,
      ],
      { stdio: "pipe" },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function html(title: string, panels: readonly DrawnPanel[]): string {
  const dist = join(dirname(createRequire(import.meta.url).resolve("uplot/package.json")), "dist");
  const read = (name: string) => readFileSync(join(dist, name), "utf8");
  return `<!doctype html><meta charset="utf-8"><style>${read("uPlot.min.css")}
body { font: 13px sans-serif; margin: 16px; } h1 { font-size: 18px; margin: 0 0 12px }
main { display: grid; grid-template-columns: repeat(3, 460px); gap: 8px }
.u-legend { font-size: 11px } .u-title { font-size: 13px }</style>
<h1>${title}</h1><main></main><script>${read("uPlot.iife.min.js")}</script><script>
const panels = ${JSON.stringify(panels)}, colours = ${JSON.stringify(colours)};
const line = (u, style, x0, y0, x1, y1) => {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.beginPath();
  Object.assign(ctx, { strokeStyle: style, lineWidth: 1.5 });
  ctx.setLineDash([6, 4]);
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
  ctx.restore();
};
for (const { title, unit, lines, threshold, switches } of panels) {
  const marks = (u) => {
    const { left, top, width, height } = u.bbox;
    for (const at of switches) {
      const x = u.valToPos(at, "x", true);
      line(u, "#8e44ad", x, top, x, top + height);
    }
    if (threshold === undefined) return;
    const y = u.valToPos(threshold, "y", true);
    line(u, "#c0392b", left, y, left + width, y);
  };
  const times = [...new Set(lines.flatMap(({ values }) => values.map(([at]) => at)))].sort((a, b) => a - b);
  const data = [times, ...lines.map(({ values }) => {
    const known = new Map(values);
    return times.map((at) => known.get(at) ?? null);
  })];
  const place = document.createElement("div");
  document.querySelector("main").append(place);
  new uPlot({
    title: title + " (" + unit + ")", ...${JSON.stringify(size)}, cursor: { show: false },
    axes: [{}, { size: 70, values: (_, ticks) => ticks.map((tick) => String(Number(tick.toPrecision(3)))) }],
    legend: { live: false }, hooks: { draw: [marks] },
    scales: { y: { range: (_, low, high) => {
      // A threshold that is far away would make a line at the bottom of what is drawn.
      const top = threshold <= 2 * high ? Math.max(high, threshold) : high;
      return low === top ? [low - 1, top + 1] : [Math.min(0, low), top * 1.05];
    } } },
    series: [{}, ...lines.map(({ name }, index) => ({ label: name, stroke: colours[index % colours.length], width: 1.5 }))],
  }, data, place);
}
</script>`;
}

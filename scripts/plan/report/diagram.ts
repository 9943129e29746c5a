import type { ArchitectureNode } from "./architecture.ts";
import { html, type Markup } from "./html.ts";

const box = { width: 132, height: 42 };
const gap = { x: 40, y: 14 };
const margin = 4;

interface Placed {
  readonly node: ArchitectureNode;
  readonly x: number;
  readonly y: number;
}

/** Layers from left to right, with a curve from each component to those that depend on it. Each is a link to its resources. */
export function diagram(layers: readonly (readonly ArchitectureNode[])[]): Markup {
  const tallest = Math.max(...layers.map((layer) => layer.length));
  const height = tallest * (box.height + gap.y) - gap.y + 2 * margin;
  const width = layers.length * (box.width + gap.x) - gap.x + 2 * margin;
  const placed = placeNodes(layers, height);
  const edges = [...placed.values()].flatMap(({ node, x, y }) =>
    node.needs.flatMap((urn) => {
      const from = placed.get(urn);
      if (from === undefined) return [];
      const start = [from.x + box.width, from.y + box.height / 2];
      const bend = Math.max(gap.x / 2, (x - from.x - box.width) / 2);
      return html`<path d="M${start[0]} ${start[1]}c${bend} 0 ${x - (start[0] ?? 0) - bend} ${y + box.height / 2 - (start[1] ?? 0)} ${x - (start[0] ?? 0)} ${y + box.height / 2 - (start[1] ?? 0)}"/>`;
    }),
  );
  const boxes = [...placed.values()].map(
    ({
      node,
      x,
      y,
    }) => html`<a href="#${encodeURIComponent(anchor(node.urn))}" aria-label="${node.name}, ${node.kind}, ${node.resources} resources">
<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/>
<text x="${x + 10}" y="${y + 18}" class="name">${shortened(node.name, 16)}</text><text x="${x + 10}" y="${y + 33}">${shortened(node.kind, 15)} · ${node.resources}</text></a>`,
  );
  return html`<svg viewBox="0 0 ${width} ${height}" style="max-width:${width}px" role="group" aria-label="components, from left to right in the order in which they depend on each other">
<g class="edges">${edges}</g>${boxes}</svg>`;
}

/** The same for narrow screens and for readers of text: each component with what it depends on. */
export function dependencyList(layers: readonly (readonly ArchitectureNode[])[]): Markup {
  const nodes = layers.flat();
  const names = new Map(nodes.map(({ urn, name }) => [urn, name]));
  return html`<ul class="plain">${nodes.map(
    ({ urn, name, kind, resources, needs }) =>
      html`<li><a href="#${encodeURIComponent(anchor(urn))}">${name}</a> <span class="soft">${kind}, ${resources} ${resources === 1 ? "resource" : "resources"}${
        needs.length > 0 && `; needs ${needs.map((needed) => names.get(needed)).join(", ")}`
      }</span></li>`,
  )}</ul>`;
}

/** The identifier of a resource in the page. */
export function anchor(urn: string): string {
  return `resource-${urn.split("::").slice(2).join("::")}`;
}

/** Within a layer by the mean height of what they depend on, so that curves cross less. */
function placeNodes(
  layers: readonly (readonly ArchitectureNode[])[],
  height: number,
): ReadonlyMap<string, Placed> {
  const placed = new Map<string, Placed>();
  const mean = ({ needs }: ArchitectureNode) => {
    const heights = needs.flatMap((urn) => placed.get(urn)?.y ?? []);
    return heights.length === 0 ? height / 2 : heights.reduce((sum, y) => sum + y, 0) / heights.length;
  };
  for (const [column, layer] of layers.entries()) {
    const ordered = layer.map((node) => ({ node, at: mean(node) })).sort((a, b) => a.at - b.at);
    const top = (height - (layer.length * (box.height + gap.y) - gap.y)) / 2;
    for (const [row, { node }] of ordered.entries())
      placed.set(node.urn, {
        node,
        x: margin + column * (box.width + gap.x),
        y: top + row * (box.height + gap.y),
      });
  }
  return placed;
}

function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}

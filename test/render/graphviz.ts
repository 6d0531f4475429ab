// Graphviz as the judge of what a DOT text says: how it reads the text is how it draws it. Read from its SVG, with a strict
// XML parser; its JSON escapes backslashes twice in some versions.

import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { DOMParser, type Element } from "@xmldom/xmldom";

/** A node or an edge as it is drawn. */
export interface Drawn {
  readonly title: string;
  readonly tooltip: string | undefined;
  readonly classes: readonly string[];
  /** The lines of its text. */
  readonly text: string;
  readonly fill: string | null;
  readonly stroke: string | null;
  readonly dashed: boolean;
  readonly width: number;
  /** Its attributes for pages, empty where there are none. */
  readonly task: string;
  readonly group: string;
  readonly state: string;
}

/** A graph as it is drawn. */
export interface Drawing {
  readonly root: Element;
  readonly title: string;
  readonly nodes: readonly Drawn[];
  readonly edges: readonly Drawn[];
  readonly frames: readonly Drawn[];
  /** What stands beside the nodes and edges. */
  readonly note: string;
}

/** A DOT text as the Graphviz that comes with the package draws it. */
export async function drawDOT(dot: string): Promise<Drawing> {
  return readSVG((await Graphviz.load()).layout(dot, "svg", "dot"));
}

/** An SVG text by Graphviz. Throws for anything that is not well-formed. */
export function readSVG(svg: string): Drawing {
  const refuse = (level: string, message: string): void => {
    // U+FFFD is our stand-in, and the parser wonders about it.
    if (!message.startsWith("Unicode replacement character")) throw new Error(`${level}: ${message}`);
  };
  const root = new DOMParser({ onError: refuse }).parseFromString(svg, "image/svg+xml").documentElement!;
  const graph = childrenOf(root, "g")[0]!;
  const groups = childrenOf(graph, "g");
  const ofKind = (kind: string): Drawn[] => groups.map(drawn).filter(({ classes }) => classes[0] === kind);
  return {
    root,
    title: textOf(childrenOf(root, "title")),
    nodes: ofKind("node"),
    edges: ofKind("edge"),
    frames: ofKind("cluster"),
    note: textOf(childrenOf(graph, "text")),
  };
}

function drawn(group: Element): Drawn {
  const link = [...group.getElementsByTagName("a")][0];
  const shape = [...group.getElementsByTagName("path")][0];
  return {
    title: textOf(childrenOf(group, "title")),
    tooltip: link?.getAttribute("xlink:title") ?? undefined,
    classes: (group.getAttribute("class") ?? "").split(" "),
    text: textOf([...group.getElementsByTagName("text")]),
    fill: shape?.getAttribute("fill") ?? null,
    stroke: shape?.getAttribute("stroke") ?? null,
    dashed: shape?.hasAttribute("stroke-dasharray") ?? false,
    width: Number(shape?.getAttribute("stroke-width") ?? 1),
    task: group.getAttribute("data-task") ?? "",
    group: group.getAttribute("data-group") ?? "",
    state: group.getAttribute("data-state") ?? "",
  };
}

function childrenOf(parent: Element, tag: string): Element[] {
  return [...parent.childNodes].filter((node) => node.nodeName === tag) as Element[];
}

function textOf(elements: readonly Element[]): string {
  return elements.map(({ textContent }) => textContent ?? "").join("\n");
}

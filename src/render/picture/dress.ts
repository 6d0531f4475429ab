// From Graphviz's SVG to ours: titles in words, attributes by which a page finds its parts, no ids, nothing around the element.

import { xmlText } from "../text.ts";

/** What is said of a node, edge or frame. */
export interface Part {
  /** Attributes, each with a space before it, harmless already. */
  readonly attribute: string;
  /** Its title, any text. */
  readonly text: string;
}

const PART = /<g id="\w+" class="([^"]*)">\n<title>([^<]*)<\/title>/g;

/**
 * Graphviz's SVG with a title for the whole and one for each part, by its id in DOT; an edge's is `from->to`.
 *
 * Its comments and document type would be in the way inside HTML. A name cannot be mistaken for any of them: its `<` has become
 * `&lt;`.
 */
export function dressed(svg: string, whole: string, partOf: (id: string) => Part): string {
  return (
    svg
      .slice(svg.indexOf("<svg"))
      .replaceAll(/<!--.*?-->\n?/gs, "")
      .replace(/<svg[^>]*>/, (root) => `${root}\n${title(whole)}`)
      .replace('<g id="graph0"', "<g")
      // The lines between stripes would cross the text on them.
      .replaceAll(/(<polygon fill="#\w+" stroke=)"#\w+" stroke-width="0.5"/g, '$1"none"')
      .replaceAll(PART, (_, classes: string, id: string) => {
        const { attribute, text } = partOf(id.replace("&#45;&gt;", "->"));
        return `<g class="${classes}"${attribute}>\n${title(text)}`;
      })
  );
}

function title(text: string): string {
  return `<title>${xmlText(text)}</title>`;
}

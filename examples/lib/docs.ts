// Documentation from what is there anyway: the README, and the doc comments that hold an example. As Markdown to HTML.

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { marked } from "marked";

/** Renders README.md as docs/index.html, with its pictures and links to `pages`. Returns the files written. */
export async function renderReadme(root: string, pages: string[], built: string): Promise<string[]> {
  const links = pages.map((page) => posix.relative("docs", page)).map((page) => `* [${page}](${page})`);
  const markdown = await readFile(join(root, "README.md"), "utf8");
  const contents = links.length > 0 ? `\n\n## Examples in the sources\n\n${links.join("\n")}\n` : "";
  const html = await writePage(built, "docs/index.html", "README", markdown + contents);
  // An address with a colon is on some other machine; the others are files of the repository.
  const pictures = [...html.matchAll(/<img[^>]* src="([^":]+)"/g)].map(([, src = ""]) => src);
  for (const picture of pictures) {
    const copy = join(built, "docs", picture);
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(join(root, picture), copy);
  }
  return ["docs/index.html", ...pictures.map((picture) => posix.join("docs", picture))];
}

/** Renders the doc comments that hold an example, one page a source file. Returns the pages written. */
export async function renderExamples(root: string, sources: string[], built: string): Promise<string[]> {
  const pages: string[] = [];
  for (const source of sources) {
    const sections = commentsWithExamples(await readFile(join(root, "src", source), "utf8"));
    if (sections.length === 0) continue;
    const page = `docs/${source.replace(/\.ts$/, ".html")}`;
    await writePage(built, page, source, [`# ${source}`, ...sections].join("\n\n"));
    pages.push(page);
  }
  return pages;
}

/** The doc comments of a source that hold a ```ts block, as Markdown, each under the name of what it documents. */
function commentsWithExamples(source: string): string[] {
  return [...source.matchAll(/\/\*\*\s(.*?)\*\/\s*([^\n]*)/gs)]
    .filter(([, comment]) => comment?.includes("```ts"))
    .map(([, comment = "", declaration = ""]) => {
      const name =
        /(?:function|class|const|type|interface)\*? (\w+)/.exec(declaration) ?? /(\w+)\??[(:<]/.exec(declaration);
      const text = comment
        .replace(/^[ \t]*\* ?/gm, "")
        .replace(/\{@link ([^}]+)\}/g, "`$1`")
        .replace(/^@example\b/gm, "");
      return `## ${name?.[1] ?? "This file"}\n\n${text}`;
    });
}

async function writePage(built: string, page: string, title: string, markdown: string): Promise<string> {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>body { max-width: 48rem; margin: 2rem auto; font-family: sans-serif; line-height: 1.5 } pre { overflow: auto }</style>
${await marked(markdown)}</html>
`;
  await mkdir(dirname(join(built, page)), { recursive: true });
  await writeFile(join(built, page), html);
  return html;
}

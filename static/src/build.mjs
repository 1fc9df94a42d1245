// Bundles app.css and app.js, copies htmx and the chosen icons out of their packages, and records what it built from which sources.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = new URL("../..", import.meta.url).pathname;
const SRC = join(ROOT, "static/src");
const DIST = join(ROOT, "static/dist");
const sha256 = (data) => createHash("sha256").update(data).digest("hex");

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

// All icons in one file that a browser keeps: a page names fifty of them, and would be a sixth larger with their lines.
function iconSprite() {
  const names = readFileSync(join(SRC, "icons/names.txt"), "utf8").split(/\s+/).filter(Boolean).sort();
  const symbols = names.map((name) => {
    const svg = readFileSync(join(ROOT, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>[\s\S]*$/, "");
    const drawn = inner.trim().replace(/\s*\n\s*/g, "").replaceAll('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawn.replaceAll(" />", "/>")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
writeFileSync(join(DIST, "icons.svg"), iconSprite());
copyFileSync(join(ROOT, "node_modules/htmx.org/dist/htmx.esm.js"), join(SRC, "vendor/htmx.esm.js"));
for (const name of ["mark.svg"]) copyFileSync(join(SRC, "icons", name), join(DIST, name));
await build({
  entryPoints: { app: join(SRC, "js/main.js") },
  outdir: DIST, bundle: true, minify: true, format: "esm", target: "es2020", legalComments: "none", charset: "utf8",
});
await build({
  entryPoints: { app: join(SRC, "css/app.css"), paper: join(SRC, "css/paper.css") },
  outdir: DIST, bundle: true, minify: true, target: ["chrome100", "firefox100", "safari15"], charset: "utf8",
});

const hash = (files) => Object.fromEntries(files.map((file) => [relative(ROOT, file), sha256(readFileSync(file))]));
const sources = hash([...filesUnder(SRC), join(ROOT, "package.json"), join(ROOT, "package-lock.json")]);
const built = hash(filesUnder(DIST));
writeFileSync(join(DIST, "manifest.json"), `${JSON.stringify({ sources, built }, null, 1)}\n`);
for (const file of filesUnder(DIST)) {
  const data = readFileSync(file);
  console.log(`${relative(ROOT, file)}  ${data.length} B, ${gzipSync(data).length} B gz`);
}

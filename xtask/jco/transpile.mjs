// Usage: node transpile.mjs COMPONENT FOLDER
//
// Makes FOLDER/component.js and its core modules of a component, as `jco transpile` does.

import { transpile } from "@bytecodealliance/jco-transpile";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

const [component, folder] = process.argv.slice(2);
const { files } = await transpile(component, {
  name: "component",
  outDir: folder,
  emitTypescriptDeclarations: false,
  // longjmp is an exception of the final proposal, which is not taken for granted.
  bindgenEnableWasmExnref: true,
});
for (const [name, contents] of Object.entries(files)) {
  await mkdir(dirname(name), { recursive: true });
  await writeFile(name, contents);
}

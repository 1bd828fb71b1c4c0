// Usage: node run.mjs [--no-network] FOLDER [argument]...
//
// Runs the component that transpile.mjs made in FOLDER, as `jco run` does: with this process's
// environment, standard streams and current folder. The exit status is the component's, or 134
// when it trapped, as of a program that called abort().

import { _setArgs } from "@bytecodealliance/preview2-shim/cli";
import { _setPreopens } from "@bytecodealliance/preview2-shim/filesystem";
import * as sockets from "@bytecodealliance/preview2-shim/sockets";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const args = process.argv.slice(2);
if (args[0] === "--no-network") {
  args.shift();
  sockets._denyTcp();
  sockets._denyUdp();
  sockets._denyDnsLookup();
}
const [folder, ...rest] = args;
_setArgs(["program", ...rest]);
// As wps-run gives them: under both names, and PWD says which folder it is.
process.env.PWD = process.cwd();
_setPreopens({ ".": process.cwd(), [process.cwd()]: process.cwd() });

try {
  const component = await import(pathToFileURL(resolve(folder, "component.js")).href);
  component.run.run();
} catch (error) {
  // What `run` returns as an error has no more to say than that it is one.
  const failed = error === undefined || error?.constructor?.name === "ComponentError";
  if (!failed) console.error(error);
  process.exit(failed ? 1 : 134);
}
process.exit(0);

/**
 * The launcher behind every npm script: `node tools/run.mjs <task> [arguments]`.
 *
 * On a fresh clone it installs the dependencies, finds the pinned Node, builds what changed and runs the task, so that
 * no command needs another one first. Everything else is imported after the version check, because an old Node could
 * not even parse it.
 */
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error('mt5-gateway needs Node 20.19 or newer to start itself; this is Node ' + process.versions.node + '.');
  process.exit(1);
}

const { launch } = await import('./toolchain/launch.mjs');
await launch(process.argv[2], process.argv.slice(3));

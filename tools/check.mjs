/** `npm run check`: every step, two at a time; one line for each, and the output of those that failed. */
import { spawn } from 'node:child_process';
import { root } from './toolchain/paths.mjs';
import { steps } from './toolchain/steps.mjs';

const AT_ONCE = 2;
const STEP_LIMIT_MS = 180_000;

const waiting = [...steps];
const failed = [];

await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(`check: ${steps.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const started = performance.now();
    const { code, output } = await run(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
    if (code === 0) continue;
    failed.push(step.name);
    console.log(output.trimEnd());
  }
}

function run({ command }) {
  return new Promise((resolve) => {
    const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: STEP_LIMIT_MS };
    const child = spawn(process.execPath, command, options);
    let output = '';
    const collect = (text) => (output += text);
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code, signal) => resolve({ code, output: signal ? `${output}\nEnded by ${signal}.` : output }));
  });
}

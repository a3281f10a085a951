/**
 * Stands for terminal64.exe: reads its start-up file as MetaTrader would, attaches the "bridge" (the simulator's code)
 * with the inputs of its preset, and does what the file `command` in its folder says: `die 3`, `hang`, `leak 300`.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Simulator } from '../../dist/simulator/index.js';

const file = process.argv.find((word) => word.startsWith('/config:')).slice('/config:'.length);
const folder = dirname(file);
const startUp = read(file);
const inputs = read(join(folder, 'MQL5', 'Presets', startUp.ExpertParameters));
const kept = [];
let hangs = false;

// So that a test can see which password arrived, and still find it nowhere in plain text.
const told = `${startUp.Login} ${createHash('sha256').update(startUp.Password).digest('hex')}`;
writeFileSync(join(folder, 'logged-in'), told);

const simulator = new Simulator({
  gateway: { host: inputs.InpHost, port: Number(inputs.InpPort) },
  reconnect: { initialMs: 20, maxMs: 100 },
  terminals: [
    {
      id: inputs.InpTerminalId,
      login: Number(startUp.Login),
      key: inputs.InpKey,
      symbols: [{ name: startUp.Symbol }],
    },
  ],
});
simulator.start();
process.on('SIGTERM', () => {
  if (!hangs) void simulator.stop().then(() => process.exit(0));
});
setInterval(obey, 50);

function obey() {
  const path = join(folder, 'command');
  if (!existsSync(path)) return;
  const [verb, amount] = readFileSync(path, 'utf8').trim().split(' ');
  rmSync(path);
  if (verb === 'die') process.exit(Number(amount));
  if (verb === 'leak') kept.push(Buffer.alloc(Number(amount) * 1024 * 1024, 1));
  if (verb === 'hang') {
    hangs = true;
    simulator.control(inputs.InpTerminalId, { command: 'half-open' });
  }
}

/** Both files are `name=value` lines in UTF-16 with a byte order mark. */
function read(path) {
  const text = readFileSync(path, 'utf16le');
  if (!text.startsWith('\ufeff') || !text.endsWith('\r\n')) throw new Error(`${path} is not as MetaTrader wants it`);
  const entries = text.split('\r\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    entries.map((line) => [line.slice(0, line.indexOf('=')).replace('\ufeff', ''), line.slice(line.indexOf('=') + 1)]),
  );
}

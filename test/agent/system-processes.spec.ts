import { describe, expect, it } from '@jest/globals';
import { kilobytesOf, SystemProcesses } from '../../agent/system-processes.js';

describe("the host's processes", () => {
  it('reads memory as Linux, ps and Windows of any country write it', () => {
    expect(kilobytesOf('Name:\tnode\nVmPeak:\t  999 kB\nVmRSS:\t   51200 kB\n')).toBe(51_200);
    expect(kilobytesOf(' 51200\n')).toBe(51_200);
    for (const size of ['51,200 K', '51.200 K', '51\u00a0200 Ko', '51200 K']) {
      expect(kilobytesOf(`"terminal64.exe","4711","Console","1","${size}"\r\n`)).toBe(51_200);
    }
    expect(kilobytesOf('INFO: No tasks are running which match the specified criteria.\r\n')).toBe(0);
    expect(kilobytesOf('')).toBe(0);
  });

  it('finds itself, and nothing for an unused process id', async () => {
    const processes = new SystemProcesses();
    expect(await processes.memoryMb(process.pid)).toBeGreaterThan(10);
    expect(await processes.commandLine(process.pid)).toContain('node');
    expect(await processes.commandLine(2 ** 22 + 1)).toBeUndefined();
  });

  it('reports a program that cannot be started', async () => {
    const launch = { program: '/nothing/here', arguments: [], folder: '/', environment: {} };
    const started = new SystemProcesses().start(launch);
    expect(started.pid).toBe(0);
    expect(await new Promise((resolve) => started.onExit(resolve))).toBe('could not be started (ENOENT)');
  });
});

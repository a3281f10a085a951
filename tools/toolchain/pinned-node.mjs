import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal, root } from './paths.mjs';

/**
 * The Node that the product is tested with. It comes from the per-platform packages of the npm package `node`, named
 * directly in package.json: the package itself fetches them in an install script, which npm 12 blocks and no lock file
 * covers. Where npm has no such package for a platform, the running Node serves if it is recent enough.
 */
export function pinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const home = join(root, 'node_modules', `node-${platform}-${process.arch}`);
  if (existsSync(join(home, 'package.json'))) {
    const binary = join(home, JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).bin.node);
    if (starts(binary)) return binary;
  }
  const wanted = readFileSync(join(root, '.nvmrc'), 'utf8').trim();
  if (isRecentEnough()) return process.execPath;
  throw new Refusal(
    `No Node ${wanted} for ${process.platform}-${process.arch} came with the dependencies, and this is Node ` +
      `${process.versions.node}. Install Node ${wanted} and run the command with it.`,
  );
}

/** A musl system installs the glibc binary without a word and cannot run it. */
function starts(binary) {
  try {
    execFileSync(binary, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function isRecentEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 15);
}

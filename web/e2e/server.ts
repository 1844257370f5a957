// The real server: the built binary with an own data folder, and its command line.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = resolve(process.env['REMOVR_BINARY'] ?? join(root, 'build/release/removr'));

export class Server {
  readonly data = mkdtempSync(join(tmpdir(), 'removr-e2e-'));
  private process: ChildProcess | null = null;
  private address = '127.0.0.1:0';
  private log = '';

  get url(): string {
    return `http://${this.address}`;
  }

  /** Resolves when it takes work. Started again, it is at the same address. `options` are further ones of `serve`. */
  async start(...options: string[]): Promise<this> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: make build`);
    const web = join(root, 'web/dist');
    this.process = spawn(binary, ['serve', '--listen', this.address, '--data', this.data, '--web', web, '--workers', '1', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout!, this.process.stderr!]) stream.on('data', (chunk) => (this.log += String(chunk)));
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
      this.address = /serving http:\/\/(\S+)/.exec(this.log)?.[1] ?? this.address;
      if (!this.address.endsWith(':0') && (await isReady(this.url))) return this;
      if (this.process.exitCode !== null) break;
      await new Promise((wake) => setTimeout(wake, 100));
    }
    throw new Error(`the server did not start:\n${this.log}`);
  }

  async stop(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null) return;
    const ended = new Promise((wake) => process.once('exit', wake));
    process.kill('SIGTERM');
    await ended;
  }

  /** Stops it, and deletes what it kept. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Runs a statement on its database, for what no command does. */
  sql(statement: string): void {
    const script = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=30); c.execute(sys.argv[2]); c.commit()';
    execFileSync('python3', ['-c', script, join(this.data, 'removr.db'), statement]);
  }

  /** The command line beside the server: `cli('account', 'grant', ...)`. Returns what it printed. */
  cli(...args: string[]): string {
    return this.cliWith('', ...args);
  }
  cliWith(input: string, ...args: string[]): string {
    return execFileSync(binary, [...args, '--data', this.data], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }).trim();
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

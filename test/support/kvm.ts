import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { troubleOfArchitecture, troubleOpening, versionOf } from '../../src/system/kvm-device.js';
import { type Libc, loadLibc } from '../../src/system/libc.js';

/** Whether this machine has a KVM that tests can use, and if not, why: what a skipped test says. */
export const NO_KVM: string | false = whyNot() ?? false;

function whyNot(): string | undefined {
  const trouble = troubleOfArchitecture(process.arch) ?? troubleOpening('/dev/kvm');
  if (trouble !== null) return trouble.problem;
  let libc: Libc;
  try {
    libc = loadLibc('the test', 'skip it');
  } catch (thrown) {
    return String(thrown);
  }
  const fd = openSync('/dev/kvm', 'r+');
  try {
    return versionOf(libc, fd).trouble?.problem;
  } finally {
    closeSync(fd);
  }
}

/** The processes that a process started and that have not ended. */
export function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? [] : children.split(' ').map(Number);
}

/** Whether a process has a VM open. */
export function hasVm(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === 'anon_inode:kvm-vm',
    );
  } catch {
    // A descriptor, or all of it, was gone before it could be looked at.
    return false;
  }
}

/** Whether a process runs; one that nobody has asked how it ended does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\d+ \(.*\) [ZX] /s.test(stat);
  } catch {
    return false;
  }
}

/** A kernel that counts what is open, and refuses the call that it is told to. */
export class FakeKernel implements Libc {
  readonly open = new Set<number>();
  readonly calls: { readonly request: number; readonly argument: readonly number[] }[] = [];
  private readonly failAt: number;
  private made = 0;
  private next = 100;

  /** @param failAt which of its calls fails, from 1; 0: none */
  constructor(failAt = 0) {
    this.failAt = failAt;
  }

  ioctl(_fd: number, request: number, argument: Uint8Array | null): number {
    const bytes = argument ?? new Uint8Array(0);
    const words = new Uint32Array(bytes.slice().buffer, 0, bytes.length >> 2);
    this.calls.push({ request, argument: [...words] });
    return this.refuses() ? -1 : 0;
  }

  ioctlNumber(_fd: number, request: number, argument: number): number {
    this.calls.push({ request, argument: [argument] });
    return this.refuses() ? -1 : this.descriptor();
  }

  eventfd(): number {
    return this.refuses() ? -1 : this.descriptor();
  }

  close(fd: number): number {
    return this.open.delete(fd) ? 0 : -1;
  }

  prctl(): number {
    return 0;
  }

  /** EMFILE. */
  errno(): number {
    return 24;
  }

  private refuses(): boolean {
    this.made++;
    return this.made === this.failAt;
  }

  private descriptor(): number {
    const fd = this.next++;
    this.open.add(fd);
    return fd;
  }
}

import { closeSync, openSync, statSync } from 'node:fs';
import { codeOf, messageOf } from '../errors.js';
import { exists, readText } from './files.js';
import {
  API_VERSION,
  CAP_DEVICE_CTRL,
  CAP_IRQCHIP,
  CAP_IRQFD,
  KVM_ARCHITECTURES,
  KVM_CHECK_EXTENSION,
  KVM_GET_API_VERSION,
} from './kvm-abi.js';
import type { Libc } from './libc.js';

/** Whether /dev/kvm can be used, and if not, why and what to do. */

export const KVM_DEVICE = '/dev/kvm';

export interface Trouble {
  readonly problem: string;
  readonly remedy: string;
}

/** What keeps the device from being opened; null: nothing does. Needs no foreign call. */
export function troubleOpening(device: string): Trouble | null {
  if (process.platform !== 'linux') {
    return {
      problem: `this is ${process.platform}, and KVM is Linux's`,
      remedy: 'use a Linux host',
    };
  }
  try {
    if (!statSync(device).isCharacterDevice()) {
      return { problem: `${device} is no device`, remedy: `give ${KVM_DEVICE}` };
    }
    closeSync(openSync(device, 'r+'));
    return null;
  } catch (thrown) {
    return whyNot(device, thrown);
  }
}

function whyNot(device: string, thrown: unknown): Trouble {
  switch (codeOf(thrown)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { problem: `there is no ${device}`, remedy: withoutDevice(device) };
    case 'EACCES':
    case 'EPERM':
      return {
        problem: `${device} may not be opened by this user`,
        remedy: 'join the group kvm (usermod -aG kvm USER, then log in anew), or run as root',
      };
    case 'ENODEV':
    case 'ENXIO':
      return {
        problem: `${device} has no driver`,
        remedy: 'load it: modprobe kvm_intel or kvm_amd, with virtualisation on in the firmware',
      };
    default:
      return {
        problem: `${device} cannot be opened (${messageOf(thrown)})`,
        remedy: 'look at dmesg',
      };
  }
}

/** A container hides the device; a virtual machine has to be given it; else a module is missing. */
function withoutDevice(device: string): string {
  if (device !== KVM_DEVICE && exists(KVM_DEVICE)) return `give ${KVM_DEVICE}, which is there`;
  const flags = /^flags\s*:.*\bhypervisor\b/m.test(readText('/proc/cpuinfo') ?? '');
  const isContainer =
    readText('/proc/1/cgroup')?.includes('/docker') || readText('/.dockerenv') !== undefined;
  if (isContainer) return 'start the container with --device /dev/kvm';
  if (flags) return 'let the hypervisor nest virtualisation, then modprobe kvm_intel or kvm_amd';
  return 'modprobe kvm_intel or kvm_amd, with virtualisation on in the firmware';
}

/** What an open device says of itself. */
export interface KvmVersion {
  readonly apiVersion: number;
  /** Why it cannot do what a run needs, or null. */
  readonly trouble: Trouble | null;
}

/** Asks an open device. @param fd of the device */
export function versionOf(libc: Libc, fd: number): KvmVersion {
  const apiVersion = libc.ioctl(fd, KVM_GET_API_VERSION, null);
  return {
    apiVersion,
    trouble: apiVersion === API_VERSION ? lacking(libc, fd) : notKvm(apiVersion),
  };
}

function notKvm(apiVersion: number): Trouble {
  const problem =
    apiVersion === -1
      ? 'the device does not answer as KVM does'
      : `KVM has API version ${apiVersion}, and ${API_VERSION} is known`;
  return { problem, remedy: `give ${KVM_DEVICE} of a Linux kernel` };
}

function lacking(libc: Libc, fd: number): Trouble | null {
  const has = (capability: number) => libc.ioctlNumber(fd, KVM_CHECK_EXTENSION, capability) > 0;
  const [name, irqchip] =
    process.arch === 'arm64' ? ['GIC', CAP_DEVICE_CTRL] : ['irqchip', CAP_IRQCHIP];
  if (has(irqchip as number) && has(CAP_IRQFD)) return null;
  return {
    problem: `this KVM has no ${has(CAP_IRQFD) ? `${name} in the kernel` : 'irqfds'}`,
    remedy: 'use a kernel with CONFIG_HAVE_KVM_IRQCHIP',
  };
}

/** Null where the constants of this machine are known. */
export function troubleOfArchitecture(arch: string): Trouble | null {
  if (KVM_ARCHITECTURES.some((known) => known === arch)) return null;
  return {
    problem: `KVM's interface on ${arch} is not known to irqbench`,
    remedy: `use ${KVM_ARCHITECTURES.join(' or ')}`,
  };
}

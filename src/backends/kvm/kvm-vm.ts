import { nowNs } from '../../sync/clock.js';
import {
  ARM_VGIC_CTRL_INIT,
  ARM_VGIC_GRP_CTRL,
  ARM_VGIC_V3,
  CAP_ARM_VM_IPA_SIZE,
  CREATE_DEVICE_BYTES,
  DEFAULT_IPA_BITS,
  DEVICE_ATTR_BYTES,
  IRQFD_BYTES,
  IRQFD_FLAG_DEASSIGN,
  KVM_CHECK_EXTENSION,
  KVM_CREATE_DEVICE,
  KVM_CREATE_IRQCHIP,
  KVM_CREATE_VM,
  KVM_IRQFD,
  KVM_SET_DEVICE_ATTR,
} from '../../system/kvm-abi.js';
import { EFD_CLOEXEC, errnoName, type Libc } from '../../system/libc.js';

/**
 * A VM of the real kernel, as far as its irqfds go: no memory, no processors. Whatever it opened
 * it closes; `close` may be called in any state.
 */

/** The reproducer's lines begin here, above those of the legacy devices. */
const FIRST_GSI = 32;
const NONE = -1;

export class KvmVm {
  private readonly libc: Libc;
  private readonly device: number;
  private readonly type: number;
  private readonly eventfds: Int32Array;
  /** struct kvm_irqfd, written anew for each call. */
  private readonly argument = Buffer.alloc(IRQFD_BYTES);
  private readonly fields: Uint32Array;
  private fd = NONE;

  /** @param device the open /dev/kvm */
  constructor(libc: Libc, device: number, irqfds: number) {
    this.libc = libc;
    this.device = device;
    this.type = vmType(libc, device);
    this.eventfds = new Int32Array(irqfds).fill(NONE);
    this.fields = new Uint32Array(this.argument.buffer, this.argument.byteOffset, IRQFD_BYTES / 4);
  }

  /** @throws Error that names the call and its errno, as every method here */
  create(): void {
    this.fd = this.done(
      'KVM_CREATE_VM',
      this.libc.ioctlNumber(this.device, KVM_CREATE_VM, this.type),
    );
  }

  createIrqchip(): void {
    if (process.arch === 'arm64') this.createGic();
    else this.done('KVM_CREATE_IRQCHIP', this.libc.ioctl(this.fd, KVM_CREATE_IRQCHIP, null));
  }

  openEventfd(irqfd: number): void {
    this.eventfds[irqfd] = this.done('eventfd', this.libc.eventfd(0, EFD_CLOEXEC));
  }

  /** @returns the time of the ioctl alone, in ns */
  assign(irqfd: number): number {
    return this.timed(irqfd, 0);
  }

  /** @returns the time of the ioctl alone, in ns */
  deassign(irqfd: number): number {
    return this.timed(irqfd, IRQFD_FLAG_DEASSIGN);
  }

  closeEventfd(irqfd: number): void {
    const fd = this.eventfds[irqfd] as number;
    this.eventfds[irqfd] = NONE;
    if (fd !== NONE) this.libc.close(fd);
  }

  /** Closes the VM's last descriptor, so that the kernel destroys it. */
  destroy(): void {
    const { fd } = this;
    this.fd = NONE;
    if (fd !== NONE) this.libc.close(fd);
  }

  /** Everything that is open, in the order that a VMM closes it. */
  close(): void {
    for (let irqfd = 0; irqfd < this.eventfds.length; irqfd++) this.closeEventfd(irqfd);
    this.destroy();
  }

  /** Runs the path of a call on no descriptor, until it is compiled. */
  rehearse(calls: number): void {
    for (let call = 0; call < calls; call++) this.timed(0, 0, true);
  }

  /** @param isRehearsed whether the call is to be refused, and that is all right */
  private timed(irqfd: number, flags: number, isRehearsed = false): number {
    const { fields, fd, argument, libc } = this;
    fields[0] = this.eventfds[irqfd] as number;
    fields[1] = FIRST_GSI + irqfd;
    fields[2] = flags;
    const begunNs = nowNs();
    const result = libc.ioctl(fd, KVM_IRQFD, argument);
    const tookNs = nowNs() - begunNs;
    if (result === -1 && !isRehearsed) throw failed('KVM_IRQFD', libc.errno());
    return tookNs;
  }

  /** A GICv3 without addresses: irqfds need no more than that it is initialised. */
  private createGic(): void {
    const device = new Uint32Array(CREATE_DEVICE_BYTES / 4);
    device[0] = ARM_VGIC_V3;
    const created = this.libc.ioctl(this.fd, KVM_CREATE_DEVICE, new Uint8Array(device.buffer));
    this.done('KVM_CREATE_DEVICE', created);
    const attribute = new Uint32Array(DEVICE_ATTR_BYTES / 4);
    attribute[1] = ARM_VGIC_GRP_CTRL;
    attribute[2] = ARM_VGIC_CTRL_INIT;
    const gic = device[1] as number;
    const set = this.libc.ioctl(gic, KVM_SET_DEVICE_ATTR, new Uint8Array(attribute.buffer));
    const errno = this.libc.errno();
    // The VM keeps the device; its descriptor would keep the VM.
    this.libc.close(gic);
    if (set === -1) throw failed('KVM_SET_DEVICE_ATTR', errno);
  }

  private done(what: string, result: number): number {
    if (result === -1) throw failed(what, this.libc.errno());
    return result;
  }
}

const HINTS = new Map([
  ['EMFILE', 'raise the limit of open files (ulimit -n), or spread the VMs with --processes'],
  ['ENFILE', 'the system has no more open files: raise fs.file-max'],
  ['ENOMEM', 'lower --vms'],
]);

function failed(what: string, errno: number): Error {
  const name = errnoName(errno);
  const hint = HINTS.get(name);
  return new Error(`${what} was refused: ${name}${hint === undefined ? '' : `; ${hint}`}`);
}

/** On arm64 a VM's type says how large its addresses are, where 40 bits are too many. */
function vmType(libc: Libc, device: number): number {
  if (process.arch !== 'arm64') return 0;
  const bits = libc.ioctlNumber(device, KVM_CHECK_EXTENSION, CAP_ARM_VM_IPA_SIZE);
  return bits > 0 && bits < DEFAULT_IPA_BITS ? bits : 0;
}
